//! The shapes of the HTTP API: what requests and answers look like as JSON, and the stable codes of
//! its errors. The OpenAPI file is generated from these types.

pub mod activations;
pub mod api_keys;
pub mod approvals;
pub mod audiences;
pub mod backups;
pub mod cases;
pub mod changes;
pub mod code;
pub mod colleagues;
pub mod consent_summary;
pub mod consents;
pub mod counts;
pub mod detections;
pub mod devices;
pub mod discoveries;
pub mod downstreams;
pub mod duties;
pub mod erasures;
pub mod exports;
pub mod grants;
pub mod health;
pub mod imports;
pub mod jobs;
pub mod keys;
pub mod ledger;
pub mod me;
pub mod notices;
pub mod observations;
pub mod overview;
pub mod policies;
pub mod problem;
pub mod pseudonyms;
pub mod quality;
pub mod quotas;
pub mod reads;
pub mod records;
pub mod register;
pub mod searches;
mod secret;
pub mod sessions;
pub mod setup;
pub mod staff;
pub mod widget;

pub use code::Code;
pub use problem::{Because, Place, Problem, Told};
