-- Data that leave in files. `body` is what was approved; `rows_done` grows with each page that left.
CREATE TABLE IF NOT EXISTS export (
  id {BYTES} PRIMARY KEY,
  state {TEXT} NOT NULL,
  approval {BYTES} NOT NULL,
  actor {TEXT} NOT NULL,
  purpose {TEXT} NOT NULL,
  body {TEXT} NOT NULL,
  request_sealed {BYTES} NOT NULL,
  entry {INT},
  rows_done {INT} NOT NULL,
  people {INT} NOT NULL,
  left_out {INT} NOT NULL,
  digest {BYTES},
  created_at {INT} NOT NULL,
  updated_at {INT} NOT NULL
) {ROWS};

CREATE INDEX IF NOT EXISTS export_by_state ON export (state, updated_at);

-- What the rows of people who exist nowhere look like in the file, as keyed tags: a leaked copy is known
-- by them, and whoever reads this table learns none of the values.
CREATE TABLE IF NOT EXISTS export_decoy (
  export {BYTES} NOT NULL,
  decoy {INT} NOT NULL,
  field {TEXT} NOT NULL,
  tag {BYTES} NOT NULL,
  bits {INT} NOT NULL,
  PRIMARY KEY (export, decoy, field)
) {CLUSTERED};
