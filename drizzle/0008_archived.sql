CREATE TABLE "idempotency_keys" (
	"partner_id" uuid NOT NULL,
	"token_id" uuid NOT NULL,
	"key_hash" "bytea" NOT NULL,
	"fingerprint" "bytea" NOT NULL,
	"taken_at" timestamp with time zone DEFAULT now() NOT NULL,
	"answered_at" timestamp with time zone,
	"status" integer,
	"answer_sealed" text,
	CONSTRAINT "idempotency_keys_partner_id_token_id_key_hash_pk" PRIMARY KEY("partner_id","token_id","key_hash"),
	CONSTRAINT "idempotency_keys_answered" CHECK (("idempotency_keys"."answered_at" is null) = ("idempotency_keys"."status" is null) and ("idempotency_keys"."status" is null) = ("idempotency_keys"."answer_sealed" is null))
);
--> statement-breakpoint
ALTER TABLE "campaigns" DROP CONSTRAINT "campaigns_name";--> statement-breakpoint
ALTER TABLE "sources" DROP CONSTRAINT "sources_name";--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "archived_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "rules" ADD COLUMN "archived_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "sources" ADD COLUMN "archived_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "idempotency_keys_taken" ON "idempotency_keys" USING btree ("taken_at");--> statement-breakpoint
CREATE UNIQUE INDEX "campaigns_live_name" ON "campaigns" USING btree ("partner_id","name") WHERE "campaigns"."archived_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "sources_live_name" ON "sources" USING btree ("partner_id","name") WHERE "sources"."archived_at" is null;--> statement-breakpoint
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_archived_off" CHECK ("campaigns"."archived_at" is null or not "campaigns"."enabled");--> statement-breakpoint
ALTER TABLE "rules" ADD CONSTRAINT "rules_archived_off" CHECK ("rules"."archived_at" is null or not "rules"."enabled");--> statement-breakpoint
ALTER TABLE "sources" ADD CONSTRAINT "sources_archived_off" CHECK ("sources"."archived_at" is null or not "sources"."enabled");--> statement-breakpoint
INSERT INTO "walls" ("object", "role", "rights") VALUES
	('sources', 'audit', 'select (archived_at)'),
	('campaigns', 'worker', 'select (archived_at)'),
	('campaigns', 'audit', 'select (archived_at)'),
	('idempotency_keys', 'access', 'select, insert, update, delete'),
	-- Whether what was archived has a past, and what waits of it.
	('events', 'operator', 'select (source_id)'),
	('rejections', 'operator', 'select (source_id)'),
	('grants', 'operator', 'select (campaign_id, state)');
--> statement-breakpoint
SELECT moab_raise_walls();
