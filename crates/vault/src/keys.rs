//! The keys of a running vault: how long they are held, how epochs begin and end, what hangs on them.

mod destroy;
mod error;
mod held;
mod keyrings;
mod list;
mod root;
mod rotate;

pub use destroy::{DestroyError, Destroyed, Destruction};
pub use error::KeyError;
pub(crate) use held::{Held, older_than_data};
pub use held::{KEYS_HELD_SECONDS, Keys};
pub(crate) use keyrings::{Keyrings, guard_epoch};
pub use list::{EpochState, EpochStatus, InUse, Inventory, KeyList};
pub use rotate::{Resealing, Rotated};

/// The name of a setting about keys: of the deployment's own keyring, or of that of a zone apart.
pub(crate) fn setting(word: &str, zone: Option<&str>) -> String {
    match zone {
        None => word.to_owned(),
        Some(zone) => format!("{word} {zone}"),
    }
}

/// Names in an entry the zone apart whose keys it is about; nothing for the deployment's own.
pub(crate) fn tell_zone(entry: &mut shouxin_ledger::Entry, zone: Option<&str>) {
    if let Some(zone) = zone {
        entry.extra.push(("zone".to_owned(), zone.to_owned()));
    }
}
