-- No statement looks from an event to its grants: the event names them itself (campaign, mode, email key).
DROP INDEX IF EXISTS "grants_event";
