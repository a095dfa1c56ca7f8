-- Systems and folders that were scanned: the newest scan of each.
CREATE TABLE IF NOT EXISTS discovery_source (
  name {TEXT} PRIMARY KEY,
  -- 'postgresql', 'mysql', 'sqlite' or 'files'
  kind {TEXT} NOT NULL,
  -- SHA-256 over the scan as taken in.
  digest {BYTES} NOT NULL,
  detector {TEXT} NOT NULL,
  scanned_at {INT} NOT NULL,
  received_at {INT} NOT NULL,
  received_by {TEXT} NOT NULL,
  -- How many places were looked at, with or without anything found.
  places {INT} NOT NULL,
  -- JSON, sealed: the tables and files that the newest scan could not read, and why.
  unread {BYTES} NOT NULL,
  entry {INT} NOT NULL,
  version {INT} NOT NULL
) {ROWS};

-- What was found at a place, of one kind. Names of files may tell of people: what says where is sealed.
CREATE TABLE IF NOT EXISTS discovery_place (
  id {BYTES} PRIMARY KEY,
  source {TEXT} NOT NULL,
  sealed {BYTES} NOT NULL,
  -- Whether the newest scan of the source found it.
  present {INT} NOT NULL,
  first_seen {INT} NOT NULL,
  last_seen {INT} NOT NULL,
  -- JSON, empty while nobody decided: what was decided, by whom, and how much there was then.
  decision {TEXT} NOT NULL,
  version {INT} NOT NULL
) {ROWS};

CREATE INDEX IF NOT EXISTS discovery_place_by_source ON discovery_place (source);

-- What became of it, for good.
CREATE TABLE IF NOT EXISTS discovery_act (
  finding {BYTES} NOT NULL,
  entry {INT} NOT NULL,
  did {TEXT} NOT NULL,
  -- JSON: words and numbers.
  said {TEXT} NOT NULL,
  actor {TEXT} NOT NULL,
  at {INT} NOT NULL,
  PRIMARY KEY (finding, entry)
) {CLUSTERED};

-- Patterns that are no longer raised: a column's name and a kind.
CREATE TABLE IF NOT EXISTS discovery_suppression (
  id {BYTES} PRIMARY KEY,
  sealed {BYTES} NOT NULL,
  accepted_by {TEXT} NOT NULL,
  accepted_at {INT} NOT NULL,
  -- Who took it back, and when.
  ended_by {TEXT},
  ended_at {INT},
  version {INT} NOT NULL
) {ROWS};
