-- What somebody writes before it is published: one draft a notice.
CREATE TABLE IF NOT EXISTS notice_draft (
  name {TEXT} PRIMARY KEY,
  source {TEXT} NOT NULL,
  updated_at {INT} NOT NULL,
  updated_by {TEXT} NOT NULL,
  version {INT} NOT NULL
) {ROWS};

-- Every published version of every notice, for good: the text as written, and as the register of that moment
-- completed it.
CREATE TABLE IF NOT EXISTS notice (
  -- name@version
  id {TEXT} PRIMARY KEY,
  name {TEXT} NOT NULL,
  version {INT} NOT NULL,
  source {TEXT} NOT NULL,
  bound {TEXT} NOT NULL,
  hash {BYTES} NOT NULL,
  register_version {INT} NOT NULL,
  published_at {INT} NOT NULL,
  published_by {TEXT} NOT NULL,
  effective_at {INT} NOT NULL,
  mark {BYTES} NOT NULL
) {ROWS};

CREATE INDEX IF NOT EXISTS notice_by_name ON notice (name, version);

-- When which version came into force; counts from 1 without a gap. Its rows of notice_scope are bound by their
-- digest.
CREATE TABLE IF NOT EXISTS notice_publication (
  publication {INT} PRIMARY KEY,
  notice {TEXT} NOT NULL,
  version {INT} NOT NULL,
  hash {BYTES} NOT NULL,
  in_force_at {INT} NOT NULL,
  scopes {BYTES} NOT NULL,
  mark {BYTES} NOT NULL
) {ROWS};
