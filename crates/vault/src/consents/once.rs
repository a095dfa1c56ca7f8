//! Consent for a single time: the read that opens something under it spends it, in its own transaction.

use std::collections::BTreeSet;

use shouxin_ledger::Kind;
use shouxin_model::{Caller, ConsentTurn, FieldRef, Form, Moment, SubjectId};
use shouxin_policy::{Consents, Verdict};
use shouxin_store::{Row, Tx};

use super::{ConsentEvent, Subject, counting, last_epoch};
use crate::active::Active;
use crate::changes::Changed;
use crate::integrity::{Consent, Facts};
use crate::{Vault, VaultError};

/// What spends a subject's words that are for a single time. Made only where there is one about the purpose.
pub(crate) struct Spendable {
    person: Subject,
}

/// Whether a word is for a single time and waits for it: within a time named by its subject it counts as
/// often as that time lasts.
pub(crate) fn is_spendable(word: &Consent<'_>) -> bool {
    word.state == "given"
        && word.form == "once"
        && word.channel.is_empty()
        && word.from.is_none()
        && word.expires_at.is_none()
}

impl Spendable {
    /// Of a person, with the rows of [`crate::integrity::consents_query`].
    pub(crate) fn new(
        (id, version): (SubjectId, i64),
        pseudonym: Option<[u8; 16]>,
        facts: Facts,
        consents: Vec<Row>,
    ) -> Self {
        Self {
            person: Subject {
                id,
                version,
                pseudonym,
                facts,
                consents,
            },
        }
    }

    /// Spends the words under which the verdict opens something: puts what follows into the transaction, and
    /// gives the entries that tell it, each with what other systems are told.
    ///
    /// # Errors
    /// `Corrupt` if what is stored cannot be understood.
    pub(crate) fn spend(
        &mut self,
        vault: &Vault,
        (caller, active, now): (&Caller, &Active, Moment),
        (purpose, said): (&str, &Consents),
        verdict: &Verdict,
        tx: &mut Tx,
    ) -> Result<Vec<(Vec<u8>, Changed)>, VaultError> {
        let opened = verdict
            .fields
            .iter()
            .filter(|(_, decision)| decision.form != Form::Withheld);
        let parts: BTreeSet<&str> = opened
            .filter_map(|(field, _)| part_of(said, field))
            .collect();
        let rows = std::mem::take(&mut self.person.consents);
        let mut counting = counting(&rows)?;
        let mut epoch = last_epoch(&counting);
        let mut events = Vec::new();
        for old in &counting {
            if old.purpose == purpose && is_spendable(old) && parts.contains(old.part) {
                epoch += 1;
                let turn = ConsentTurn::Spent;
                let event = ConsentEvent::became(turn, old, epoch, now, caller.actor())?;
                events.push((event, old.scope));
            }
        }
        let mut entries = Vec::new();
        for (event, scope) in &events {
            vault.happens(tx, &mut self.person, &mut counting, (event, *scope));
            let mut entry = vault.begin(now, Kind::Consent, caller, active);
            entry.subject = self.person.pseudonym;
            entry.purpose = Some(event.purpose.clone());
            entry.extra = event.words();
            entries.push((vault.bytes(&entry)?, event.told(*scope)));
        }
        if !events.is_empty() {
            self.person.touch(vault, tx);
        }
        Ok(entries)
    }
}

/// The part whose word counts for a field: `""` for the whole.
fn part_of<'c>(said: &'c Consents, field: &FieldRef) -> Option<&'c str> {
    said.pattern(field).or(said.whole.map(|_| ""))
}
