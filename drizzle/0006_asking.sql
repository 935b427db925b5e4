-- Indexes for questions about the past. On tables with rows they are built later, by the relay's upkeep and
-- without a lock (src/db/indexes.ts): an older relay goes on recording meanwhile. The definitions of both
-- must be the same; test/db/indexes.test.ts holds them together.
DO $$
BEGIN
	IF NOT EXISTS (SELECT FROM "events") AND NOT EXISTS (SELECT FROM "grants") AND NOT EXISTS (SELECT FROM "attempts") THEN
		DROP INDEX "events_person";
		CREATE INDEX "attempts_newest" ON "attempts" USING btree ("partner_id","at","grant_id","attempt");
		CREATE INDEX "events_person_newest" ON "events" USING btree ("partner_id","email_key","id") WHERE "events"."email_key" is not null;
		CREATE INDEX "events_type" ON "events" USING btree ("partner_id","type","id");
		CREATE INDEX "events_state" ON "events" USING btree ("partner_id","state","id") WHERE "events"."state" in ('unreadable', 'test', 'parked');
		CREATE INDEX "events_reason" ON "events" USING btree ("partner_id","reason","id") WHERE "events"."reason" not in ('matched', 'no_type_match');
		CREATE INDEX "grants_campaign" ON "grants" USING btree ("campaign_id","id");
	END IF;
END $$;
