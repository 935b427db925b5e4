CREATE TABLE "retention" (
	"partner_id" uuid PRIMARY KEY NOT NULL,
	"bodies_days" integer,
	"ledger_days" integer,
	"audit_days" integer,
	CONSTRAINT "retention_days" CHECK (coalesce("retention"."bodies_days", 1) > 0 and coalesce("retention"."ledger_days", 1) > 0 and coalesce("retention"."audit_days", 1) > 0)
);
--> statement-breakpoint
ALTER TABLE "retention" ADD CONSTRAINT "retention_partner_id_partners_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."partners"("id") ON DELETE no action ON UPDATE no action;