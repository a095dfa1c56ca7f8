-- A record that is written by itself is compared with the decoys by its own few values.
CREATE INDEX IF NOT EXISTS export_decoy_by_tag ON export_decoy (tag);
