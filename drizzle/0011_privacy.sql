CREATE TABLE "erased_people" (
	"partner_id" uuid NOT NULL,
	"folded_key" "bytea" NOT NULL,
	"since" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "erased_people_partner_id_folded_key_pk" PRIMARY KEY("partner_id","folded_key")
);
--> statement-breakpoint
CREATE TABLE "erasures" (
	"partner_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"folded_key" "bytea" NOT NULL,
	"email_sealed" text,
	"phase" text DEFAULT 'searching' NOT NULL,
	"position" uuid DEFAULT '00000000-0000-0000-0000-000000000000' NOT NULL,
	"erased" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"older" text[],
	"requested_by" text NOT NULL,
	"requested_at" timestamp with time zone DEFAULT now() NOT NULL,
	"due_at" timestamp with time zone DEFAULT now(),
	"done_at" timestamp with time zone,
	"record" text,
	CONSTRAINT "erasures_partner_id_id_pk" PRIMARY KEY("partner_id","id"),
	CONSTRAINT "erasures_phase" CHECK ("erasures"."phase" in ('searching', 'confirming', 'done')),
	CONSTRAINT "erasures_done" CHECK (("erasures"."phase" = 'done') = ("erasures"."done_at" is not null and "erasures"."record" is not null and "erasures"."email_sealed" is null and "erasures"."due_at" is null))
);
--> statement-breakpoint
CREATE TABLE "retention" (
	"partner_id" uuid PRIMARY KEY NOT NULL,
	"bodies_days" integer,
	"ledger_days" integer,
	"audit_days" integer,
	CONSTRAINT "retention_days" CHECK (coalesce("retention"."bodies_days", 1) > 0 and coalesce("retention"."ledger_days", 1) > 0 and coalesce("retention"."audit_days", 1) > 0)
);
--> statement-breakpoint
ALTER TABLE "erased_people" ADD CONSTRAINT "erased_people_partner_id_partners_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."partners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "erasures" ADD CONSTRAINT "erasures_partner_id_partners_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."partners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "retention" ADD CONSTRAINT "retention_partner_id_partners_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."partners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "erasures_running" ON "erasures" USING btree ("partner_id","folded_key") WHERE "erasures"."phase" <> 'done';--> statement-breakpoint
CREATE INDEX "erasures_due" ON "erasures" USING btree ("due_at") WHERE "erasures"."phase" <> 'done';--> statement-breakpoint
-- A body whose bytes were erased stays as a row: when, and a keyed hash of what it was (none where it was
-- never kept). Columns without a default: no partition is rewritten.
ALTER TABLE "event_bodies" ADD COLUMN "erased_at" timestamp with time zone, ADD COLUMN "body_hash" bytea;
--> statement-breakpoint
-- Drops the bodies of one month: once they are over for every partner, or nobody has any of them left. True
-- where that was done. Only the owner may drop a table; whoever calls this chooses the month and no more.
CREATE FUNCTION moab_drop_bodies(month date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	name text := 'event_bodies_' || to_char(month, 'YYYY_MM');
	ended timestamp with time zone := (date_trunc('month', month) + interval '1 month') AT TIME ZONE 'UTC';
	is_over boolean;
BEGIN
	IF ended > now() OR NOT EXISTS (
		SELECT FROM pg_inherits WHERE inhparent = 'event_bodies'::regclass AND inhrelid = to_regclass(quote_ident(name))
	) THEN
		RETURN false;
	END IF;
	SELECT coalesce(bool_and(r.bodies_days IS NOT NULL AND ended < now() - r.bodies_days * interval '1 day'), false) INTO is_over
		FROM partners p LEFT JOIN retention r ON r.partner_id = p.id;
	IF NOT is_over THEN
		EXECUTE format('SELECT NOT EXISTS (SELECT FROM %I)', name) INTO is_over;
	END IF;
	IF is_over THEN
		EXECUTE format('DROP TABLE %I', name);
	END IF;
	RETURN is_over;
END
$$;
--> statement-breakpoint
-- Takes the oldest piece of a chain away, if it ends with a checkpoint and is over: entries, links and
-- checkpoints before that one go; the checkpoint and its link are the new beginning, signed long ago. The
-- chain of the installation is kept as long as that of any partner. Resolves with the number of entries.
CREATE FUNCTION moab_cut_audit(of_chain uuid) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
	days integer;
	bound timestamp with time zone;
	cut bigint;
	gone integer;
BEGIN
	PERFORM FROM audit_chains WHERE chain = of_chain FOR UPDATE SKIP LOCKED;
	IF NOT FOUND THEN
		RETURN 0;
	END IF;
	SELECT CASE WHEN count(*) = count(r.audit_days) THEN max(r.audit_days) END INTO days
		FROM partners p LEFT JOIN retention r ON r.partner_id = p.id
		WHERE p.id = of_chain OR of_chain = '00000000-0000-0000-0000-000000000000';
	-- Never younger than a year, whatever somebody put there: `audit verify` takes it for removed.
	bound := now() - greatest(days, 365) * interval '1 day';
	SELECT c.seq INTO cut FROM audit_checkpoints c
		WHERE c.chain = of_chain AND days IS NOT NULL AND c.created_at < bound
			AND c.seq > (SELECT min(seq) FROM audit_links WHERE chain = of_chain)
			AND EXISTS (SELECT FROM audit_links l WHERE l.chain = of_chain AND l.seq = c.seq)
			-- A checkpoint that only says that it is old takes no young entry with it.
			AND NOT EXISTS (SELECT FROM audit_links l JOIN audit_entries e ON e.id = l.entry_id
				WHERE l.chain = of_chain AND l.seq <= c.seq AND e.at >= bound)
		ORDER BY c.seq LIMIT 1;
	IF cut IS NULL THEN
		RETURN 0;
	END IF;
	PERFORM set_config('moab.retention', 'on', true);
	DELETE FROM audit_entries e USING audit_links l WHERE l.chain = of_chain AND l.seq <= cut AND e.id = l.entry_id;
	GET DIAGNOSTICS gone = ROW_COUNT;
	DELETE FROM audit_links WHERE chain = of_chain AND seq < cut;
	DELETE FROM audit_checkpoints WHERE chain = of_chain AND seq < cut;
	PERFORM set_config('moab.retention', '', true);
	RETURN gone;
END
$$;
--> statement-breakpoint
-- Both work as the owner, who alone may do this, and find nothing that somebody else put in the way.
DO $$
BEGIN
	EXECUTE format('ALTER FUNCTION moab_drop_bodies(date) SECURITY DEFINER SET search_path = %I, pg_temp', current_schema());
	EXECUTE format('ALTER FUNCTION moab_cut_audit(uuid) SECURITY DEFINER SET search_path = %I, pg_temp', current_schema());
	REVOKE ALL ON FUNCTION moab_drop_bodies(date), moab_cut_audit(uuid) FROM PUBLIC;
END
$$;
--> statement-breakpoint
INSERT INTO "walls" ("object", "role", "rights") VALUES
	('erased_people', 'ingest', 'select'),
	('erased_people', 'worker', 'select'),
	('erased_people', 'app', 'select, insert'),
	('erased_people', 'audit', 'select'),
	('erasures', 'worker', 'select, update (phase, position, erased, older, due_at)'),
	('erasures', 'app', 'select, insert, update (phase, erased, older, due_at, email_sealed, done_at, record)'),
	('erasures', 'audit', 'select (partner_id, id, folded_key, phase, erased, requested_by, requested_at, due_at, done_at, record)'),
	('retention', 'worker', 'select'),
	('retention', 'app', 'select, insert, update'),
	('retention', 'operator', 'select, insert'),
	('retention', 'audit', 'select'),
	('event_bodies', 'worker', 'update (body, headers, erased_at, body_hash), delete'),
	('event_bodies_default', 'worker', 'select'),
	('events', 'worker', 'delete'),
	('attempts', 'worker', 'delete'),
	('rejections', 'worker', 'update (body, headers, ip)'),
	('lookups', 'worker', 'delete'),
	('lookup_attempts', 'worker', 'delete'),
	('contacts', 'worker', 'delete'),
	('alarms', 'worker', 'delete'),
	('retries', 'worker', 'delete'),
	('replays', 'worker', 'update (trace), delete'),
	('FUNCTION moab_drop_bodies(date)', 'worker', 'execute'),
	('FUNCTION moab_cut_audit(uuid)', 'worker', 'execute');
--> statement-breakpoint
SELECT moab_raise_walls();
