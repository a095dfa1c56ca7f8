//! What every slice shares of HTTP: problems as answers, strict bodies and parameters, the caller's
//! language; and the layers around all of them.

pub mod asked;
pub(crate) mod asset;
pub mod body;
pub mod chunks;
pub(crate) mod cors;
pub mod cursor;
pub mod distinct;
pub mod document;
pub mod elsewhere;
pub mod faults;
pub mod granted;
pub mod guess;
pub mod headers;
pub(crate) mod html;
pub mod idempotency;
pub mod json;
pub mod language;
pub mod meter;
pub mod opened;
pub mod params;
pub mod path;
pub mod proposal;
pub mod reason;
pub(crate) mod receipt;
pub mod refusal;
pub mod told;
pub mod trail;
pub mod version;

pub use body::Body;
pub use distinct::distinct;
pub use json::json;
pub use language::Speaks;
pub use params::Params;
pub use path::At;
pub use reason::reason;
pub use refusal::Refusal;
