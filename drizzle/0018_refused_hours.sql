CREATE TABLE "refused_hours" (
	"partner_id" uuid NOT NULL,
	"hour" timestamp with time zone NOT NULL,
	"source_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"count" bigint NOT NULL,
	CONSTRAINT "refused_hours_partner_id_hour_source_id_reason_pk" PRIMARY KEY("partner_id","hour","source_id","reason")
);

--> statement-breakpoint
INSERT INTO "walls" ("object", "role", "rights") VALUES
	('refused_hours', 'worker', 'select, insert, update'),
	('refused_hours', 'app', 'select'),
	('refused_hours', 'audit', 'select');
--> statement-breakpoint
SELECT moab_raise_walls();
