ALTER TABLE "campaigns" DROP CONSTRAINT "campaigns_name";--> statement-breakpoint
ALTER TABLE "sources" DROP CONSTRAINT "sources_name";--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "archived_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "rules" ADD COLUMN "archived_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "sources" ADD COLUMN "archived_at" timestamp with time zone;--> statement-breakpoint
CREATE UNIQUE INDEX "campaigns_live_name" ON "campaigns" USING btree ("partner_id","name") WHERE "campaigns"."archived_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "sources_live_name" ON "sources" USING btree ("partner_id","name") WHERE "sources"."archived_at" is null;--> statement-breakpoint
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_archived_off" CHECK ("campaigns"."archived_at" is null or not "campaigns"."enabled");--> statement-breakpoint
ALTER TABLE "rules" ADD CONSTRAINT "rules_archived_off" CHECK ("rules"."archived_at" is null or not "rules"."enabled");--> statement-breakpoint
ALTER TABLE "sources" ADD CONSTRAINT "sources_archived_off" CHECK ("sources"."archived_at" is null or not "sources"."enabled");