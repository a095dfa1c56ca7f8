-- How an account gets its password and its second factor.

-- `staff` is NULL for the code that makes the first administrator, who then chooses a login.
CREATE TABLE IF NOT EXISTS activation (
  code_hash {BYTES} PRIMARY KEY,
  staff {BYTES},
  roles {TEXT} NOT NULL,
  expires_at {INT} NOT NULL,
  used_at {INT},
  mark {BYTES} NOT NULL
) {ROWS};

CREATE INDEX IF NOT EXISTS activation_by_staff ON activation (staff);

-- A second factor that was shown to its owner and not confirmed yet.
CREATE TABLE IF NOT EXISTS enrolment (
  staff {BYTES} PRIMARY KEY,
  secret_sealed {BYTES} NOT NULL,
  started_at {INT} NOT NULL
) {ROWS};
