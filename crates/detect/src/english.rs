//! Names and addresses in English text.

pub(crate) mod address;
mod lists;
pub(crate) mod person;
mod words;

#[cfg(test)]
mod tests;
