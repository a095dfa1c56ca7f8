//! The HTTP surface of Shouxin: slices by noun over the vault.

pub mod app;
pub mod caller;
pub mod gate;
pub mod http;
pub mod limits;
pub mod network;
pub mod password;
pub mod permissions;
pub mod settings;
pub mod totp;

pub use app::App;
pub use caller::Signed;
pub use settings::Settings;
