//! The server through its real router, over SQLite in a temporary folder, in a world that stands still.

mod altered;
mod approvals;
mod attacks;
mod centre;
mod consents;
mod console;
mod desk;
mod downstreams;
mod duties;
mod exports;
mod keeping;
mod keys;
mod ledger;
mod matrix;
mod notices;
mod observations;
mod people;
mod planted;
mod problems;
mod reads;
mod receiver;
mod serving;
mod stories;
mod support;
mod widget;
mod writes;
