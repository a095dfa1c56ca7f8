//! What tests share: servers to run against, seeded data, a frozen clock. Never in the shipped program.

pub mod faults;
pub mod mariadb;
pub mod nats;
pub mod pair;
pub mod postgres;
pub mod registers;
pub mod softhsm;
