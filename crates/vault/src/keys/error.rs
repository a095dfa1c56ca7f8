//! Why keys were not changed.

use crate::VaultError;
use crate::keydir::KeyDirError;

/// Why keys were not changed.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The vault was opened without its key folder, so its keys cannot change.
    #[error("this vault was opened without its key folder")]
    NoFolder,
    /// No zone of this name lies apart here.
    #[error("no zone {0} lies apart")]
    NoZone(String),
    /// Fresh data keys were ordered before and are not all there yet.
    #[error("values are being sealed anew already")]
    Resealing,
    /// The key folder cannot be used.
    #[error(transparent)]
    Folder(#[from] KeyDirError),
    /// The store, the ledger or the keys failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}
