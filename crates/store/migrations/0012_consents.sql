-- Everything that subjects ever said, in the order in which each said it. Rows are added, never changed; the
-- ledger entry of each holds the row's digest.
CREATE TABLE IF NOT EXISTS consent_event (
  subject {BYTES} NOT NULL,
  -- Counts what this subject said: 1, 2, 3.
  epoch {INT} NOT NULL,
  purpose {TEXT} NOT NULL,
  -- '' for the whole purpose, else collection.field or collection.*
  part {TEXT} NOT NULL,
  -- '' for every channel of contact.
  channel {TEXT} NOT NULL,
  state {TEXT} NOT NULL,
  form {TEXT} NOT NULL,
  grade {TEXT} NOT NULL,
  -- What was shown: '' and 0 where nothing was.
  notice {TEXT} NOT NULL,
  notice_version {INT} NOT NULL,
  notice_hash {BYTES},
  language {TEXT} NOT NULL,
  -- Through what it was collected, by whom, where.
  through {TEXT} NOT NULL,
  actor {TEXT} NOT NULL,
  place {TEXT},
  collected_at {INT} NOT NULL,
  received_at {INT} NOT NULL,
  valid_from {INT},
  expires_at {INT},
  case_id {BYTES},
  evidence {BYTES},
  evidence_hash {BYTES},
  -- Not more often than so many times a month; NULL: as often as the purpose needs.
  most_per_month {INT},
  PRIMARY KEY (subject, epoch)
) {CLUSTERED};

-- For each publication of a notice, what it tells about each of its purposes: the newest row of a purpose
-- counts. A consent given under a lower scope does not cover what the purpose became.
CREATE TABLE IF NOT EXISTS notice_scope (
  publication {INT} NOT NULL,
  purpose {TEXT} NOT NULL,
  notice {TEXT} NOT NULL,
  version {INT} NOT NULL,
  scope {INT} NOT NULL,
  fields {TEXT} NOT NULL,
  PRIMARY KEY (publication, purpose)
) {CLUSTERED};
