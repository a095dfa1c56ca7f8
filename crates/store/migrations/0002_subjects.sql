-- People. Every table here leads with the subject's id in its primary key: a distributed engine can
-- shard by it, and an erasure finds all of a person's rows by that one prefix.
CREATE TABLE IF NOT EXISTS subject (
  id {BYTES} PRIMARY KEY,
  state {TEXT} NOT NULL,
  version {INT} NOT NULL,
  pseudonym {BYTES},
  salt {BYTES},
  source {TEXT} NOT NULL,
  created_at {INT} NOT NULL
) {CLUSTERED};

-- The pseudonym leads from a ledger entry back to its subject until erasure clears it.
CREATE UNIQUE INDEX IF NOT EXISTS subject_by_pseudonym ON subject (pseudonym);

CREATE TABLE IF NOT EXISTS subject_key (
  subject {BYTES} NOT NULL,
  zone {TEXT} NOT NULL,
  epoch {INT} NOT NULL,
  wrapped {BYTES} NOT NULL,
  PRIMARY KEY (subject, zone)
) {CLUSTERED};

-- Which keys still hang on an epoch: rotation walks them.
CREATE INDEX IF NOT EXISTS subject_key_by_epoch ON subject_key (epoch, subject);

-- `marks` holds a keyed mark of each sealed value, under the subject's own key: a write can tell that
-- nothing changed without opening anything.
CREATE TABLE IF NOT EXISTS record (
  subject {BYTES} NOT NULL,
  collection {TEXT} NOT NULL,
  id {BYTES} NOT NULL,
  version {INT} NOT NULL,
  register_version {INT} NOT NULL,
  plain {TEXT} NOT NULL,
  sealed {BYTES} NOT NULL,
  marks {TEXT} NOT NULL,
  created_at {INT} NOT NULL,
  updated_at {INT} NOT NULL,
  PRIMARY KEY (subject, collection, id)
) {ROWS};

-- Which records a register change has not reached yet.
CREATE INDEX IF NOT EXISTS record_by_register ON record (collection, register_version, subject, id);

CREATE TABLE IF NOT EXISTS blind (
  subject {BYTES} NOT NULL,
  field {TEXT} NOT NULL,
  mode {TEXT} NOT NULL,
  tag {BYTES} NOT NULL,
  record {BYTES} NOT NULL,
  PRIMARY KEY (subject, field, mode, tag, record)
) {CLUSTERED};

CREATE INDEX IF NOT EXISTS blind_by_tag ON blind (field, mode, tag);

CREATE TABLE IF NOT EXISTS facet (
  subject {BYTES} NOT NULL,
  collection {TEXT} NOT NULL,
  field {TEXT} NOT NULL,
  value {TEXT} NOT NULL,
  record {BYTES} NOT NULL,
  PRIMARY KEY (subject, collection, field, record)
) {CLUSTERED};

CREATE INDEX IF NOT EXISTS facet_by_value ON facet (collection, field, value);

-- What counts now: the newest word about each purpose, part of it and channel. See consent_event.
CREATE TABLE IF NOT EXISTS consent (
  subject {BYTES} NOT NULL,
  purpose {TEXT} NOT NULL,
  part {TEXT} NOT NULL,
  channel {TEXT} NOT NULL,
  state {TEXT} NOT NULL,
  form {TEXT} NOT NULL,
  at {INT} NOT NULL,
  valid_from {INT},
  expires_at {INT},
  case_id {BYTES},
  scope {INT} NOT NULL,
  grade {TEXT} NOT NULL,
  epoch {INT} NOT NULL,
  most_per_month {INT},
  PRIMARY KEY (subject, purpose, part, channel)
) {CLUSTERED};

CREATE TABLE IF NOT EXISTS restriction (
  subject {BYTES} PRIMARY KEY,
  reason {TEXT} NOT NULL,
  at {INT} NOT NULL
) {CLUSTERED};
