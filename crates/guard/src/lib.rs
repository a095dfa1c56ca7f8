//! What looks like an attack in a request: bytes in, a verdict out.
//!
//! The second line of defence. The first is that no value reaches a statement, a page or a command:
//! statements take parameters, answers are JSON, paths hold ids that are parsed. This crate refuses what
//! only an attacker sends before anything looks at it, and so makes probing slow, visible and counted.
//!
//! [`head`] looks at method, path, query and headers, [`text`] at one decoded value. Neither keeps nor
//! repeats what it saw: a verdict is a [`Rule`] and the name of a place.

mod agents;
mod command;
mod decode;
mod expression;
mod head;
mod markup;
mod path;
mod probes;
mod rule;
mod sql;
mod text;

pub use head::{Finding, Head, head};
pub use rule::Rule;
pub use text::text;
