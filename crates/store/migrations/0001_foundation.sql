-- Columns are TEXT, BIGINT (unix microseconds, or a count, or 0 and 1) and BYTEA, so that one text serves both engines.
-- Tables that grow with use are keyed by identity first, so that a distributed engine can shard them.

CREATE TABLE persons (
  id BYTEA NOT NULL PRIMARY KEY,
  number_index BYTEA NOT NULL UNIQUE,   -- keyed (R-CPR-5)
  protected BIGINT NOT NULL,
  details_sealed BYTEA NOT NULL         -- number, name, birth date, contact
);

CREATE TABLE identities (
  id BYTEA NOT NULL PRIMARY KEY,
  person_id BYTEA NOT NULL UNIQUE,      -- R-PER-1
  user_id_index BYTEA NOT NULL UNIQUE,  -- keyed, over the canonical form (R-UID-1)
  user_id_sealed BYTEA NOT NULL,
  state TEXT NOT NULL,
  ial TEXT NOT NULL,
  typed_code_from BIGINT,
  hide_service_names BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE authenticators (
  identity_id BYTEA NOT NULL,
  id BYTEA NOT NULL,
  kind TEXT NOT NULL,                   -- app
  name TEXT NOT NULL,
  platform TEXT NOT NULL,
  state TEXT NOT NULL,
  device_key BYTEA NOT NULL,
  token_hash BYTEA NOT NULL,
  pin_record BYTEA NOT NULL,            -- OPAQUE: worth nothing without the seed in the vault (R-SEC-1)
  guesses BIGINT NOT NULL,
  last_guess_at BIGINT,
  activated_at BIGINT NOT NULL,
  last_used_at BIGINT,
  PRIMARY KEY (identity_id, id)
);

CREATE TABLE activations (
  identity_id BYTEA NOT NULL,
  id BYTEA NOT NULL,
  selector TEXT NOT NULL,
  letter_hash BYTEA NOT NULL,
  sms_hash BYTEA NOT NULL,
  wrong_entries BIGINT NOT NULL,
  sent_at BIGINT NOT NULL,
  used_at BIGINT,
  PRIMARY KEY (identity_id, id)
);

-- A sign-in, which is also the grant that its tokens rest on. Nobody's tokens are stored, not even hashed: a code and an access token
-- are sealed references to this row.
CREATE TABLE sign_ins (
  identity_id BYTEA NOT NULL,
  id BYTEA NOT NULL,
  service TEXT NOT NULL,
  action TEXT NOT NULL,
  wanted TEXT NOT NULL,                 -- loa:substantial, aal:high
  psd2 BIGINT NOT NULL,
  browser TEXT NOT NULL,
  request_sealed BYTEA NOT NULL,        -- the checked authorization request and the reference text
  begun_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  state TEXT NOT NULL,
  wrong_codes BIGINT NOT NULL,
  authenticator_id BYTEA,
  channel TEXT,
  ial TEXT,
  aal TEXT,
  approved_at BIGINT,
  PRIMARY KEY (identity_id, id)
);
CREATE INDEX sign_ins_waiting ON sign_ins (identity_id) WHERE state = 'waiting';
CREATE INDEX sign_ins_begun ON sign_ins (begun_at);

CREATE TABLE events (
  identity_id BYTEA NOT NULL,
  id BYTEA NOT NULL,                    -- 8 bytes of time, 8 random: the key sorts by time
  at BIGINT NOT NULL,
  body_sealed BYTEA NOT NULL,
  PRIMARY KEY (identity_id, id)
);

CREATE TABLE messages (
  id BYTEA NOT NULL PRIMARY KEY,        -- 8 bytes of time, 8 random
  identity_id BYTEA NOT NULL,
  channel TEXT NOT NULL,                -- sms, email, letter
  body_sealed BYTEA NOT NULL,           -- address, subject, text
  created_at BIGINT NOT NULL,
  sent_at BIGINT
);
CREATE INDEX messages_unsent ON messages (created_at) WHERE sent_at IS NULL;
CREATE INDEX messages_of_identity ON messages (identity_id, id);

CREATE TABLE services (
  client_id TEXT NOT NULL PRIMARY KEY,
  document TEXT NOT NULL,
  updated_at BIGINT NOT NULL
);

-- What may be used once: the `jti` of a client assertion, and the digest of a revoked token until it would have ended anyway.
CREATE TABLE used_once (
  kind TEXT NOT NULL,
  digest BYTEA NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (kind, digest)
);
