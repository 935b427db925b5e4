-- Once for each row it looked for the campaign; that a campaign with grants is not deleted, its deletion sees to.
ALTER TABLE "grants" DROP CONSTRAINT IF EXISTS "grants_partner_id_campaign_id_campaigns_partner_id_id_fk";--> statement-breakpoint
-- On a table with rows it is built beside the work, and the one it replaces goes then (src/db/indexes.ts).
DO $$ BEGIN
	IF NOT EXISTS (SELECT FROM "grants") THEN
		DROP INDEX IF EXISTS "grants_person_folded";
		CREATE INDEX "grants_person_cased" ON "grants" USING btree ("partner_id","folded_key") WHERE "grants"."folded_key" <> "grants"."email_key";
	END IF;
END $$;
