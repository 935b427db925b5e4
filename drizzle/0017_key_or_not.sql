ALTER TABLE "campaigns" ADD COLUMN "has_api_key" boolean GENERATED ALWAYS AS (api_key_sealed is not null) STORED NOT NULL;
--> statement-breakpoint
INSERT INTO "walls" ("object", "role", "rights") VALUES
	('campaigns', 'audit', 'select (has_api_key)');
--> statement-breakpoint
SELECT moab_raise_walls();
