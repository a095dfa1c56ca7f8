-- What the deployment declares, in every version it ever had.
CREATE TABLE IF NOT EXISTS register_version (
  version {INT} PRIMARY KEY,
  applied_at {INT} NOT NULL,
  applied_by {TEXT} NOT NULL,
  source {TEXT} NOT NULL,
  json {TEXT} NOT NULL,
  state {TEXT} NOT NULL
) {ROWS};

CREATE TABLE IF NOT EXISTS policy_version (
  version {INT} PRIMARY KEY,
  applied_at {INT} NOT NULL,
  applied_by {TEXT} NOT NULL,
  source {TEXT} NOT NULL
) {ROWS};

CREATE TABLE IF NOT EXISTS setting (
  name {TEXT} PRIMARY KEY,
  value {TEXT} NOT NULL
) {CLUSTERED};
