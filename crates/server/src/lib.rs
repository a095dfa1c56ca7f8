//! The HTTP surface of Shouxin: slices by noun over the vault.

pub mod app;
pub mod http;
pub mod limits;

pub use app::App;
