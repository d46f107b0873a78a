-- Offices of Citizen Service, and who comes when (R-BOK-1).
CREATE TABLE offices (
  id TEXT NOT NULL PRIMARY KEY,
  organisation TEXT NOT NULL,           -- CVR number
  document TEXT NOT NULL,
  updated_at BIGINT NOT NULL
);

-- One row for each office and day on which something was booked: whoever books takes it first, so two never see the same desk free.
CREATE TABLE appointment_days (
  office_id TEXT NOT NULL,
  day TEXT NOT NULL,                    -- 2026-11-30, in Denmark
  changes BIGINT NOT NULL,
  PRIMARY KEY (office_id, day)
);

CREATE TABLE appointments (
  id BYTEA NOT NULL PRIMARY KEY,
  office_id TEXT NOT NULL,
  day TEXT NOT NULL,
  service TEXT NOT NULL,
  starts_at BIGINT,                     -- nothing for somebody who came without an appointment
  ends_at BIGINT,
  state TEXT NOT NULL,                  -- booked, arrived, in_service, done, no_show, cancelled
  state_at BIGINT,
  made_at BIGINT NOT NULL,
  remind_at BIGINT,                     -- nothing when the person has been reminded, or need not be
  reference_index BYTEA NOT NULL,       -- keyed
  phone_index BYTEA,                    -- keyed
  details_sealed BYTEA NOT NULL         -- reference, name, telephone, e-mail, language
);
CREATE INDEX appointments_day ON appointments (office_id, day);
CREATE UNIQUE INDEX appointments_reference ON appointments (reference_index);
CREATE INDEX appointments_phone ON appointments (phone_index) WHERE phone_index IS NOT NULL;
CREATE INDEX appointments_remind ON appointments (remind_at) WHERE remind_at IS NOT NULL;
CREATE INDEX appointments_forget ON appointments (day);
