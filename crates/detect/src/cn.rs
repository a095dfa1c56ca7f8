//! Names and addresses in Chinese text.

pub mod address;
pub mod person;
