-- The exact bytes of every recorded request, partitioned by month so that old ones go by DROP.
-- Written by hand: drizzle cannot describe partitions.
CREATE TABLE "event_bodies" (
	"partner_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"method" text NOT NULL,
	"headers" jsonb NOT NULL,
	"body" bytea NOT NULL,
	PRIMARY KEY ("id", "received_at")
) PARTITION BY RANGE ("received_at");
--> statement-breakpoint
-- EXTERNAL: stored uncompressed. Compressing 3 kB of JSON costs more than writing it.
ALTER TABLE "event_bodies" ALTER COLUMN "body" SET STORAGE EXTERNAL;
--> statement-breakpoint
CREATE TABLE "event_bodies_default" PARTITION OF "event_bodies" DEFAULT;
--> statement-breakpoint
-- Makes the partitions of this month and the next ones; safe to call from many relays at once.
CREATE FUNCTION "ensure_event_body_partitions"(months_ahead integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	month timestamp with time zone;
	name text;
BEGIN
	PERFORM pg_advisory_xact_lock(7310577002);
	FOR n IN 0..months_ahead LOOP
		month := (date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => n)) AT TIME ZONE 'UTC';
		name := 'event_bodies_' || to_char(month AT TIME ZONE 'UTC', 'YYYY_MM');
		IF to_regclass(name) IS NULL THEN
			EXECUTE format(
				'CREATE TABLE %I PARTITION OF event_bodies FOR VALUES FROM (%L) TO (%L) WITH (toast_tuple_target = 8160)',
				name, month, (month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC');
		END IF;
	END LOOP;
END $$;
--> statement-breakpoint
SELECT "ensure_event_body_partitions"(3);
--> statement-breakpoint
-- Grants are updated a few times each and settle for good: leave room in the pages, clean up early.
ALTER TABLE "grants" SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
--> statement-breakpoint
INSERT INTO "installation" ("one") VALUES (true) ON CONFLICT DO NOTHING;
