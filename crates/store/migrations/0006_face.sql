-- Comparing faces (R-DOC-6). Pictures lie here sealed, and only until the case ends; what was decided and why stays, without anything of them.
CREATE TABLE face_cases (
  enrolment_id BYTEA NOT NULL PRIMARY KEY,
  state TEXT NOT NULL,                  -- open: pictures are to be taken; waiting: for an official; decided; expired
  tries BIGINT NOT NULL,                -- challenges that were answered
  round BIGINT NOT NULL,                -- how often pictures went to officials
  challenge BYTEA,                      -- hash of the challenge that may be answered, once
  wanted TEXT NOT NULL,                 -- substantial: one official; high: two
  advice TEXT,                          -- what a machine saw, as JSON; nothing personal
  waiting_since BIGINT,
  lease_official BYTEA,                 -- who looks at it now
  lease_until BIGINT,
  outcome TEXT,                         -- proved_by_model, proved, refused, again
  expires_at BIGINT NOT NULL
);
CREATE INDEX face_cases_waiting ON face_cases (waiting_since) WHERE state = 'waiting';
CREATE INDEX face_cases_expire ON face_cases (expires_at);

CREATE TABLE face_pictures (
  enrolment_id BYTEA NOT NULL,
  place BIGINT NOT NULL,                -- in the order of the challenge
  step TEXT NOT NULL,
  picture_sealed BYTEA NOT NULL,
  PRIMARY KEY (enrolment_id, place)
);

CREATE TABLE face_views (
  enrolment_id BYTEA NOT NULL,
  round BIGINT NOT NULL,
  official_id BYTEA NOT NULL,
  cvr TEXT NOT NULL,
  view TEXT NOT NULL,                   -- same, not_same, cannot_tell
  reasons TEXT NOT NULL,                -- words, separated by spaces
  note_sealed BYTEA,                    -- in the official's own words
  at BIGINT NOT NULL,
  PRIMARY KEY (enrolment_id, round, official_id)
);
