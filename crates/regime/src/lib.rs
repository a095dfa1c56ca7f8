//! Law and identifier formats as data.
//!
//! - [`check`] and [`normalise`]: is this text a resident ID, a plate, a waybill number, and what is
//!   its normal form?
//! - [`spans`]: identifiers in running text.
//! - [`check_digit`]: the check characters of the standards, to verify and to make them.
//! - [`law`]: lawful bases, sensitive categories, level floors, retention rules and consent rules, with
//!   the article that says so.
//! - [`calendar`]: China's working days.
//!
//! Kernel: values in, values out. Nothing here keeps, shows or logs a value.

pub mod calendar;
pub mod check_digit;
mod failure;
mod formats;
pub mod law;
mod normal;
mod spans;

pub use failure::{CheckFailure, Reason, Severity};
pub use formats::check;
pub use normal::normalise;
pub use spans::{Span, spans};
