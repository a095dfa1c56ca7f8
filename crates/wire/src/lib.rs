//! The shapes of the HTTP API: what requests and answers look like as JSON, and the stable codes of
//! its errors. The OpenAPI file is generated from these types.

pub mod cases;
pub mod code;
pub mod counts;
pub mod problem;
pub mod reads;
pub mod records;
pub mod searches;

pub use code::Code;
pub use problem::{Because, Place, Problem};
