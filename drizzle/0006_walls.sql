-- The second wall between partners. The relay works under roles that may do what their work needs and
-- nothing else; whoever asks or changes something for a partner is under moab_relay_app, which sees the
-- rows of the partner named by moab.partner and, where none is named, no row at all.
--   ingest, worker   act across partners        access     sign-in, tokens, sessions, reading the set-up
--   app              always one partner         operator   changes of the set-up across partners
--   audit            reads, of all partners, what is no secret
-- A later migration adds its rows to "walls" and calls moab_raise_walls() again.
CREATE TABLE "walls" (
	"object" text NOT NULL,
	"role" text NOT NULL,
	"rights" text NOT NULL,
	PRIMARY KEY ("object", "role", "rights")
);
--> statement-breakpoint
INSERT INTO "walls" ("object", "role", "rights") VALUES
	-- Whether a migration is missing is looked at before there is a role.
	('drizzle.__drizzle_migrations', 'access', 'select'),
	('installation', 'access', 'select, update'),
	('installation', 'app', 'select (one, config_version), update (config_version)'),
	('installation', 'operator', 'select (one, config_version), update (config_version)'),
	('installation', 'audit', 'select (one, config_version)'),
	('partners', 'worker', 'select'),
	('partners', 'access', 'select'),
	('partners', 'app', 'select, update (name)'),
	('partners', 'operator', 'select, insert, update'),
	('partners', 'audit', 'select'),
	('users', 'access', 'select, insert, update'),
	('users', 'app', 'select (id, email, totp_sealed)'),
	('users', 'operator', 'select (id, email, operator)'),
	('users', 'audit', 'select (id, email, totp_sealed)'),
	('identities', 'access', 'select, insert, delete'),
	('sessions', 'access', 'select, insert, update, delete'),
	('throttles', 'access', 'select, insert, update, delete'),
	('memberships', 'access', 'select, insert, update'),
	('memberships', 'app', 'select, insert, update, delete'),
	('memberships', 'audit', 'select'),
	('invitations', 'access', 'select, update'),
	('invitations', 'app', 'select, insert, update'),
	('invitations', 'operator', 'select, insert, update'),
	('invitations', 'audit', 'select (id, partner_id, email, role, invited_by, created_at, expires_at, ended_at)'),
	('api_tokens', 'access', 'select, update (last_used_at)'),
	('api_tokens', 'app', 'select, insert, update (revoked_at)'),
	('api_tokens', 'operator', 'select, insert, update (revoked_at)'),
	('api_tokens', 'audit', 'select (id, partner_id, name, scopes, expires_at, revoked_at, last_used_at, created_at)'),
	('signing_keys', 'access', 'select, insert'),
	('sources', 'worker', 'select (partner_id, id, name, enabled)'),
	('sources', 'access', 'select'),
	('sources', 'app', 'select, insert, update, delete'),
	('sources', 'operator', 'select, insert, update, delete'),
	('sources', 'audit', 'select (partner_id, id, name, provider, settings, enabled, created_at)'),
	('credentials', 'access', 'select, update (last_used_at)'),
	('credentials', 'app', 'select, insert, update, delete'),
	('credentials', 'operator', 'select, insert, update, delete'),
	('credentials', 'audit', 'select (partner_id, id, source_id, name, valid_until, last_used_at, created_at)'),
	('campaigns', 'ingest', 'select (partner_id, id, per_second)'),
	('campaigns', 'worker', 'select (partner_id, id, name, mode, url, starts_at, ends_at, per_second, enabled)'),
	('campaigns', 'access', 'select'),
	('campaigns', 'app', 'select, insert, update, delete'),
	('campaigns', 'operator', 'select, insert, update, delete'),
	('campaigns', 'audit', 'select (partner_id, id, name, mode, url, starts_at, ends_at, per_second, enabled, created_at)'),
	('rules', 'access', 'select'),
	('rules', 'app', 'select, insert, update, delete'),
	('rules', 'operator', 'select, insert, update, delete'),
	('rules', 'audit', 'select'),
	('campaign_health', 'ingest', 'select'),
	('campaign_health', 'worker', 'select, update'),
	('campaign_health', 'app', 'select, insert, update'),
	('campaign_health', 'operator', 'select, insert, update'),
	('campaign_health', 'audit', 'select'),
	('events', 'ingest', 'select, insert, update (copies, state, reason)'),
	('events', 'worker', 'select, update'),
	('events', 'app', 'select'),
	('events', 'audit', 'select'),
	('event_bodies', 'ingest', 'insert'),
	('event_bodies', 'worker', 'select'),
	('event_bodies', 'app', 'select'),
	('event_bodies', 'audit', 'select'),
	('grants', 'ingest', 'select, insert'),
	('grants', 'worker', 'select, insert, update'),
	('grants', 'app', 'select'),
	('grants', 'audit', 'select'),
	('attempts', 'worker', 'select, insert, update'),
	('attempts', 'app', 'select'),
	('attempts', 'audit', 'select'),
	('rejections', 'worker', 'select, insert, delete'),
	('rejections', 'app', 'select'),
	('rejections', 'audit', 'select'),
	('lookups', 'ingest', 'select, insert, update'),
	('lookups', 'worker', 'select, insert, update'),
	('lookups', 'app', 'select'),
	('lookups', 'audit', 'select'),
	('lookup_attempts', 'worker', 'select, insert, update'),
	('lookup_attempts', 'app', 'select'),
	('lookup_attempts', 'audit', 'select'),
	('lookup_health', 'ingest', 'select, insert'),
	('lookup_health', 'worker', 'select, insert, update'),
	('lookup_health', 'app', 'select'),
	('lookup_health', 'audit', 'select'),
	('contacts', 'ingest', 'select, insert, update'),
	('contacts', 'worker', 'select'),
	('alarms', 'worker', 'select, insert, update'),
	('alarms', 'app', 'select'),
	('alarms', 'audit', 'select'),
	('audit_entries', 'worker', 'select, insert'),
	('audit_entries', 'access', 'insert'),
	('audit_entries', 'app', 'select, insert'),
	('audit_entries', 'operator', 'insert'),
	('audit_entries', 'audit', 'select'),
	-- A row must be updatable to be locked.
	('audit_chains', 'worker', 'select, insert, update (created_at)'),
	('audit_links', 'worker', 'select, insert'),
	('audit_links', 'audit', 'select'),
	('audit_checkpoints', 'worker', 'select, insert'),
	('audit_checkpoints', 'audit', 'select');
