-- What one person asked for and another must approve; what was granted for a time, and what came of it.

-- `body` tells what will happen and `digest` binds it: whoever decides names the digest they saw, and the
-- act spends an approval of exactly its own digest. Reasons and notes are people's own words: sealed.
CREATE TABLE IF NOT EXISTS approval (
  id {BYTES} PRIMARY KEY,
  act {TEXT} NOT NULL,
  digest {BYTES} NOT NULL,
  body {TEXT} NOT NULL,
  reason_sealed {BYTES} NOT NULL,
  requested_by {TEXT} NOT NULL,
  silos {TEXT} NOT NULL,
  requested_at {INT} NOT NULL,
  expires_at {INT} NOT NULL,
  state {TEXT} NOT NULL,
  decided_by {TEXT},
  decided_at {INT},
  note_sealed {BYTES},
  ended_at {INT},
  mark {BYTES} NOT NULL
) {ROWS};

CREATE INDEX IF NOT EXISTS approval_by_state ON approval (state, requested_at, id);

CREATE INDEX IF NOT EXISTS approval_by_requester ON approval (requested_by, requested_at, id);

-- Access beyond a person's roles. It belongs to its holder, who may hold it for one subject; what an
-- erasure must forget is found by the second index.
CREATE TABLE IF NOT EXISTS access_grant (
  id {BYTES} PRIMARY KEY,
  kind {TEXT} NOT NULL,
  holder {BYTES} NOT NULL,
  approval {BYTES},
  purpose {TEXT} NOT NULL,
  role {TEXT},
  fields {TEXT} NOT NULL,
  subject {BYTES},
  conditions {TEXT} NOT NULL,
  reason_sealed {BYTES} NOT NULL,
  starts_at {INT} NOT NULL,
  expires_at {INT} NOT NULL,
  state {TEXT} NOT NULL,
  ended_by {TEXT},
  ended_at {INT},
  mark {BYTES} NOT NULL
) {ROWS};

CREATE INDEX IF NOT EXISTS access_grant_by_holder ON access_grant (holder, purpose, state);

CREATE INDEX IF NOT EXISTS access_grant_by_subject ON access_grant (subject);

-- What somebody must look at now.
CREATE TABLE IF NOT EXISTS alarm (
  id {BYTES} PRIMARY KEY,
  kind {TEXT} NOT NULL,
  actor {TEXT} NOT NULL,
  about {TEXT} NOT NULL,
  at {INT} NOT NULL,
  seen_by {TEXT},
  seen_at {INT},
  closed_by {TEXT},
  closed_at {INT},
  outcome {TEXT}
) {ROWS};

CREATE INDEX IF NOT EXISTS alarm_by_time ON alarm (at, id);

-- One review for each time that somebody broke the glass.
CREATE TABLE IF NOT EXISTS review (
  emergency {BYTES} PRIMARY KEY,
  holder {TEXT} NOT NULL,
  silos {TEXT} NOT NULL,
  opened_at {INT} NOT NULL,
  due_at {INT} NOT NULL,
  state {TEXT} NOT NULL,
  finding {TEXT},
  decided_by {TEXT},
  decided_at {INT},
  note_sealed {BYTES},
  mark {BYTES} NOT NULL
) {ROWS};

CREATE INDEX IF NOT EXISTS review_by_holder ON review (holder, state, due_at);

-- Devices that a person's sessions were bound to.
CREATE TABLE IF NOT EXISTS device (
  id {BYTES} PRIMARY KEY,
  staff {BYTES} NOT NULL,
  token_hash {BYTES} NOT NULL UNIQUE,
  name_sealed {BYTES} NOT NULL,
  state {TEXT} NOT NULL,
  created_at {INT} NOT NULL,
  decided_by {TEXT},
  decided_at {INT},
  mark {BYTES} NOT NULL
) {ROWS};

CREATE INDEX IF NOT EXISTS device_by_staff ON device (staff);
