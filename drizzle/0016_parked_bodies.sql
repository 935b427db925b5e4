-- A month of bodies that is over stays while an event still waits to be read from one of them.
CREATE OR REPLACE FUNCTION moab_drop_bodies(month date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	name text := 'event_bodies_' || to_char(month, 'YYYY_MM');
	began timestamp with time zone := date_trunc('month', month) AT TIME ZONE 'UTC';
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
	IF is_over THEN
		is_over := NOT EXISTS (SELECT FROM events e WHERE e.state = 'parked' AND e.received_at >= began AND e.received_at < ended);
	END IF;
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
-- Replacing a function takes these away from it.
DO $$ BEGIN
	EXECUTE format('ALTER FUNCTION moab_drop_bodies(date) SECURITY DEFINER SET search_path = %I, pg_temp', current_schema());
END $$;
