-- A body whose bytes were erased stays as a row: when, and a keyed hash of what it was (none where it was
-- never kept). Columns without a default: no partition is rewritten.
ALTER TABLE "event_bodies" ADD COLUMN "erased_at" timestamp with time zone, ADD COLUMN "body_hash" bytea;
