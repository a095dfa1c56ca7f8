//! The vault over a real store: what is read, by whom, in what form, and what is refused.

mod altered;
mod approvals;
mod backups;
mod cases;
mod clocks;
mod consents;
mod crash;
mod destroyed;
mod erasures;
mod exports;
mod grants;
mod imports;
mod jobs;
mod keys;
mod ledger;
mod nodes;
mod quotas;
mod races;
mod reads;
mod records;
mod registers;
mod retention;
mod sealed;
mod silence;

mod support;
mod tells;
mod tokens;
mod traces;
mod turning;
mod zone_backups;
mod zone_crash;
mod zone_exports;
mod zone_keeping;
mod zone_keys;
mod zones;
