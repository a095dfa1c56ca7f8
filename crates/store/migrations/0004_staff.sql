-- The people and services that work with the data, and what they have used today.
CREATE TABLE IF NOT EXISTS staff (
  id {BYTES} PRIMARY KEY,
  login {TEXT} NOT NULL UNIQUE,
  name_sealed {BYTES} NOT NULL,
  password {TEXT} NOT NULL,
  totp_sealed {BYTES},
  totp_last_step {INT} NOT NULL,
  roles {TEXT} NOT NULL,
  site {TEXT},
  region {TEXT},
  state {TEXT} NOT NULL,
  version {INT} NOT NULL,
  failed {INT} NOT NULL,
  locked_until {INT} NOT NULL,
  created_at {INT} NOT NULL,
  mark {BYTES} NOT NULL
) {ROWS};

CREATE TABLE IF NOT EXISTS recovery_code (
  staff {BYTES} NOT NULL,
  code_hash {BYTES} NOT NULL,
  used_at {INT},
  PRIMARY KEY (staff, code_hash)
) {CLUSTERED};

CREATE TABLE IF NOT EXISTS session (
  id {BYTES} PRIMARY KEY,
  staff {BYTES} NOT NULL,
  token_hash {BYTES} NOT NULL UNIQUE,
  created_at {INT} NOT NULL,
  seen_at {INT} NOT NULL,
  expires_at {INT} NOT NULL,
  second_factor_at {INT},
  address {TEXT} NOT NULL,
  agent {TEXT} NOT NULL,
  state {TEXT} NOT NULL,
  mark {BYTES} NOT NULL
) {ROWS};

CREATE INDEX IF NOT EXISTS session_by_staff ON session (staff);

CREATE TABLE IF NOT EXISTS api_key (
  id {BYTES} PRIMARY KEY,
  prefix {TEXT} NOT NULL UNIQUE,
  secret_hash {BYTES} NOT NULL,
  name {TEXT} NOT NULL,
  scopes {TEXT} NOT NULL,
  expires_at {INT} NOT NULL,
  state {TEXT} NOT NULL,
  created_by {BYTES} NOT NULL,
  created_at {INT} NOT NULL,
  replaces {BYTES},
  mark {BYTES} NOT NULL
) {ROWS};

-- When each key was last used, give or take a minute. Beside the keys: those are kept in memory until they
-- change, and a use is no change.
CREATE TABLE IF NOT EXISTS api_key_use (
  key {BYTES} PRIMARY KEY,
  used_at {INT} NOT NULL
) {ROWS};

CREATE TABLE IF NOT EXISTS quota (
  actor {TEXT} NOT NULL,
  day {INT} NOT NULL,
  purpose {TEXT} NOT NULL,
  kind {TEXT} NOT NULL,
  used {INT} NOT NULL,
  PRIMARY KEY (actor, day, purpose, kind)
) {CLUSTERED};
