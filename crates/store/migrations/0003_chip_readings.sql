-- Readings of documents' chips: what the server that begins one and the server that relays it both need, for minutes.
CREATE TABLE chip_readings (
  id BYTEA NOT NULL PRIMARY KEY,
  token_hash BYTEA NOT NULL,            -- of the one token that the next relay must bring
  access_sealed BYTEA,                  -- what opens the chip; gone when the chip has been read
  state TEXT NOT NULL,                  -- open, verified, refused
  relays BIGINT NOT NULL,
  relay_id BYTEA,
  relay_until BIGINT,
  progress TEXT,                        -- DG2 45: the file and how many hundredths of it
  last_fault TEXT,
  result_sealed BYTEA,                  -- what came of each step, and the document
  begun_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX chip_readings_expire ON chip_readings (expires_at);
