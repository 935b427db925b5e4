CREATE TABLE "parked_parts" (
	"partner_id" uuid NOT NULL,
	"event_id" uuid NOT NULL,
	"event" json NOT NULL,
	CONSTRAINT "parked_parts_partner_id_event_id_pk" PRIMARY KEY("partner_id","event_id")
);
--> statement-breakpoint
ALTER TABLE "erasures" ADD COLUMN "begun_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "parked_parts" ADD CONSTRAINT "parked_parts_partner_id_event_id_events_partner_id_id_fk" FOREIGN KEY ("partner_id","event_id") REFERENCES "public"."events"("partner_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
-- On a table with rows it is built later, without a lock: see src/db/indexes.ts.
DO $$
BEGIN
	IF NOT EXISTS (SELECT FROM "events") THEN
		CREATE INDEX "events_key_person" ON "events" USING btree ("partner_id",lower("event_key")) WHERE position('@' in "events"."event_key") > 0;
	END IF;
END $$;
--> statement-breakpoint
INSERT INTO "walls" ("object", "role", "rights") VALUES
	('parked_parts', 'ingest', 'select, insert, update'),
	('parked_parts', 'worker', 'select, delete'),
	('erasures', 'worker', 'update (begun_at)');
--> statement-breakpoint
SELECT moab_raise_walls();
