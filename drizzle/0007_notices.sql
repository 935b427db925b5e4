CREATE TABLE "notice_channels" (
	"partner_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"owner_id" uuid GENERATED ALWAYS AS (nullif(partner_id, '00000000-0000-0000-0000-000000000000')) STORED,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"language" text NOT NULL,
	"alarms" text[],
	"enabled" boolean DEFAULT true NOT NULL,
	"sealed" text NOT NULL,
	"shown" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"problem" text,
	"problem_at" timestamp with time zone,
	"delivered_at" timestamp with time zone,
	"left_out" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "notice_channels_partner_id_id_pk" PRIMARY KEY("partner_id","id"),
	CONSTRAINT "notice_channels_name" UNIQUE("partner_id","name"),
	CONSTRAINT "notice_channels_kind" CHECK ("notice_channels"."kind" in ('webhook', 'slack', 'telegram', 'email')),
	CONSTRAINT "notice_channels_language" CHECK ("notice_channels"."language" in ('en', 'ru'))
);
--> statement-breakpoint
CREATE TABLE "notice_ladders" (
	"partner_id" uuid NOT NULL,
	"channel_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"subject" text NOT NULL,
	"cause" text NOT NULL,
	"alarm_id" uuid NOT NULL,
	"rung" smallint DEFAULT 0 NOT NULL,
	"began_at" timestamp with time zone,
	"due_at" timestamp with time zone,
	"over_at" timestamp with time zone,
	CONSTRAINT "notice_ladders_partner_id_channel_id_kind_subject_cause_pk" PRIMARY KEY("partner_id","channel_id","kind","subject","cause"),
	CONSTRAINT "notice_ladders_told" CHECK (("notice_ladders"."rung" = 0) = ("notice_ladders"."began_at" is null))
);
--> statement-breakpoint
CREATE TABLE "notices" (
	"partner_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"channel_id" uuid NOT NULL,
	"test" boolean DEFAULT false NOT NULL,
	"items" jsonb NOT NULL,
	"more" integer DEFAULT 0 NOT NULL,
	"left_out" integer DEFAULT 0 NOT NULL,
	"state" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"due_at" timestamp with time zone,
	"attempt" integer DEFAULT 0 NOT NULL,
	"retries" smallint DEFAULT 0 NOT NULL,
	"lease_until" timestamp with time zone,
	"lease_owner" uuid,
	"settled_at" timestamp with time zone,
	"outcome" text,
	"http_status" smallint,
	"answer" text,
	CONSTRAINT "notices_partner_id_id_pk" PRIMARY KEY("partner_id","id"),
	CONSTRAINT "notices_state" CHECK ("notices"."state" in ('queued', 'sending', 'delivered', 'given_up')),
	CONSTRAINT "notices_due_when_queued" CHECK (("notices"."state" = 'queued') = ("notices"."due_at" is not null)),
	CONSTRAINT "notices_leased_when_sending" CHECK (("notices"."state" = 'sending') = ("notices"."lease_until" is not null and "notices"."lease_owner" is not null)),
	CONSTRAINT "notices_settled_when_final" CHECK (("notices"."state" in ('delivered', 'given_up')) = ("notices"."settled_at" is not null))
);
--> statement-breakpoint
ALTER TABLE "notice_channels" ADD CONSTRAINT "notice_channels_owner_id_partners_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."partners"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notice_ladders" ADD CONSTRAINT "notice_ladders_partner_id_channel_id_notice_channels_partner_id_id_fk" FOREIGN KEY ("partner_id","channel_id") REFERENCES "public"."notice_channels"("partner_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notices" ADD CONSTRAINT "notices_partner_id_channel_id_notice_channels_partner_id_id_fk" FOREIGN KEY ("partner_id","channel_id") REFERENCES "public"."notice_channels"("partner_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "notice_ladders_due" ON "notice_ladders" USING btree ("partner_id","channel_id","due_at");--> statement-breakpoint
CREATE INDEX "notices_due" ON "notices" USING btree ("due_at") WHERE "notices"."state" = 'queued';--> statement-breakpoint
CREATE INDEX "notices_leased" ON "notices" USING btree ("lease_until") WHERE "notices"."state" = 'sending';--> statement-breakpoint
CREATE INDEX "notices_channel" ON "notices" USING btree ("partner_id","channel_id","created_at");--> statement-breakpoint
CREATE INDEX "notices_settled" ON "notices" USING btree ("settled_at");--> statement-breakpoint
INSERT INTO "walls" ("object", "role", "rights") VALUES
	('notice_channels', 'worker', 'select, update (failures, problem, problem_at, delivered_at, left_out)'),
	('notice_channels', 'app', 'select, insert, update, delete'),
	('notice_channels', 'operator', 'select, insert, update, delete'),
	('notice_channels', 'audit', 'select (partner_id, owner_id, id, name, kind, language, alarms, enabled, shown, created_at, failures, problem, problem_at, delivered_at, left_out)'),
	('notice_ladders', 'worker', 'select, insert, update, delete'),
	('notices', 'worker', 'select, insert, update, delete'),
	('notices', 'app', 'select, insert, update'),
	('notices', 'operator', 'select, insert, update'),
	('notices', 'audit', 'select');
--> statement-breakpoint
SELECT moab_raise_walls();
