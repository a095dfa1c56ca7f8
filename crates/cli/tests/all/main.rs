//! The real binary, as people use it.

#![allow(
    unreachable_pub,
    reason = "modules of one test program share what they make"
)]

mod altered;
mod backups;
mod demo;
mod exports;
mod faults;
mod killed;
mod operator;
mod people;
mod programs;
