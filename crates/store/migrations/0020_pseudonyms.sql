-- Pseudonyms that were given for values: what to look for in the index of a field to find who they stand for.
-- Neither the pseudonym nor the value is kept, only keyed digests; once nobody has the value, it leads nowhere.
CREATE TABLE IF NOT EXISTS pseudonym (
  -- Keyed digest of the pseudonym.
  tag {BYTES} NOT NULL,
  -- collection.field
  field {TEXT} NOT NULL,
  -- The tag of the value in the exact index of that field.
  index_tag {BYTES} NOT NULL,
  PRIMARY KEY (tag, field, index_tag)
) {CLUSTERED};
