//! What both engines promise, and what each promises alone.

mod bed;
mod contract;
mod crash;
mod directory;
mod failover;
mod nodes;
mod proxy;
