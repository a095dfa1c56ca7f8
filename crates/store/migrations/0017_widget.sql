-- A customer who is asked for consent at a counter: one page, for ten minutes, answered once. What is asked and
-- by whom is sealed, so that it can be neither read nor altered here; the token of its address is kept as a
-- digest alone.
CREATE TABLE IF NOT EXISTS counter_session (
  subject {BYTES} NOT NULL,
  id {BYTES} NOT NULL,
  token_hash {BYTES} NOT NULL,
  asked_sealed {BYTES} NOT NULL,
  -- waiting, answering, answered
  state {TEXT} NOT NULL,
  -- What was answered, as JSON: purposes and ledger entries.
  answer {TEXT},
  expires_at {INT} NOT NULL,
  PRIMARY KEY (subject, id)
) {CLUSTERED};

CREATE UNIQUE INDEX IF NOT EXISTS counter_session_by_token ON counter_session (token_hash);
