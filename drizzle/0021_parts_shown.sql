-- Who may ask for everything that is kept of a person sees what is kept of events that wait.
INSERT INTO "walls" ("object", "role", "rights") VALUES
	('parked_parts', 'app', 'select'),
	('parked_parts', 'audit', 'select');
--> statement-breakpoint
SELECT moab_raise_walls();
