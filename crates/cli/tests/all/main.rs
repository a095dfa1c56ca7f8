//! The real binary, as people use it.

#![allow(
    unreachable_pub,
    reason = "modules of one test program share what they make"
)]

mod altered;
mod approvals;
mod backups;
mod conditions;
mod demo;
mod discoveries;
mod exports;
mod faults;
mod grants;
mod keys;
mod killed;
mod operator;
mod people;
mod programs;
mod scan;
mod stage;
