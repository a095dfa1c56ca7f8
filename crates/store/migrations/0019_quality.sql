-- Checks of the quality of detection by people. No text is kept: offsets and kinds only.
CREATE TABLE IF NOT EXISTS quality_check (
  id {BYTES} PRIMARY KEY,
  purpose {TEXT} NOT NULL,
  -- JSON list.
  fields {TEXT} NOT NULL,
  detector {TEXT} NOT NULL,
  -- 'marking' or 'closed'
  state {TEXT} NOT NULL,
  created_by {TEXT} NOT NULL,
  created_at {INT} NOT NULL,
  -- JSON, once it is closed.
  certificate {TEXT},
  entry {INT},
  version {INT} NOT NULL
) {ROWS};

CREATE TABLE IF NOT EXISTS quality_text (
  id {BYTES} PRIMARY KEY,
  check_id {BYTES} NOT NULL,
  place {INT} NOT NULL,
  subject {BYTES} NOT NULL,
  record {BYTES} NOT NULL,
  field {TEXT} NOT NULL,
  -- 'open', 'disputed', 'settled' or 'skipped'
  state {TEXT} NOT NULL,
  -- Of the text as first looked at: its length, a keyed digest, and what the detector found in it.
  chars {INT},
  digest {BYTES},
  found {TEXT},
  -- What counts in the end, and who settled it where two differed.
  gold {TEXT},
  settled_by {TEXT},
  joint {INT} NOT NULL,
  version {INT} NOT NULL
) {ROWS};

CREATE INDEX IF NOT EXISTS quality_text_by_check ON quality_text (check_id, place);
CREATE INDEX IF NOT EXISTS quality_text_by_subject ON quality_text (subject);

CREATE TABLE IF NOT EXISTS quality_mark (
  text {BYTES} NOT NULL,
  annotator {TEXT} NOT NULL,
  -- JSON, once marked; NULL while looked at.
  spans {TEXT},
  roles {TEXT} NOT NULL,
  at {INT} NOT NULL,
  PRIMARY KEY (text, annotator)
) {CLUSTERED};
