//! Taking turns to change zones, and committing what changes them.

use std::collections::{BTreeMap, BTreeSet};

use shouxin_model::{RecordId, SubjectId};
use shouxin_store::{CommitError, Committed, StoreError, Tx, params};
use tokio::sync::MutexGuard;

use super::{Zone, outbox, statements};
use crate::{Vault, VaultError};

/// Statements for the main database and for zones apart.
#[derive(Default)]
pub(crate) struct Writes {
    pub(crate) main: Tx,
    apart: BTreeMap<String, Tx>,
}

impl Writes {
    /// Erases what a zone holds of a subject.
    pub(crate) fn erase(&mut self, zone: &Zone, subject: SubjectId) {
        let alias = zone.alias(subject);
        let change = self.apart.entry(zone.name.clone()).or_default();
        for sql in statements::ERASE {
            change.run(sql, params![alias]);
        }
    }

    /// The statements for a zone apart, or for the main database.
    pub(crate) fn within(&mut self, zone: Option<&Zone>) -> &mut Tx {
        match zone {
            None => &mut self.main,
            Some(zone) => self.apart.entry(zone.name.clone()).or_default(),
        }
    }

    /// Where the rows of a record are written, and under which ids.
    pub(crate) fn place(
        &mut self,
        zone: Option<&Zone>,
        subject: SubjectId,
        record: RecordId,
    ) -> (&mut Tx, SubjectId, RecordId) {
        let (row_subject, row_record) = match zone {
            None => (subject, record),
            Some(zone) => (zone.alias(subject), zone.record_alias(record)),
        };
        (self.within(zone), row_subject, row_record)
    }
}

/// The right to change some zones: nobody else on this node changes them meanwhile, and a change that
/// another node commits meanwhile makes ours conflict. So what was read of a zone while its turn is held
/// still holds when the change reaches it.
///
/// Without zones it costs nothing, and commits as the store does.
pub(crate) struct Turns<'v> {
    vault: &'v Vault,
    held: Vec<(&'v Zone, MutexGuard<'v, ()>, i64)>,
}

impl Vault {
    /// Takes turns in these zones, which then stand as the main database says.
    ///
    /// # Errors
    /// `Store` if a zone cannot be reached: nothing was committed then.
    pub(crate) async fn turns(&self, zones: &BTreeSet<String>) -> Result<Turns<'_>, VaultError> {
        let mut held = Vec::with_capacity(zones.len());
        // In the order of their names, so that two writers never wait for each other.
        for name in zones {
            let zone = self.zone(name)?;
            let turn = zone.turn.lock().await;
            let seq = zone.settle(self.store()).await?;
            held.push((zone, turn, seq));
        }
        Ok(Turns { vault: self, held })
    }
}

impl Turns<'_> {
    /// Holds the main commit to the state of the zones.
    pub(crate) fn guard(&self, main: &mut Tx) {
        for (zone, _, seq) in &self.held {
            main.guard(
                1,
                "SELECT 1 FROM zone_head WHERE zone = $1 AND seq = $2",
                params![&zone.name, *seq],
            );
        }
    }

    /// Commits the main change with the sealed changes of zones beside it, then applies these, and answers
    /// once all of it stands.
    ///
    /// A caller that stops waiting does not stop it once the main commit was asked for; what did not reach
    /// its zone is applied later, before anything else changes that zone.
    ///
    /// # Errors
    /// As [`Store::commit`](shouxin_store::Store::commit). `Unacknowledged` if the change is durable and
    /// its zone could not be reached.
    pub(crate) async fn commit(self, writes: Writes) -> Result<Committed, CommitError> {
        let Writes { mut main, apart } = writes;
        let failed = |error: VaultError| match error {
            VaultError::Store(error) | VaultError::Ledger(error) => CommitError::Store(error),
            error => CommitError::Store(StoreError::Statement(error.to_string())),
        };
        let is_held = |name: &String| self.held.iter().any(|(zone, ..)| zone.name == *name);
        if apart
            .iter()
            .any(|(name, tx)| !tx.is_empty() && !is_held(name))
        {
            // The register changed while this was built: build it again.
            return Err(CommitError::Conflict { statement: 0 });
        }
        let mut sent = Vec::new();
        for (zone, _, seq) in &self.held {
            let Some(change) = apart.get(&zone.name).filter(|change| !change.is_empty()) else {
                continue;
            };
            let next = seq + 1;
            let payload = zone
                .seal_change(next, change, &mut self.vault.dice())
                .map_err(failed)?;
            main.run_exactly(
                1,
                "UPDATE zone_head SET seq = $1 WHERE zone = $2 AND seq = $3",
                params![next, &zone.name, *seq],
            );
            main.run(outbox::FORGET, params![&zone.name, *seq]);
            main.run_exactly(
                1,
                "INSERT INTO zone_outbox (zone, seq, payload) VALUES ($1, $2, $3)",
                params![&zone.name, next, payload.as_slice()],
            );
            sent.push((*zone, next, payload));
        }
        let committed = self.vault.store().commit(main).await?;
        for (zone, seq, payload) in sent {
            if zone.apply(seq, &payload).await.is_err() {
                // It is durable and will reach the zone; only nobody can be told so yet.
                return Err(CommitError::Store(StoreError::Unacknowledged));
            }
        }
        Ok(committed)
    }
}
