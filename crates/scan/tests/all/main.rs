//! The whole crate over files and databases made here.

mod databases;
mod edges;
mod files;
mod fixture;
mod hostile;
mod reports;
mod rewrite;
