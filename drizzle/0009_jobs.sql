CREATE TABLE "job_items" (
	"partner_id" uuid NOT NULL,
	"job_id" uuid NOT NULL,
	"n" integer NOT NULL,
	"original_id" uuid,
	"line" integer,
	"email" text,
	"email_key" "bytea",
	"folded_key" "bytea",
	"state" text NOT NULL,
	"reason" text,
	"result_id" uuid,
	CONSTRAINT "job_items_partner_id_job_id_n_pk" PRIMARY KEY("partner_id","job_id","n"),
	CONSTRAINT "job_items_state" CHECK ("job_items"."state" in ('waiting', 'done', 'skipped', 'failed')),
	CONSTRAINT "job_items_reason" CHECK ("job_items"."state" not in ('skipped', 'failed') or "job_items"."reason" is not null)
);
--> statement-breakpoint
CREATE TABLE "jobs" (
	"partner_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"state" text DEFAULT 'planned' NOT NULL,
	"wanted" jsonb NOT NULL,
	"found" jsonb NOT NULL,
	"fingerprint" text NOT NULL,
	"planned_by" text NOT NULL,
	"planned_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"confirmed_by" text,
	"confirmed_at" timestamp with time zone,
	"cancelled_by" text,
	"ended_at" timestamp with time zone,
	"items" integer NOT NULL,
	"reached" integer DEFAULT 0 NOT NULL,
	"done" integer DEFAULT 0 NOT NULL,
	"skipped" integer DEFAULT 0 NOT NULL,
	"failed" integer DEFAULT 0 NOT NULL,
	"lease_until" timestamp with time zone,
	"lease_owner" uuid,
	CONSTRAINT "jobs_partner_id_id_pk" PRIMARY KEY("partner_id","id"),
	CONSTRAINT "jobs_kind" CHECK ("jobs"."kind" in ('retry', 'replay', 'import')),
	CONSTRAINT "jobs_state" CHECK ("jobs"."state" in ('planned', 'running', 'done', 'cancelled')),
	CONSTRAINT "jobs_confirmed" CHECK (("jobs"."state" = 'planned') = ("jobs"."confirmed_at" is null)),
	CONSTRAINT "jobs_counts" CHECK ("jobs"."done" + "jobs"."skipped" + "jobs"."failed" = "jobs"."reached")
);
--> statement-breakpoint
CREATE TABLE "replays" (
	"partner_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"event_id" uuid NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"actor" text NOT NULL,
	"job_id" uuid,
	"state" text NOT NULL,
	"reason" text NOT NULL,
	"trace" jsonb NOT NULL,
	"matches" jsonb NOT NULL,
	"made" uuid[] NOT NULL,
	CONSTRAINT "replays_partner_id_id_pk" PRIMARY KEY("partner_id","id"),
	CONSTRAINT "replays_state" CHECK ("replays"."state" in ('matched', 'unmatched', 'unreadable', 'test'))
);
--> statement-breakpoint
CREATE TABLE "retries" (
	"partner_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"grant_id" uuid NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"actor" text NOT NULL,
	"job_id" uuid,
	"did" text NOT NULL,
	"state" text NOT NULL,
	"reason" text,
	"answer" text,
	"calls" integer NOT NULL,
	CONSTRAINT "retries_partner_id_id_pk" PRIMARY KEY("partner_id","id"),
	CONSTRAINT "retries_did" CHECK ("retries"."did" in ('due', 'probe'))
);
--> statement-breakpoint
ALTER TABLE "grants" ADD COLUMN "import_id" uuid;--> statement-breakpoint
CREATE INDEX "jobs_running" ON "jobs" USING btree ("id") WHERE "jobs"."state" = 'running';--> statement-breakpoint
CREATE INDEX "jobs_planned" ON "jobs" USING btree ("expires_at") WHERE "jobs"."state" = 'planned';--> statement-breakpoint
CREATE INDEX "replays_event" ON "replays" USING btree ("partner_id","event_id","id");--> statement-breakpoint
CREATE INDEX "retries_grant" ON "retries" USING btree ("partner_id","grant_id","id");--> statement-breakpoint
INSERT INTO "walls" ("object", "role", "rights") VALUES
	('jobs', 'worker', 'select, insert, update, delete'),
	('jobs', 'app', 'select'),
	('jobs', 'audit', 'select'),
	('job_items', 'worker', 'select, insert, update, delete'),
	('job_items', 'app', 'select'),
	('job_items', 'audit', 'select'),
	('retries', 'worker', 'select, insert'),
	('retries', 'app', 'select'),
	('retries', 'audit', 'select'),
	('replays', 'worker', 'select, insert'),
	('replays', 'app', 'select'),
	('replays', 'audit', 'select'),
	('rules', 'worker', 'select'),
	('contacts', 'app', 'select'),
	('contacts', 'audit', 'select');
--> statement-breakpoint
SELECT moab_raise_walls();
