-- Codes sent to a contact on record: at most one a subject and act. A row outlives its code by the day, for it
-- counts how many were sent.
CREATE TABLE IF NOT EXISTS own_code (
  subject {BYTES} NOT NULL,
  -- What it is for: sign-in, reveal.
  act {TEXT} NOT NULL,
  id {BYTES} NOT NULL,
  -- The keyed digest of what the asking browser holds: the code is of use there alone.
  browser {BYTES} NOT NULL,
  -- The keyed digest of the code; empty once it was used or tried too often.
  code_hash {BYTES} NOT NULL,
  -- The field that holds the contact: collection.field
  contact {TEXT} NOT NULL,
  -- What a reveal is about: a collection; '' for a sign-in.
  scope {TEXT} NOT NULL,
  tries {INT} NOT NULL,
  made_at {INT} NOT NULL,
  expires_at {INT} NOT NULL,
  -- A day in China, and how many codes were sent on it.
  day {INT} NOT NULL,
  sent {INT} NOT NULL,
  mark {BYTES} NOT NULL,
  PRIMARY KEY (subject, act)
) {CLUSTERED};
CREATE UNIQUE INDEX IF NOT EXISTS own_code_by_id ON own_code (id);
CREATE INDEX IF NOT EXISTS own_code_by_browser ON own_code (browser);

-- Subjects who are signed in to the privacy centre.
CREATE TABLE IF NOT EXISTS own_session (
  subject {BYTES} NOT NULL,
  id {BYTES} NOT NULL,
  token_hash {BYTES} NOT NULL,
  contact {TEXT} NOT NULL,
  created_at {INT} NOT NULL,
  expires_at {INT} NOT NULL,
  mark {BYTES} NOT NULL,
  -- Not covered by the mark: when it was last used, give or take a minute.
  seen_at {INT} NOT NULL,
  PRIMARY KEY (subject, id)
) {CLUSTERED};
CREATE UNIQUE INDEX IF NOT EXISTS own_session_by_id ON own_session (id);
CREATE UNIQUE INDEX IF NOT EXISTS own_session_by_token ON own_session (token_hash);
