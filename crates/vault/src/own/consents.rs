//! What a subject said about purposes, as the subject sees it, and what may still be taken back.

use std::collections::BTreeMap;

use shouxin_model::{ConsentWord, Moment, SUBJECT, Through};
use shouxin_store::params;

use super::{Own, OwnError};
use crate::{Said, Vault, VaultError};

/// For so long a word said in the privacy centre can be undone there.
pub const UNDO_SECONDS: i64 = 600;

/// What a subject said about one purpose.
#[derive(Debug)]
pub struct OwnConsent {
    /// What counts now: the word about the whole, and the words about parts.
    pub said: Vec<Said>,
    /// The word that undoes the last one, and until when it may be said.
    pub undo: Option<(ConsentWord, Moment)>,
}

impl Vault {
    /// What this subject said, by the purpose's name.
    ///
    /// # Errors
    /// [`OwnError`].
    pub async fn own_consents(&self, own: &Own) -> Result<BTreeMap<String, OwnConsent>, OwnError> {
        let Some(person) = self.person(own.subject).await? else {
            return Err(OwnError::Gone);
        };
        let mut all: BTreeMap<String, OwnConsent> = BTreeMap::new();
        let told = self.active().told.clone();
        for row in &person.consents {
            let said = Said::of(row, &told)?;
            let of = all.entry(said.purpose.clone()).or_insert(OwnConsent {
                said: Vec::new(),
                undo: None,
            });
            of.said.push(said);
        }
        let now = self.now();
        for (purpose, of) in &mut all {
            of.undo = self.undo(own, purpose, now).await?;
        }
        Ok(all)
    }

    /// What undoes the last word about the whole of a purpose, if it was said here and lately.
    async fn undo(
        &self,
        own: &Own,
        purpose: &str,
        now: Moment,
    ) -> Result<Option<(ConsentWord, Moment)>, VaultError> {
        let sql = "SELECT state, through, actor, received_at FROM consent_event WHERE subject = $1 \
                   AND purpose = $2 AND part = '' AND channel = '' ORDER BY epoch DESC LIMIT 2";
        let rows = self
            .store()
            .query(sql, params![own.subject, purpose])
            .await?;
        let Some(last) = rows.first() else {
            return Ok(None);
        };
        let until = last.moment(3)?.plus_seconds(UNDO_SECONDS);
        let here = last.text(1)? == Through::PrivacyCentre.word() && last.text(2)? == SUBJECT;
        if !here || now >= until {
            return Ok(None);
        }
        let given = ConsentWord::Given.word();
        let before = rows.get(1).map(|row| row.text(0)).transpose()?;
        let word = match (last.text(0)?, before) {
            (said, _) if said == given => Some(ConsentWord::Withdrawn),
            (_, Some(before)) if before == given => Some(ConsentWord::Given),
            // Nothing was agreed before: there is nothing to go back to.
            _ => None,
        };
        Ok(word.map(|word| (word, until)))
    }
}
