//! Zones that lie apart: databases of their own, under keys of their own, where people bear other ids.
//!
//! The main database keeps the people, the ledger and what decides. A zone apart keeps the records of its
//! collections, their indexes and facets, and the subjects' keys for it, under aliases ([`Link`]): neither
//! database leads to the other without the zone's keyring. A change of a zone is committed in the main
//! database first, sealed, beside its ledger entry; then it is applied to the zone, once and in order.

mod bind;
pub(crate) mod gather;
mod outbox;
pub(crate) mod statements;
mod turns;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use data_encoding::BASE32_DNSSEC;
use shouxin_model::{Moment, RecordId, Register, SubjectId, Suite};
use shouxin_seal::{LastingKeys, Link};
use shouxin_store::{Store, StoreError};
use tokio::sync::Mutex;

use crate::keys::{Held, Keys};
use crate::{Vault, VaultError};
pub use bind::{ApartZones, ZoneError};
pub(crate) use turns::{Turns, Writes};

/// Where a zone apart lies, and what opens it.
pub struct ZoneHome {
    /// The zone's name in the register.
    pub name: String,
    /// Its database.
    pub store: Store,
    /// Its keys.
    pub keys: Keys,
}

impl std::fmt::Debug for ZoneHome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("ZoneHome").field(&self.name).finish()
    }
}

/// A zone apart, opened.
pub(crate) struct Zone {
    pub(crate) name: String,
    pub(crate) store: Store,
    pub(crate) keys: Held,
    link: Link,
    /// Held while a change of this node is on its way into the zone.
    turn: Mutex<()>,
}

impl Zone {
    /// The subject's id in this zone.
    pub(crate) fn alias(&self, subject: SubjectId) -> SubjectId {
        self.link.alias(subject)
    }

    /// The subject that may have this id in this zone.
    pub(crate) fn subject(&self, alias: SubjectId) -> SubjectId {
        self.link.subject(alias)
    }

    /// The record's id in this zone.
    pub(crate) fn record_alias(&self, record: RecordId) -> RecordId {
        self.link.record_alias(record)
    }

    /// The record with this id in this zone.
    pub(crate) fn record(&self, alias: RecordId) -> RecordId {
        self.link.record(alias)
    }

    /// Under which mark the main database counts that somebody was read by this alias: nothing in the
    /// main database may lead to an alias.
    pub(crate) fn seen_mark(&self, alias: SubjectId) -> String {
        let digest =
            self.keys
                .lasting()
                .look_up_digest(Suite::International, "zone-seen", alias.as_bytes());
        format!("in {} {}", self.name, BASE32_DNSSEC.encode(&digest[..16]))
    }
}

/// The zones apart of a vault.
#[derive(Default)]
pub(crate) struct Zones(BTreeMap<String, Zone>);

impl Zones {
    pub(crate) fn all(&self) -> impl Iterator<Item = &Zone> {
        self.0.values()
    }
}

impl Vault {
    /// The zones that lie apart here, by name, with their databases: what a backup takes beside the main
    /// one.
    pub fn zones(&self) -> impl Iterator<Item = (&str, &Store)> {
        self.apart()
            .0
            .values()
            .map(|zone| (zone.name.as_str(), &zone.store))
    }

    /// Closes the databases of the zones and then the main one, each after the commits already asked for.
    pub async fn close(&self) {
        for zone in self.apart().0.values() {
            zone.store.close().await;
        }
        self.store().close().await;
    }

    /// The keys that outlive epochs, of the zone itself if it lies apart.
    pub(crate) fn lasting_of(&self, zone: &str) -> Arc<LastingKeys> {
        match self.apart().0.get(zone) {
            None => self.lasting(),
            Some(zone) => zone.keys.lasting(),
        }
    }

    /// The zone apart of a collection; `None` if it lies in the main database.
    ///
    /// # Errors
    /// `Store` if the register declares a zone apart that this node was not given.
    pub(crate) fn zone_apart(
        &self,
        register: &Register,
        collection: &str,
    ) -> Result<Option<&Zone>, VaultError> {
        match register.apart(collection) {
            None => Ok(None),
            Some(zone) => self.zone(&zone.name).map(Some),
        }
    }

    /// The database that this zone apart lies in, or the main one.
    ///
    /// # Errors
    /// `Store` if the zone is not here.
    pub(crate) fn store_of(&self, zone: Option<&str>) -> Result<&Store, VaultError> {
        match zone {
            None => Ok(self.store()),
            Some(zone) => Ok(&self.zone(zone)?.store),
        }
    }

    /// The zone apart of this name.
    ///
    /// # Errors
    /// `Store` if this node was not given it.
    pub(crate) fn zone(&self, name: &str) -> Result<&Zone, VaultError> {
        self.apart().0.get(name).ok_or_else(|| {
            VaultError::Store(StoreError::Unavailable(format!("zone {name} is not here")))
        })
    }

    /// Takes turns in every zone that lies apart.
    ///
    /// # Errors
    /// As [`Vault::turns`].
    pub(crate) async fn all_turns(&self) -> Result<Turns<'_>, VaultError> {
        let names = self.apart().0.keys().cloned().collect();
        self.turns(&names).await
    }

    /// Applies every change that is committed and has not reached its zone yet. Done at the opening, and
    /// again and again while the vault serves.
    ///
    /// # Errors
    /// A zone's database failed; what is left is applied another time.
    pub async fn settle_zones(&self) -> Result<(), VaultError> {
        // One zone that is away keeps no other waiting.
        let mut settled = self.settle_each().await.into_iter();
        settled.try_for_each(|(_, settled)| settled)
    }

    /// As [`Vault::settle_zones`], with how it went for each zone.
    pub(crate) async fn settle_each(&self) -> Vec<(&str, Result<(), VaultError>)> {
        let mut each = Vec::new();
        for zone in self.apart().0.values() {
            let turn = zone.turn.lock().await;
            let settled = zone.settle(self.store()).await;
            drop(turn);
            each.push((zone.name.as_str(), settled.map(drop)));
        }
        each
    }
}

/// The start of the day in China: a finer time in a zone's database would lead to the ledger entry of the
/// same moment.
pub(crate) fn coarse(at: Moment) -> Moment {
    Moment::from_seconds(at.china_day() * 86_400 - 8 * 3_600)
}

/// The zones apart among these collections.
pub(crate) fn among<'a>(
    register: &Register,
    collections: impl Iterator<Item = &'a str>,
) -> BTreeSet<String> {
    collections
        .filter_map(|collection| register.apart(collection))
        .map(|zone| zone.name.clone())
        .collect()
}
