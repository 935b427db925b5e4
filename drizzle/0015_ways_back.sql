ALTER TABLE "users" ADD COLUMN "reset_hash" "bytea";--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "reset_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "reset_codes" boolean;--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_reset_hash_unique" UNIQUE("reset_hash");--> statement-breakpoint
-- Operators are listed by whoever asks questions of the whole installation.
UPDATE "walls" SET "rights" = 'select (id, email, operator, totp_sealed, created_at)' WHERE "object" = 'users' AND "role" = 'audit';--> statement-breakpoint
SELECT moab_raise_walls();
