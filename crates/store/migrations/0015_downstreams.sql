-- What other systems are told about people: consent, restriction, erasure. Written with the change itself, so
-- that no change goes untold; told in the order of their ledger entries.
CREATE TABLE IF NOT EXISTS change_event (
  subject {BYTES} NOT NULL,
  -- The index of the ledger entry of the change: rises over all subjects.
  entry {INT} NOT NULL,
  id {BYTES} NOT NULL,
  kind {TEXT} NOT NULL,
  -- '' where the change is about no purpose alone.
  purpose {TEXT} NOT NULL,
  -- '' for the whole purpose, else collection.field or collection.*
  part {TEXT} NOT NULL,
  -- What is told of it, JSON: words and numbers, no value of a person.
  body {TEXT} NOT NULL,
  at {INT} NOT NULL,
  mark {BYTES} NOT NULL,
  PRIMARY KEY (subject, entry)
) {CLUSTERED};

CREATE UNIQUE INDEX IF NOT EXISTS change_event_by_entry ON change_event (entry);

-- Systems that are told.
CREATE TABLE IF NOT EXISTS downstream (
  name {TEXT} PRIMARY KEY,
  -- 'nats' or 'webhook'
  kind {TEXT} NOT NULL,
  -- A subject, or an endpoint.
  target {TEXT} NOT NULL,
  -- JSON lists: what it is told about. Without parts: every part.
  purposes {TEXT} NOT NULL,
  parts {TEXT} NOT NULL,
  state {TEXT} NOT NULL,
  -- What signs its webhooks, sealed; after a rotation the one before, until its time is over.
  secret_sealed {BYTES},
  old_secret_sealed {BYTES},
  old_until {INT},
  created_by {TEXT} NOT NULL,
  created_at {INT} NOT NULL,
  mark {BYTES} NOT NULL
) {ROWS};

-- How far each of them is. Positions are indices of ledger entries: everything below is done.
CREATE TABLE IF NOT EXISTS downstream_position (
  name {TEXT} PRIMARY KEY,
  -- Sent, and taken by the stream or the receiver.
  delivered {INT} NOT NULL,
  -- Processed, as the receiver says.
  acknowledged {INT} NOT NULL,
  -- Rises with each replay: a stream that knows a message by its id takes it again.
  round {INT} NOT NULL,
  -- The stream that took the last message: when it was made, and the number there.
  stream {TEXT} NOT NULL,
  stream_newest {INT} NOT NULL,
  lease_until {INT} NOT NULL,
  -- How often the lease was taken, or taken away: whoever took it last holds it.
  attempts {INT} NOT NULL,
  -- Since when nothing goes through, and why.
  failing_since {INT},
  failure {TEXT},
  alarmed_at {INT},
  updated_at {INT} NOT NULL
) {ROWS};
