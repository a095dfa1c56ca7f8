//! Names and addresses in Chinese text.

pub mod address;
mod chars;
mod lexicon;
pub mod person;
