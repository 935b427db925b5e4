CREATE TABLE "api_tokens" (
	"id" uuid PRIMARY KEY NOT NULL,
	"partner_id" uuid,
	"name" text NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"scopes" text[] NOT NULL,
	"expires_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	"last_used_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "api_tokens_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "attempts" (
	"partner_id" uuid NOT NULL,
	"grant_id" uuid NOT NULL,
	"attempt" integer NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"ms" integer,
	"http_status" smallint,
	"answer" text NOT NULL,
	"code" bigint,
	"failure" text,
	"ambiguous" boolean NOT NULL,
	"fenced" boolean DEFAULT false NOT NULL,
	"snippet" text,
	"node" uuid NOT NULL,
	CONSTRAINT "attempts_partner_id_grant_id_attempt_node_pk" PRIMARY KEY("partner_id","grant_id","attempt","node")
);
--> statement-breakpoint
CREATE TABLE "audit_entries" (
	"id" uuid PRIMARY KEY NOT NULL,
	"partner_id" uuid,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"subject" text,
	"detail" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "campaign_health" (
	"partner_id" uuid NOT NULL,
	"campaign_id" uuid NOT NULL,
	"state" text DEFAULT 'healthy' NOT NULL,
	"reason" text,
	"since" timestamp with time zone DEFAULT now() NOT NULL,
	"probe_at" timestamp with time zone,
	"probes" integer DEFAULT 0 NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"pace_tokens" double precision DEFAULT 0 NOT NULL,
	"pace_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "campaign_health_partner_id_campaign_id_pk" PRIMARY KEY("partner_id","campaign_id"),
	CONSTRAINT "campaign_health_state" CHECK ("campaign_health"."state" in ('healthy', 'holding', 'unreachable', 'stopped')),
	CONSTRAINT "campaign_health_reason" CHECK (("campaign_health"."state" = 'healthy') = ("campaign_health"."reason" is null))
);
--> statement-breakpoint
CREATE TABLE "campaigns" (
	"partner_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"mode" text NOT NULL,
	"url" text,
	"api_key_sealed" text,
	"api_key_origin" jsonb,
	"starts_at" timestamp with time zone,
	"ends_at" timestamp with time zone,
	"per_second" double precision,
	"enabled" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "campaigns_partner_id_id_pk" PRIMARY KEY("partner_id","id"),
	CONSTRAINT "campaigns_name" UNIQUE("partner_id","name"),
	CONSTRAINT "campaigns_mode" CHECK ("campaigns"."mode" in ('live', 'sandbox')),
	CONSTRAINT "campaigns_pace" CHECK ("campaigns"."per_second" is null or "campaigns"."per_second" > 0),
	CONSTRAINT "campaigns_live_key" CHECK ("campaigns"."mode" = 'sandbox' or "campaigns"."api_key_sealed" is not null)
);
--> statement-breakpoint
CREATE TABLE "credentials" (
	"partner_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"source_id" uuid NOT NULL,
	"name" text NOT NULL,
	"sealed" text NOT NULL,
	"valid_until" timestamp with time zone,
	"last_used_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "credentials_partner_id_id_pk" PRIMARY KEY("partner_id","id")
);
--> statement-breakpoint
CREATE TABLE "events" (
	"partner_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"source_id" uuid NOT NULL,
	"event_key" text NOT NULL,
	"type" text NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	"occurred_at" timestamp with time zone,
	"state" text NOT NULL,
	"reason" text NOT NULL,
	"trust" text NOT NULL,
	"credential_id" uuid,
	"copies" integer DEFAULT 1 NOT NULL,
	"body_id" uuid NOT NULL,
	"part" integer DEFAULT 0 NOT NULL,
	"email_key" "bytea",
	"trace" jsonb NOT NULL,
	"matches" jsonb NOT NULL,
	CONSTRAINT "events_partner_id_id_pk" PRIMARY KEY("partner_id","id"),
	CONSTRAINT "events_once" UNIQUE("source_id","event_key"),
	CONSTRAINT "events_state" CHECK ("events"."state" in ('matched', 'unmatched', 'unreadable', 'test'))
);
--> statement-breakpoint
CREATE TABLE "grants" (
	"partner_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"campaign_id" uuid NOT NULL,
	"mode" text NOT NULL,
	"email_key" "bytea" NOT NULL,
	"folded_key" "bytea" NOT NULL,
	"email" text,
	"event_id" uuid,
	"rule_id" uuid,
	"state" text NOT NULL,
	"reason" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"due_at" timestamp with time zone,
	"attempt" integer DEFAULT 0 NOT NULL,
	"retries" smallint DEFAULT 0 NOT NULL,
	"ambiguous" boolean DEFAULT false NOT NULL,
	"lease_until" timestamp with time zone,
	"lease_owner" uuid,
	"settled_at" timestamp with time zone,
	"answer" text,
	CONSTRAINT "grants_id_partner_id_pk" PRIMARY KEY("id","partner_id"),
	CONSTRAINT "grants_state" CHECK ("grants"."state" in ('queued', 'sending', 'held', 'attention', 'granted', 'already_known', 'refused', 'test', 'suppressed')),
	CONSTRAINT "grants_due_when_queued" CHECK (("grants"."state" = 'queued') = ("grants"."due_at" is not null)),
	CONSTRAINT "grants_leased_when_sending" CHECK (("grants"."state" = 'sending') = ("grants"."lease_until" is not null and "grants"."lease_owner" is not null)),
	CONSTRAINT "grants_settled_when_final" CHECK (("grants"."state" in ('granted', 'already_known', 'refused', 'suppressed')) = ("grants"."settled_at" is not null)),
	CONSTRAINT "grants_reason_when_waiting" CHECK ("grants"."state" not in ('held', 'attention') or "grants"."reason" is not null),
	CONSTRAINT "grants_email_until_final" CHECK ("grants"."email" is not null or "grants"."state" not in ('queued', 'sending', 'held', 'attention'))
);
--> statement-breakpoint
CREATE TABLE "installation" (
	"one" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"config_version" bigint DEFAULT 1 NOT NULL,
	"pepper_sealed" text,
	"setup_token_hash" "bytea",
	CONSTRAINT "installation_one" CHECK ("installation"."one")
);
--> statement-breakpoint
CREATE TABLE "partners" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "partners_name_unique" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "rejections" (
	"partner_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"source_id" uuid NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"reason" text NOT NULL,
	"hint" text NOT NULL,
	"method" text NOT NULL,
	"headers" jsonb NOT NULL,
	"body" "bytea" NOT NULL,
	"body_bytes" integer NOT NULL,
	"ip" text,
	CONSTRAINT "rejections_partner_id_id_pk" PRIMARY KEY("partner_id","id")
);
--> statement-breakpoint
CREATE TABLE "rules" (
	"partner_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"source_id" uuid NOT NULL,
	"campaign_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"name" text NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"definition" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "rules_partner_id_id_pk" PRIMARY KEY("partner_id","id"),
	CONSTRAINT "rules_name" UNIQUE("partner_id","source_id","name")
);
--> statement-breakpoint
CREATE TABLE "sources" (
	"partner_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"provider" text NOT NULL,
	"ingest_key_hash" "bytea" NOT NULL,
	"ingest_key_sealed" text NOT NULL,
	"ingest_key_origin" jsonb,
	"settings" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sources_partner_id_id_pk" PRIMARY KEY("partner_id","id"),
	CONSTRAINT "sources_ingest_key_hash_unique" UNIQUE("ingest_key_hash"),
	CONSTRAINT "sources_name" UNIQUE("partner_id","name")
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" uuid PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"password_hash" text NOT NULL,
	"operator" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "users_email_unique" UNIQUE("email")
);
--> statement-breakpoint
ALTER TABLE "api_tokens" ADD CONSTRAINT "api_tokens_partner_id_partners_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."partners"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "campaign_health" ADD CONSTRAINT "campaign_health_partner_id_campaign_id_campaigns_partner_id_id_fk" FOREIGN KEY ("partner_id","campaign_id") REFERENCES "public"."campaigns"("partner_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_partner_id_partners_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."partners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credentials" ADD CONSTRAINT "credentials_partner_id_source_id_sources_partner_id_id_fk" FOREIGN KEY ("partner_id","source_id") REFERENCES "public"."sources"("partner_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grants" ADD CONSTRAINT "grants_partner_id_campaign_id_campaigns_partner_id_id_fk" FOREIGN KEY ("partner_id","campaign_id") REFERENCES "public"."campaigns"("partner_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rejections" ADD CONSTRAINT "rejections_partner_id_source_id_sources_partner_id_id_fk" FOREIGN KEY ("partner_id","source_id") REFERENCES "public"."sources"("partner_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rules" ADD CONSTRAINT "rules_partner_id_source_id_sources_partner_id_id_fk" FOREIGN KEY ("partner_id","source_id") REFERENCES "public"."sources"("partner_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rules" ADD CONSTRAINT "rules_partner_id_campaign_id_campaigns_partner_id_id_fk" FOREIGN KEY ("partner_id","campaign_id") REFERENCES "public"."campaigns"("partner_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sources" ADD CONSTRAINT "sources_partner_id_partners_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."partners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_entries_partner" ON "audit_entries" USING btree ("partner_id","id");--> statement-breakpoint
CREATE INDEX "credentials_source" ON "credentials" USING btree ("partner_id","source_id");--> statement-breakpoint
CREATE INDEX "events_source" ON "events" USING btree ("source_id","id");--> statement-breakpoint
CREATE INDEX "events_person" ON "events" USING btree ("partner_id","email_key") WHERE "events"."email_key" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "grants_once" ON "grants" USING btree ("campaign_id","mode","email_key") WHERE "grants"."state" <> 'test';--> statement-breakpoint
CREATE UNIQUE INDEX "grants_test_once" ON "grants" USING btree ("campaign_id","mode","email_key") WHERE "grants"."state" = 'test';--> statement-breakpoint
CREATE INDEX "grants_due" ON "grants" USING btree ("campaign_id","due_at","id") WHERE "grants"."state" = 'queued';--> statement-breakpoint
CREATE INDEX "grants_held" ON "grants" USING btree ("campaign_id","id") WHERE "grants"."state" = 'held';--> statement-breakpoint
CREATE INDEX "grants_leased" ON "grants" USING btree ("lease_until") WHERE "grants"."state" = 'sending';--> statement-breakpoint
CREATE INDEX "grants_attention" ON "grants" USING btree ("partner_id","id") WHERE "grants"."state" = 'attention';--> statement-breakpoint
CREATE INDEX "grants_person" ON "grants" USING btree ("partner_id","email_key");--> statement-breakpoint
CREATE INDEX "grants_person_folded" ON "grants" USING btree ("partner_id","folded_key");--> statement-breakpoint
CREATE INDEX "grants_event" ON "grants" USING btree ("partner_id","event_id");--> statement-breakpoint
CREATE INDEX "rejections_source" ON "rejections" USING btree ("source_id","id");