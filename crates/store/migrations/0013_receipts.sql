-- What proves that something was said: a scanned form, a recording. Sealed under a key of the subject's own.
CREATE TABLE IF NOT EXISTS evidence (
  subject {BYTES} NOT NULL,
  id {BYTES} NOT NULL,
  -- What kind of file it is, such as application/pdf.
  media {TEXT} NOT NULL,
  -- The SHA-256 of the file; the ledger holds it too.
  hash {BYTES} NOT NULL,
  size_bytes {INT} NOT NULL,
  sealed {BYTES} NOT NULL,
  at {INT} NOT NULL,
  PRIMARY KEY (subject, id)
) {CLUSTERED};

-- Whom an audience may hold, without a look at anybody's other rows.
CREATE INDEX IF NOT EXISTS consent_by_purpose
  ON consent (purpose, part, channel, subject, state, form, valid_from, expires_at, case_id, scope, grade);

-- Whose time is over.
CREATE INDEX IF NOT EXISTS consent_by_end ON consent (state, expires_at);
