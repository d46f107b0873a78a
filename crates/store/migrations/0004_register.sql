-- The population register, as the imports left it (R-CPR-4, R-CPR-5). A number is found by its keyed index; all that is known of it lies
-- sealed to its row. An import writes rows under its own number, and nobody sees them before `register_state` says that they hold.

CREATE TABLE register_state (
  id BIGINT NOT NULL PRIMARY KEY,       -- 1: there is one row
  base BIGINT NOT NULL,                 -- the import of the whole register that holds
  head BIGINT NOT NULL,                 -- the latest import of changes to it, or the same
  produced_on TEXT NOT NULL             -- the day of the file that head read
);

CREATE TABLE register_imports (
  id BIGINT NOT NULL PRIMARY KEY,       -- 1, 2, 3 ..
  kind TEXT NOT NULL,                   -- whole, changes
  digest BYTEA NOT NULL,                -- SHA-256 of the file
  produced_on TEXT NOT NULL,
  state TEXT NOT NULL,                  -- writing, indexing, following, tidying, done
  persons BIGINT NOT NULL,
  progress BIGINT NOT NULL,             -- how many persons are through this state
  begun_at BIGINT NOT NULL,
  finished_at BIGINT
);

CREATE TABLE register_rows (
  import BIGINT NOT NULL,
  entry BIGINT NOT NULL,                -- 0, 1, 2 .. in the order of the file
  entry_sealed BYTEA NOT NULL,
  PRIMARY KEY (import, entry)
);

CREATE TABLE register_index (
  number_index BYTEA NOT NULL,          -- keyed, as in persons
  import BIGINT NOT NULL,
  entry BIGINT NOT NULL,
  PRIMARY KEY (number_index, import)
);

-- The names of streets: earlier addresses come as codes. Nothing in it is personal.
CREATE TABLE register_streets (
  municipality_code BIGINT NOT NULL,
  street_code BIGINT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (municipality_code, street_code)
);
