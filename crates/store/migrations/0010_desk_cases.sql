-- Cases at Citizen Service's desk. Whom they are about lies sealed, and is found by the keyed index of the number (R-CPR-5).

CREATE TABLE desk_cases (
  id BYTEA NOT NULL PRIMARY KEY,
  cvr TEXT NOT NULL,
  opened_by BYTEA NOT NULL,
  opened_at BIGINT NOT NULL,
  person_index BYTEA NOT NULL,          -- keyed
  body_sealed BYTEA NOT NULL,           -- number, name, documents, who vouched
  wanted TEXT NOT NULL,                 -- substantial, high
  state TEXT NOT NULL,                  -- open, awaits_second, accepted, refused
  state_by BYTEA,                       -- who brought it there
  version BIGINT NOT NULL               -- each change counts: what decides between two that meet
);
CREATE INDEX desk_cases_of_organisation ON desk_cases (cvr, opened_at);

-- Rounds of control questions (R-QUE-1): the key allows one a day for one person, whichever desk asks.
CREATE TABLE question_rounds (
  person_index BYTEA NOT NULL,
  day TEXT NOT NULL,                    -- in Denmark
  case_id BYTEA NOT NULL,
  round_sealed BYTEA NOT NULL,
  state TEXT NOT NULL,                  -- asked, passed, failed
  PRIMARY KEY (person_index, day)
);

-- For how many somebody may be witness at once (R-WIT-2): each of a witness's slots holds one person, and is free again after its time.
CREATE TABLE witness_slots (
  witness_id BYTEA NOT NULL,
  slot BIGINT NOT NULL,
  person_index BYTEA NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (witness_id, slot)
);

-- Who vouched for whom. It stays: it keeps officials away from their witnesses' cases, and tells who needed a witness last time (R-WIT-4).
CREATE TABLE witness_statements (
  case_id BYTEA NOT NULL PRIMARY KEY,
  witness_id BYTEA NOT NULL,
  person_index BYTEA NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX witness_statements_of_person ON witness_statements (person_index);
