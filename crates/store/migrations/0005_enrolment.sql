-- Enrolments: from nothing to an active app (R-ENR-1). What was read of a document lies here sealed, and only until it has proved its
-- holder; what was decided stays, without anything personal.
CREATE TABLE enrolments (
  id BYTEA NOT NULL PRIMARY KEY,
  way TEXT NOT NULL,                    -- home, helper, desk
  state TEXT NOT NULL,                  -- document, face, waiting_for_official, number, user_id, app, done, refused
  seat BIGINT NOT NULL,                 -- which device goes on; those before it are out (R-HLP-1)
  reading_id BYTEA,                     -- the newest reading of a chip for it
  continuation_index BYTEA,             -- keyed; of the one code by which another device may go on
  number_tries BIGINT NOT NULL,
  evidence_sealed BYTEA,                -- document, face, proven person: whichever the state has
  identity_id BYTEA,
  decision TEXT,                        -- what the proof rested on, or why it was refused; nothing personal
  begun_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX enrolments_reading ON enrolments (reading_id) WHERE reading_id IS NOT NULL;
CREATE UNIQUE INDEX enrolments_continuation ON enrolments (continuation_index) WHERE continuation_index IS NOT NULL;
CREATE INDEX enrolments_expire ON enrolments (expires_at);
