-- The ledger. One packed row per commit batch and no row per hash: entries are two thirds of the
-- cost of a protected read, and this keeps them to one insert for everyone who shares a commit.
CREATE TABLE IF NOT EXISTS ledger_batch (
  first {INT} PRIMARY KEY,
  count {INT} NOT NULL,
  bodies {BYTES} NOT NULL
) {ROWS};

-- One row. None at all means that the ledger is empty.
CREATE TABLE IF NOT EXISTS ledger_head (
  id {INT} PRIMARY KEY,
  size {INT} NOT NULL,
  root {BYTES} NOT NULL
) {ROWS};

-- Tiles of up to 256 hashes. Level 0 is written when full; a higher level grows by one hash
-- whenever a tile below it fills, so that its right edge is read without hashing anything again.
CREATE TABLE IF NOT EXISTS ledger_tile (
  level {INT} NOT NULL,
  idx {INT} NOT NULL,
  hashes {BYTES} NOT NULL,
  PRIMARY KEY (level, idx)
) {ROWS};

CREATE TABLE IF NOT EXISTS ledger_checkpoint (
  size {INT} PRIMARY KEY,
  note {TEXT} NOT NULL
) {ROWS};
