//! A typed client of the HTTP API.
//!
//! A [`Client`] speaks to one server, as nobody, as a member of staff with a [`Session`], or as a
//! service with an API key. Each operation is a method; what the server refuses comes back as
//! [`ClientError::Problem`] with its stable code and reasons.
//!
//! ```no_run
//! # async fn example() -> Result<(), shouxin_client::ClientError> {
//! use shouxin_client::{Client, Language};
//! use shouxin_wire::counts::CountRequest;
//!
//! let client = Client::new("http://127.0.0.1:8080", Language::English)?.with_api_key("sx_…");
//! let answer = client
//!     .count(&CountRequest {
//!         purpose: "regional-performance".to_owned(),
//!         collection: "work_order".to_owned(),
//!         group_by: vec!["region".to_owned()],
//!     })
//!     .await?;
//! println!("{} groups", answer.groups.len());
//! # Ok(())
//! # }
//! ```

mod approvals;
mod backups;
mod cases;
mod consents;
mod devices;
mod discoveries;
mod downstreams;
mod erasures;
mod error;
mod exports;
mod grants;
mod imports;
mod keys;
mod ledger;
mod notices;
mod reads;
mod register;
mod sessions;
mod staff;
mod transport;

pub use error::ClientError;
pub use exports::ExportOrder;
pub use grants::Asking;
pub use imports::Upload;
pub use sessions::{Factor, First};
pub use shouxin_model::text::Language;
pub use staff::{Moving, Opening};
pub use transport::{Client, Device, Download, Session};
