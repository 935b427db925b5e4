CREATE TABLE "counted_hours" (
	"partner_id" uuid NOT NULL,
	"of" text NOT NULL,
	"hour" timestamp with time zone NOT NULL,
	"counted_at" timestamp with time zone NOT NULL,
	"open" boolean NOT NULL,
	CONSTRAINT "counted_hours_partner_id_of_hour_pk" PRIMARY KEY("partner_id","of","hour"),
	CONSTRAINT "counted_hours_of" CHECK ("counted_hours"."of" in ('events', 'grants'))
);
--> statement-breakpoint
CREATE TABLE "event_hours" (
	"partner_id" uuid NOT NULL,
	"hour" timestamp with time zone NOT NULL,
	"source_id" uuid NOT NULL,
	"state" text NOT NULL,
	"reason" text NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "event_hours_partner_id_hour_source_id_state_reason_pk" PRIMARY KEY("partner_id","hour","source_id","state","reason")
);
--> statement-breakpoint
CREATE TABLE "grant_hours" (
	"partner_id" uuid NOT NULL,
	"hour" timestamp with time zone NOT NULL,
	"campaign_id" uuid NOT NULL,
	"source_id" uuid NOT NULL,
	"state" text NOT NULL,
	"reason" text NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "grant_hours_partner_id_hour_campaign_id_source_id_state_reason_pk" PRIMARY KEY("partner_id","hour","campaign_id","source_id","state","reason")
);
--> statement-breakpoint
CREATE INDEX "counted_hours_open" ON "counted_hours" USING btree ("partner_id","of","counted_at") WHERE "counted_hours"."open";--> statement-breakpoint
CREATE INDEX "counted_hours_oldest" ON "counted_hours" USING btree ("partner_id","of","counted_at");