CREATE TABLE "erased_people" (
	"partner_id" uuid NOT NULL,
	"folded_key" "bytea" NOT NULL,
	"since" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "erased_people_partner_id_folded_key_pk" PRIMARY KEY("partner_id","folded_key")
);
--> statement-breakpoint
CREATE TABLE "erasures" (
	"partner_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"folded_key" "bytea" NOT NULL,
	"email_sealed" text,
	"phase" text DEFAULT 'searching' NOT NULL,
	"position" uuid DEFAULT '00000000-0000-0000-0000-000000000000' NOT NULL,
	"erased" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"older" text[],
	"requested_by" text NOT NULL,
	"requested_at" timestamp with time zone DEFAULT now() NOT NULL,
	"due_at" timestamp with time zone DEFAULT now(),
	"done_at" timestamp with time zone,
	"record" text,
	CONSTRAINT "erasures_partner_id_id_pk" PRIMARY KEY("partner_id","id"),
	CONSTRAINT "erasures_phase" CHECK ("erasures"."phase" in ('searching', 'confirming', 'done')),
	CONSTRAINT "erasures_done" CHECK (("erasures"."phase" = 'done') = ("erasures"."done_at" is not null and "erasures"."record" is not null and "erasures"."email_sealed" is null and "erasures"."due_at" is null))
);
--> statement-breakpoint
ALTER TABLE "erased_people" ADD CONSTRAINT "erased_people_partner_id_partners_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."partners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "erasures" ADD CONSTRAINT "erasures_partner_id_partners_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."partners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "erasures_running" ON "erasures" USING btree ("partner_id","folded_key") WHERE "erasures"."phase" <> 'done';--> statement-breakpoint
CREATE INDEX "erasures_due" ON "erasures" USING btree ("due_at") WHERE "erasures"."phase" <> 'done';