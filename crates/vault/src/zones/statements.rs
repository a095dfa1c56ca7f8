//! What is written about records: the same statements in the main database and in a zone's.
//!
//! A change on its way into a zone names its statements by their place in [`ALL`]: a statement is added
//! at the end, and its parameters never change.

pub(crate) const INSERT_KEY: &str = "INSERT INTO subject_key (subject, zone, epoch, wrapped) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";

pub(crate) const DELETE_FACET: &str =
    "DELETE FROM facet WHERE subject = $1 AND collection = $2 AND field = $3 AND record = $4";

pub(crate) const INSERT_FACET: &str =
    "INSERT INTO facet (subject, collection, field, value, record) VALUES ($1, $2, $3, $4, $5)";

pub(crate) const DELETE_BLIND: &str =
    "DELETE FROM blind WHERE subject = $1 AND field = $2 AND record = $3";

pub(crate) const INSERT_BLIND: &str = "INSERT INTO blind (subject, field, mode, tag, record) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";

pub(crate) const INSERT_RECORD: &str = "INSERT INTO record (subject, collection, id, version, register_version, plain, sealed, marks, \
     created_at, updated_at) VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8, $9)";

pub(crate) const UPDATE_RECORD: &str = "UPDATE record SET version = version + 1, plain = $1, sealed = $2, marks = $3, updated_at = $4 \
     WHERE subject = $5 AND collection = $6 AND id = $7 AND version = $8";

pub(crate) const REWORK_RECORD: &str = "UPDATE record SET plain = $1, sealed = $2, marks = $3, register_version = $4, version = version + 1 \
     WHERE subject = $5 AND collection = $6 AND id = $7 AND version = $8";

pub(crate) const REWRAP_KEY: &str = "UPDATE subject_key SET epoch = $1, wrapped = $2 \
     WHERE subject = $3 AND zone = $4 AND epoch = $5 AND wrapped = $6";

pub(crate) const REPLACE_KEY: &str = "UPDATE subject_key SET epoch = $1, wrapped = $2 WHERE subject = $3 AND zone = $4 AND wrapped = $5";

pub(crate) const RESEAL_RECORD: &str = "UPDATE record SET sealed = $1, marks = $2, version = version + 1 \
     WHERE subject = $3 AND collection = $4 AND id = $5 AND version = $6";

pub(crate) const ERASE_KEYS: &str = "DELETE FROM subject_key WHERE subject = $1";

pub(crate) const ERASE_RECORDS: &str = "DELETE FROM record WHERE subject = $1";

pub(crate) const ERASE_BLINDS: &str = "DELETE FROM blind WHERE subject = $1";

pub(crate) const ERASE_FACETS: &str = "DELETE FROM facet WHERE subject = $1";

/// What erases a subject here: keys first.
pub(crate) const ERASE: [&str; 4] = [ERASE_KEYS, ERASE_RECORDS, ERASE_BLINDS, ERASE_FACETS];

/// Every statement that may change a zone.
pub(crate) const ALL: [&str; 15] = [
    INSERT_KEY,
    DELETE_FACET,
    INSERT_FACET,
    DELETE_BLIND,
    INSERT_BLIND,
    INSERT_RECORD,
    UPDATE_RECORD,
    REWORK_RECORD,
    ERASE_KEYS,
    ERASE_RECORDS,
    ERASE_BLINDS,
    ERASE_FACETS,
    REWRAP_KEY,
    REPLACE_KEY,
    RESEAL_RECORD,
];
