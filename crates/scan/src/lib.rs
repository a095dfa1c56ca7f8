//! Personal information in files, tables and databases: where it stands, how much, how sure.
//!
//! 1. [`files::scan`] walks a folder; [`databases::scan`] reads samples of tables, and never writes.
//! 2. [`Content::of`] tells what a file is by what is in it; a reader a format turns it into passages and
//!    cells, each with its [`Place`].
//! 3. [`column::Profile`] judges a column by its name and a sample, then each of its cells.
//! 4. [`report`] sums up: in words, as HTML, SARIF, JSON lines, or for discovery.
//! 5. [`rewrite`] writes a copy without what was found.
//!
//! Memory is bounded by [`Limits`], whatever a file says about itself. What could not be read is a
//! [`Problem`] of the report. Nothing tells a value: what is shown is masked.

mod collect;
pub mod column;
mod content;
pub mod databases;
pub mod files;
mod finding;
mod limits;
mod place;
mod problem;
mod read;
pub mod report;
pub mod rewrite;
mod share;

pub use collect::{Settings, Tell};
pub use content::Content;
pub use finding::{Finding, masked};
pub use limits::Limits;
pub use place::Place;
pub use problem::{Distrust, Problem};
pub use report::Report;
pub use share::interval;
