//! The keyrings of one piece of work.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use shouxin_model::{FieldRef, Register};
use shouxin_seal::Keyring;
use shouxin_store::{Tx, params};

use super::setting;
use crate::{Vault, VaultError, zones};

/// The keyrings that one piece of work seals with or opens by: the deployment's own, and those of the zones
/// apart that it touches. Whoever has them holds them no longer than the work takes.
pub(crate) struct Keyrings {
    pub(crate) main: Arc<Keyring>,
    apart: BTreeMap<String, Arc<Keyring>>,
}

impl Keyrings {
    /// The keyring of a zone: its own if it lies apart, else the deployment's. What was sealed for a zone
    /// apart that the work did not name is refused when it is committed, for its turn is not held.
    pub(crate) fn of(&self, zone: &str) -> &Keyring {
        self.apart.get(zone).unwrap_or(&self.main)
    }

    /// The zones apart among them.
    pub(super) fn zones(&self) -> BTreeSet<String> {
        self.apart.keys().cloned().collect()
    }

    /// Whether the others are the very same.
    pub(super) fn is_same(&self, others: &Self) -> bool {
        let apart = self.apart.values().zip(others.apart.values());
        Arc::ptr_eq(&self.main, &others.main) && apart.into_iter().all(|(a, b)| Arc::ptr_eq(a, b))
    }

    /// Holds the commit to the epochs of the zones apart that keys are wrapped in now.
    pub(crate) fn guard_apart(&self, tx: &mut Tx) {
        for (zone, keyring) in &self.apart {
            guard_epoch(tx, Some(zone), keyring);
        }
    }
}

/// Holds a commit to the epoch of this keyring: whoever wraps keys in one that has passed conflicts.
pub(crate) fn guard_epoch(tx: &mut Tx, zone: Option<&str>, keyring: &Keyring) {
    tx.guard(
        1,
        "SELECT 1 FROM setting WHERE name = $1 AND value = $2",
        params![setting("epoch", zone), keyring.current_epoch().to_string()],
    );
}

impl Vault {
    /// The keyrings to open what lies in these zones apart, and in the main database.
    ///
    /// # Errors
    /// `CannotUnseal`; `Store` if a zone is not here.
    pub(crate) fn keyrings(&self, zones: &BTreeSet<String>) -> Result<Keyrings, VaultError> {
        let mut apart = BTreeMap::new();
        for zone in zones {
            let keyring = self.zone(zone)?.keys.keyring(self.now())?;
            apart.insert(zone.clone(), keyring);
        }
        Ok(Keyrings {
            main: self.keyring()?,
            apart,
        })
    }

    /// The keyrings to open these fields with.
    ///
    /// # Errors
    /// As [`Vault::keyrings`].
    pub(crate) fn keyrings_of(
        &self,
        register: &Register,
        fields: &[FieldRef],
    ) -> Result<Keyrings, VaultError> {
        let collections = fields.iter().map(FieldRef::collection);
        self.keyrings(&zones::among(register, collections))
    }

    /// The keyrings to wrap keys with in these zones apart, and in the main database.
    ///
    /// # Errors
    /// As [`Vault::keyrings`]; also if others wrap in an epoch that a keyring here does not know.
    pub(crate) fn keyrings_to_write(
        &self,
        zones: &BTreeSet<String>,
    ) -> Result<Keyrings, VaultError> {
        let mut apart = BTreeMap::new();
        for zone in zones {
            let keyring = self.zone(zone)?.keys.keyring_to_write(self.now())?;
            apart.insert(zone.clone(), keyring);
        }
        Ok(Keyrings {
            main: self.keyring_to_write()?,
            apart,
        })
    }
}
