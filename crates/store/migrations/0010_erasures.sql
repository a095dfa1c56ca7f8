-- Who was erased. Kept for good, so that data put back from before an erasure are erased again.
-- Nothing here says who it was: the id is random and leads to an emptied row.
CREATE TABLE IF NOT EXISTS tombstone (
  subject {BYTES} PRIMARY KEY,
  erasure {BYTES} NOT NULL,
  at {INT} NOT NULL
) {ROWS};

-- Which rows of a file became whom, until an erasure cuts the link.
CREATE INDEX IF NOT EXISTS import_row_by_subject ON import_row (subject);
