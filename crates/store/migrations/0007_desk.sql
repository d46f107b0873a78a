-- Citizen Service: who works at its desks, and what they did there.

CREATE TABLE officials (
  identity_id BYTEA NOT NULL PRIMARY KEY,
  cvr TEXT NOT NULL,                    -- the organisation: what one does is no other's business
  municipality_code TEXT NOT NULL,
  municipality_name TEXT NOT NULL,
  office TEXT NOT NULL,
  role TEXT NOT NULL,                   -- official, supervisor
  added_at BIGINT NOT NULL
);
CREATE INDEX officials_of_organisation ON officials (cvr);

-- The log of acts at a desk: appended, never changed. What was done may be personal, who did it under which rule is not.
CREATE TABLE desk_acts (
  official_id BYTEA NOT NULL,           -- the official's identity
  id BYTEA NOT NULL,                    -- 8 bytes of time, 8 random: the key sorts by time
  cvr TEXT NOT NULL,
  case_id BYTEA,
  act TEXT NOT NULL,
  rule TEXT,
  reason_sealed BYTEA,                  -- in the official's own words
  at BIGINT NOT NULL,
  PRIMARY KEY (official_id, id)
);
CREATE INDEX desk_acts_of_case ON desk_acts (case_id, id) WHERE case_id IS NOT NULL;
