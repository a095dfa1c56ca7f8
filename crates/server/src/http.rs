//! What every slice shares of HTTP: problems as answers, strict bodies, the caller's language.

pub mod body;
pub mod language;
pub mod refusal;

pub use body::Body;
pub use language::Speaks;
pub use refusal::Refusal;
