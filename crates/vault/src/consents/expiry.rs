//! Consents whose time is over: told in the ledger, so that receipts and other systems learn of it. Reads do
//! not wait for it, they refuse from that very moment on.

use shouxin_ledger::Kind;
use shouxin_model::{Caller, ConsentTurn, SubjectId};
use shouxin_store::{CommitError, Tx, params};

use super::{ConsentEvent, counting, last_epoch};
use crate::{Vault, VaultError};

impl Vault {
    /// Takes down of some people that the time of what they agreed to is over, and gives how many words that
    /// were: none left if it gives 0. Another node may do so at the same time; each word ends once.
    ///
    /// # Errors
    /// The store or the ledger failed, or what is stored of somebody is not what was written; the others
    /// were told.
    pub async fn end_expired_consents(&self) -> Result<usize, VaultError> {
        let sql = "SELECT DISTINCT subject FROM consent WHERE state = 'given' AND expires_at <= $1 LIMIT 200";
        let rows = self.store().query(sql, params![self.now()]).await?;
        let (mut ended, mut failed) = (0, None);
        for row in rows {
            match self.end_expired(row.id(0, SubjectId::from_slice)?).await {
                Ok(count) => ended += count,
                Err(error) => failed = Some(error),
            }
        }
        failed.map_or(Ok(ended), Err)
    }

    async fn end_expired(&self, subject: SubjectId) -> Result<usize, VaultError> {
        let Some(mut person) = self.person(subject).await? else {
            return Ok(0);
        };
        let (active, caller, now) = (self.active(), Caller::operator(), self.now());
        let rows = std::mem::take(&mut person.consents);
        let mut counting = counting(&rows)?;
        let mut epoch = last_epoch(&counting);
        let mut events = Vec::new();
        for old in &counting {
            if old.state == "given" && old.expires_at.is_some_and(|until| until <= now) {
                epoch += 1;
                let turn = ConsentTurn::Expired;
                let event = ConsentEvent::became(turn, old, epoch, now, caller.actor())?;
                events.push((event, old.scope));
            }
        }
        let mut tx = Tx::new();
        for (event, scope) in &events {
            self.happens(&mut tx, &mut person, &mut counting, (event, *scope));
            let mut entry = self.begin(now, Kind::Consent, &caller, &active);
            entry.subject = person.pseudonym;
            entry.purpose = Some(event.purpose.clone());
            entry.extra = event.words();
            let slot = tx.append(self.bytes(&entry)?);
            self.tell(&mut tx, slot, subject, now, &event.told(*scope))?;
        }
        if events.is_empty() {
            return Ok(0);
        }
        person.touch(self, &mut tx);
        match self.store().commit(tx).await {
            Ok(_) => {
                self.announce();
                Ok(events.len())
            }
            // Something else happened to this person meanwhile: the next round looks again.
            Err(CommitError::Conflict { .. }) => Ok(0),
            Err(error) => Err(error.into()),
        }
    }
}
