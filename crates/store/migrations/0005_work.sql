-- Work that outlives a request.
CREATE TABLE IF NOT EXISTS job (
  id {BYTES} PRIMARY KEY,
  kind {TEXT} NOT NULL,
  payload {TEXT} NOT NULL,
  state {TEXT} NOT NULL,
  run_at {INT} NOT NULL,
  lease_until {INT} NOT NULL,
  attempts {INT} NOT NULL,
  progress {TEXT} NOT NULL,
  updated_at {INT} NOT NULL
) {ROWS};

CREATE INDEX IF NOT EXISTS job_by_turn ON job (state, run_at);

CREATE TABLE IF NOT EXISTS import (
  id {BYTES} PRIMARY KEY,
  state {TEXT} NOT NULL,
  collection {TEXT} NOT NULL,
  source {TEXT} NOT NULL,
  mapping {TEXT} NOT NULL,
  digest {BYTES} NOT NULL,
  rows_done {INT} NOT NULL,
  counts {TEXT} NOT NULL,
  pieces {TEXT} NOT NULL,
  actor {TEXT} NOT NULL,
  created_at {INT} NOT NULL,
  updated_at {INT} NOT NULL
) {ROWS};

CREATE TABLE IF NOT EXISTS import_row (
  import {BYTES} NOT NULL,
  row {INT} NOT NULL,
  outcome {TEXT} NOT NULL,
  code {TEXT},
  field {TEXT},
  subject {BYTES},
  PRIMARY KEY (import, row)
) {CLUSTERED};

-- Answers already given, so that a repeated request does its work once.
CREATE TABLE IF NOT EXISTS idempotency (
  actor {TEXT} NOT NULL,
  key {TEXT} NOT NULL,
  digest {BYTES} NOT NULL,
  status {INT} NOT NULL,
  body {TEXT} NOT NULL,
  at {INT} NOT NULL,
  PRIMARY KEY (actor, key)
) {ROWS};

CREATE INDEX IF NOT EXISTS idempotency_by_age ON idempotency (at);
