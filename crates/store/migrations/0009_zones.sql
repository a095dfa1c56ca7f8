-- Zones that lie apart: in databases of their own, each with this same schema.

-- In the main database: how many changes each zone has been given.
CREATE TABLE IF NOT EXISTS zone_head (
  zone {TEXT} PRIMARY KEY,
  seq {INT} NOT NULL
) {ROWS};

-- Changes that are committed and not yet known to have reached the zone, sealed under the zone's keys.
CREATE TABLE IF NOT EXISTS zone_outbox (
  zone {TEXT} NOT NULL,
  seq {INT} NOT NULL,
  payload {BYTES} NOT NULL,
  PRIMARY KEY (zone, seq)
) {CLUSTERED};

-- In a zone's database: the last change that was applied. One row.
CREATE TABLE IF NOT EXISTS zone_applied (
  zone {TEXT} PRIMARY KEY,
  seq {INT} NOT NULL
) {ROWS};
