//! The vault over a real store: what is read, by whom, in what form, and what is refused.

mod imports;
mod ledger;
mod reads;
mod registers;
mod support;