--> statement-breakpoint
-- Whose rows this transaction may see; null: nobody's.
CREATE FUNCTION moab_partner() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT nullif(current_setting('moab.partner', true), '')::uuid
$$;
--> statement-breakpoint
-- May this session work as that role? False where the role could not be made.
CREATE FUNCTION moab_may_be(part text) RETURNS boolean LANGUAGE sql STABLE AS $$
	SELECT coalesce(pg_has_role(session_user, to_regrole('moab_relay_' || part),
		CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END), false)
$$;
--> statement-breakpoint
-- The rest of the transaction is done as that role, for that partner.
CREATE FUNCTION moab_enter(part text, partner uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('moab.partner', coalesce(partner::text, ''), true);
	IF moab_may_be(part) THEN
		PERFORM set_config('role', 'moab_relay_' || part, true);
	END IF;
END
$$;
--> statement-breakpoint
-- Sources, of any partner, that have one of these ingest keys: a key must not be taken twice.
CREATE FUNCTION moab_sources_with_keys(hashes bytea[]) RETURNS TABLE (id uuid, hash bytea) LANGUAGE sql STABLE SECURITY DEFINER AS $$
	SELECT s.id, s.ingest_key_hash FROM sources s WHERE s.ingest_key_hash = ANY (hashes)
$$;
--> statement-breakpoint
DO $$ BEGIN
	EXECUTE format('ALTER FUNCTION moab_sources_with_keys(bytea[]) SET search_path = %I, pg_temp', current_schema());
	EXECUTE format('ALTER FUNCTION ensure_event_body_partitions(integer) SECURITY DEFINER SET search_path = %I, pg_temp', current_schema());
END $$;
--> statement-breakpoint
-- Makes what is missing of roles, rights and policies; whoever runs it owns the tables. Roles belong to
-- the whole server: they may be there already, and where this login may not make them, somebody else
-- makes them and runs this again (docs/isolation.md).
CREATE FUNCTION moab_raise_walls() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	part text;
	wall record;
	own text;
BEGIN
	FOREACH part IN ARRAY ARRAY['ingest', 'worker', 'access', 'app', 'operator', 'audit'] LOOP
		BEGIN
			IF to_regrole('moab_relay_' || part) IS NULL THEN
				EXECUTE format('CREATE ROLE %I NOLOGIN', 'moab_relay_' || part);
			END IF;
			IF NOT moab_may_be(part) THEN
				EXECUTE format('GRANT %I TO %I', 'moab_relay_' || part, session_user);
			END IF;
		EXCEPTION WHEN insufficient_privilege OR duplicate_object OR unique_violation THEN
			NULL;
		END;
		IF to_regrole('moab_relay_' || part) IS NOT NULL THEN
			EXECUTE format('GRANT USAGE ON SCHEMA %I, drizzle TO %I', current_schema(), 'moab_relay_' || part);
		END IF;
	END LOOP;
	FOR wall IN SELECT object, 'moab_relay_' || role AS role, rights FROM walls ORDER BY object LOOP
		IF to_regrole(wall.role) IS NOT NULL THEN
			EXECUTE format('GRANT %s ON %s TO %I', wall.rights, wall.object, wall.role);
		END IF;
	END LOOP;
	FOR wall IN
		SELECT c.oid::regclass AS place, c.relname, a.attname, c.relforcerowsecurity AS is_walled,
			EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'one_partner') AS is_owned
		FROM pg_class c
		LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped AND (a.attname = 'partner_id'
			OR c.relname IN ('audit_chains', 'audit_links', 'audit_checkpoints') AND a.attname = 'chain'
			OR c.relname = 'partners' AND a.attname = 'id')
		WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
			AND (a.attname IS NOT NULL OR c.relname = 'users')
		ORDER BY c.relname
	LOOP
		IF NOT wall.is_walled THEN
			EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', wall.place);
			EXECUTE format('CREATE POLICY everyone ON %s USING (true) WITH CHECK (true)', wall.place);
		END IF;
		IF NOT wall.is_owned AND to_regrole('moab_relay_app') IS NOT NULL THEN
			own := CASE WHEN wall.relname = 'users'
				THEN 'EXISTS (SELECT FROM memberships m WHERE m.user_id = users.id AND m.partner_id = moab_partner())'
				ELSE format('%I = moab_partner()', wall.attname) END;
			-- A policy meets all members of its role, the relay's own login among them: that one is let through.
			EXECUTE format('CREATE POLICY one_partner ON %s AS RESTRICTIVE TO moab_relay_app USING (%s OR current_user <> ''moab_relay_app'')',
				wall.place, own);
		END IF;
	END LOOP;
END
$$;
--> statement-breakpoint
SELECT moab_raise_walls();
