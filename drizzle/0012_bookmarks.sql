CREATE TABLE "bookmarks" (
	"partner_id" uuid NOT NULL,
	"event_id" uuid NOT NULL,
	"source_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "bookmarks_partner_id_event_id_pk" PRIMARY KEY("partner_id","event_id")
);
--> statement-breakpoint
ALTER TABLE "bookmarks" ADD CONSTRAINT "bookmarks_partner_id_event_id_events_partner_id_id_fk" FOREIGN KEY ("partner_id","event_id") REFERENCES "public"."events"("partner_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bookmarks" ADD CONSTRAINT "bookmarks_partner_id_source_id_sources_partner_id_id_fk" FOREIGN KEY ("partner_id","source_id") REFERENCES "public"."sources"("partner_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "bookmarks_source" ON "bookmarks" USING btree ("partner_id","source_id","event_id");--> statement-breakpoint
INSERT INTO "walls" ("object", "role", "rights") VALUES
	('bookmarks', 'app', 'select, insert, delete'),
	('bookmarks', 'worker', 'select, delete'),
	('bookmarks', 'audit', 'select');
--> statement-breakpoint
SELECT moab_raise_walls();
