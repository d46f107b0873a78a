-- P codes that were issued (R-PER-4). A row stays for ever: a code names its holder for as long as they have an identity, and is
-- given to nobody else.
CREATE TABLE p_codes (
  code_index BYTEA NOT NULL PRIMARY KEY, -- keyed, of the code
  holder_index BYTEA NOT NULL,           -- keyed, of name and birth date; two people may share one
  details_sealed BYTEA NOT NULL,         -- code, name, birth date
  issued_at BIGINT NOT NULL,             -- or renewed
  uses BIGINT NOT NULL,                  -- since then
  ended_at BIGINT                        -- the holder got a CPR number
);
CREATE INDEX p_codes_holder ON p_codes (holder_index);
