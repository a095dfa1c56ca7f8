//! The keys of a running vault: how long they are held, how epochs begin and end, what hangs on them.

mod destroy;
mod error;
mod held;
mod list;
mod root;
mod rotate;

pub use destroy::{DestroyError, Destroyed, Destruction};
pub use error::KeyError;
pub(crate) use held::{Held, older_than_data};
pub use held::{KEYS_HELD_SECONDS, Keys};
pub use list::{EpochState, EpochStatus, InUse, Inventory, KeyList};
pub use rotate::{Resealing, Rotated};
