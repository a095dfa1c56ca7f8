//! Wrapping subject keys in the present epoch. No value is opened or sealed: only the keys' wrapping
//! changes, and what an older epoch wrapped goes on opening until that epoch is destroyed.

use serde::{Deserialize, Serialize};
use shouxin_model::SubjectId;
use shouxin_seal::{SubjectKey, UnwrapError, WrappedKey};
use shouxin_store::params;

use super::Page;
use crate::keys::older_than_data;
use crate::permit::RecordedPermit;
use crate::zones::{Writes, statements};
use crate::{Vault, VaultError};

/// Wraps every subject key of an earlier epoch in this one, or in a later one if there is one by then.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Rewrap {
    /// The zone apart whose keys it wraps; those of the main database if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) zone: Option<String>,
    pub(crate) to_epoch: u32,
    /// Epochs that were destroyed already: what hangs on them can be wrapped by nobody.
    #[serde(default)]
    pub(crate) dead: Vec<u32>,
}

/// Keys wrapped in one transaction.
const PAGE: u32 = 1_000;

impl Rewrap {
    /// The oldest epoch that may still have keys: all before it were destroyed.
    fn oldest(&self) -> u32 {
        let dead = |epoch: &u32| self.dead.contains(epoch);
        (1..self.to_epoch)
            .find(|epoch| !dead(epoch))
            .unwrap_or(self.to_epoch)
    }

    pub(super) async fn left(&self, vault: &Vault) -> Result<u64, VaultError> {
        let sql = "SELECT COUNT(*) FROM subject_key WHERE epoch >= $1 AND epoch < $2";
        let bounds = params![self.oldest(), self.to_epoch];
        let store = vault.store_of(self.zone.as_deref())?;
        let rows = store.query(sql, bounds).await?;
        let count = rows.first().map(|row| row.int(0)).transpose()?.unwrap_or(0);
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// The page that wraps the next keys. A key that was destroyed or replaced meanwhile stays as it is.
    pub(super) async fn page(
        &self,
        vault: &Vault,
        _permit: &RecordedPermit,
    ) -> Result<Page, VaultError> {
        let held = vault.held_by(self.zone.as_deref())?;
        let keyring = held.keyring_to_write(vault.now())?;
        if keyring.current_epoch() < self.to_epoch {
            return Err(older_than_data(self.to_epoch));
        }
        let sql = "SELECT subject, zone, epoch, wrapped FROM subject_key WHERE epoch >= $1 AND epoch < $2 \
                   ORDER BY epoch, subject LIMIT $3";
        let bounds = params![self.oldest(), self.to_epoch, PAGE];
        let store = vault.store_of(self.zone.as_deref())?;
        let rows = store.query(sql, bounds).await?;
        let (vault, apart) = (vault.clone(), self.zone.clone());
        let mut dice = vault.dice();
        let wrapping = tokio::task::spawn_blocking(move || {
            let apart = apart.map(|zone| vault.zone(&zone)).transpose()?;
            let mut writes = Writes::default();
            let tx = writes.within(apart);
            for row in &rows {
                let (alias, zone) = (row.id(0, SubjectId::from_slice)?, row.text(1)?);
                let subject = apart.map_or(alias, |zone| zone.subject(alias));
                let wrapped = WrappedKey {
                    epoch: u32::try_from(row.int(2)?)
                        .map_err(|_| VaultError::Corrupt("key epoch"))?,
                    bytes: row.bytes(3)?.to_vec(),
                };
                let key = match SubjectKey::unwrap(&keyring, subject, zone, &wrapped) {
                    Ok(key) => key,
                    Err(UnwrapError::NoEpoch(epoch)) => return Err(older_than_data(epoch)),
                    Err(_) => return Err(VaultError::Corrupt("subject key")),
                };
                let fresh = key.wrap(&keyring, subject, zone, &mut dice);
                tx.run(
                    statements::REWRAP_KEY,
                    params![
                        fresh.epoch,
                        fresh.bytes,
                        alias,
                        zone,
                        wrapped.epoch,
                        wrapped.bytes
                    ],
                );
            }
            Ok(Page {
                writes,
                count: rows.len() as u64,
                last: rows.len() < PAGE as usize,
                after: None,
            })
        });
        wrapping.await.map_err(|_| VaultError::Corrupt("job"))?
    }
}
