CREATE TABLE "idempotency_keys" (
	"partner_id" uuid NOT NULL,
	"token_id" uuid NOT NULL,
	"key_hash" "bytea" NOT NULL,
	"fingerprint" "bytea" NOT NULL,
	"taken_at" timestamp with time zone DEFAULT now() NOT NULL,
	"answered_at" timestamp with time zone,
	"status" integer,
	"answer_sealed" text,
	CONSTRAINT "idempotency_keys_partner_id_token_id_key_hash_pk" PRIMARY KEY("partner_id","token_id","key_hash"),
	CONSTRAINT "idempotency_keys_answered" CHECK (("idempotency_keys"."answered_at" is null) = ("idempotency_keys"."status" is null) and ("idempotency_keys"."status" is null) = ("idempotency_keys"."answer_sealed" is null))
);
--> statement-breakpoint
CREATE INDEX "idempotency_keys_taken" ON "idempotency_keys" USING btree ("taken_at");