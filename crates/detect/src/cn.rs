//! Names and addresses in Chinese text.

pub mod address;
pub(crate) mod chars;
mod lexicon;
pub mod person;
pub(crate) mod simplified;
