//! Real, messy files to rows, rows to values, with everything found on the way.
//!
//! 1. [`sniff`] judges a file's head; [`Rows`] streams its rows.
//! 2. [`guess`] proposes which column feeds which field; [`Mapping`] is what people make of it.
//! 3. [`to_value`] brings one cell to the normal form of its kind, [`RowPlan`] a row to records.
//! 4. [`OutcomeWriter`] writes what became of each row.
//! 5. [`leaving`] writes rows that leave the system, so that they can be read back.
//!
//! Kernel: no storage, clock or dice. What is said about a value never repeats it.

mod archive;
mod choice;
mod clean;
mod csv_rows;
pub mod date;
mod decode;
mod delimiter;
#[cfg(test)]
mod fixture;
pub mod format;
mod formula;
pub mod guess;
pub mod leaving;
mod looks;
pub mod mapping;
mod ndjson;
pub mod note;
mod number;
pub mod outcome;
pub mod plan;
pub mod row;
pub mod rows;
pub mod value;
mod words;
mod xlsx;

pub use archive::check as check_archive;
pub use date::{DateOrder, Epoch};
pub use decode::{BROKEN, TextSource};
pub use format::{Encoding, Format, sniff};
pub use guess::{Guess, guess};
pub use mapping::{Mapping, MappingFinding, SourceStatement};
pub use note::{Code, Note, Severity};
pub use outcome::{OutcomeWriter, Quality, RowResult};
pub use plan::{Drafted, FieldNote, PlanFinding, RecordDraft, RowPlan, RowRefusal};
pub use row::{Cell, Limits, Native, RawRow, RowProblem};
pub use rows::{OpenError, Rows};
pub use value::{Outcome, Rules, to_value};
pub use words::kind_of_header;
