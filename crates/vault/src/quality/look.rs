//! Looking at a text: the one place where a check reads anything.

use std::collections::BTreeSet;

use shouxin_model::{Caller, FieldKind, Form, QualityCheckId};
use shouxin_store::{Tx, params};

use super::measure::Span;
use super::{
    DETECTOR, Look, QualityCheck, QualityError, QualityText, SKIPPED, StoredText, may_mark,
    select_text, spans, text, written,
};
use crate::{ReadError, ReadRequest, Vault, VaultError};

/// Whoever looks at a text and does not mark it keeps others from it for so long.
const HELD_SECONDS: i64 = 4 * 3600;

/// A text in full, as the caller may read it.
enum Full {
    Text(shouxin_model::Personal<String>, u64),
    Refused(std::sync::Arc<shouxin_policy::Because>, u64),
    /// There is no value any more.
    Gone,
}

impl Vault {
    /// The next text that the caller may mark: one that fewer than two others marked or look at, and that the
    /// caller has not marked. It is read as anything is, and the detector's findings in it are kept unseen.
    ///
    /// # Errors
    /// `NotFound`, `State` for a closed check; the read could not be made.
    pub async fn next_quality_text(
        &self,
        caller: &Caller,
        id: QualityCheckId,
    ) -> Result<Look, QualityError> {
        may_mark(caller)?;
        let check = self.marking(caller, id).await?;
        let before = self.now().plus_seconds(-HELD_SECONDS);
        loop {
            let sql = select_text!(
                "WHERE t.check_id = $1 AND t.state = 'open' AND NOT EXISTS (SELECT 1 FROM quality_mark m \
                 WHERE m.text = t.id AND m.annotator = $2 AND m.spans IS NOT NULL) AND (SELECT COUNT(*) FROM \
                 quality_mark m WHERE m.text = t.id AND m.annotator <> $2 AND (m.spans IS NOT NULL OR m.at > $3)) < 2 \
                 ORDER BY t.place LIMIT 1"
            );
            let rows = self
                .store()
                .query(sql, params![id, caller.actor(), before])
                .await;
            let rows = rows.map_err(VaultError::from)?;
            let Some(row) = rows.first() else {
                return Ok(Look::Done);
            };
            let stored = text(row)?;
            match self.full_text(caller, &check, &stored).await? {
                Full::Refused(because, entry) => return Ok(Look::Refused(because, entry)),
                Full::Gone => self.skip(&stored).await?,
                Full::Text(full, entry) => {
                    // To be counted, searched and digested; none of it keeps the words.
                    let words = full.expose();
                    let digest = self.token_digest("quality text", words.as_bytes());
                    let differs = stored.digest.as_ref().is_some_and(|known| *known != digest);
                    if differs {
                        self.skip(&stored).await?;
                        continue;
                    }
                    let found = detected(words);
                    let chars = u32::try_from(words.chars().count()).unwrap_or(u32::MAX);
                    self.note_look(caller, &stored, chars, &digest, &found)
                        .await?;
                    return Ok(Look::Text(Box::new(QualityText {
                        id: stored.id,
                        place: stored.place,
                        field: stored.field,
                        text: full,
                        marks: Vec::new(),
                        entry,
                    })));
                }
            }
        }
    }

    /// The next text in which the two differ, with what each marked. Whoever marked it sees it only `joint`ly with
    /// the other.
    ///
    /// # Errors
    /// As [`Vault::next_quality_text`].
    pub async fn next_quality_dispute(
        &self,
        caller: &Caller,
        id: QualityCheckId,
        joint: bool,
    ) -> Result<Look, QualityError> {
        may_mark(caller)?;
        let check = self.marking(caller, id).await?;
        loop {
            let sql = select_text!(
                "WHERE t.check_id = $1 AND t.state = 'disputed' AND ($3 = 1) = EXISTS (SELECT 1 FROM quality_mark m \
                 WHERE m.text = t.id AND m.annotator = $2 AND m.spans IS NOT NULL) ORDER BY t.place LIMIT 1"
            );
            let rows = self
                .store()
                .query(sql, params![id, caller.actor(), joint])
                .await;
            let rows = rows.map_err(VaultError::from)?;
            let Some(row) = rows.first() else {
                return Ok(Look::Done);
            };
            let stored = text(row)?;
            let (full, entry) = match self.full_text(caller, &check, &stored).await? {
                Full::Refused(because, entry) => return Ok(Look::Refused(because, entry)),
                Full::Gone => {
                    self.skip(&stored).await?;
                    continue;
                }
                Full::Text(full, entry) => (full, entry),
            };
            // To be compared with what the two had before them.
            let digest = self.token_digest("quality text", full.expose().as_bytes());
            if stored.digest.as_deref() != Some(&digest[..]) {
                self.skip(&stored).await?;
                continue;
            }
            let mut marks: Vec<Vec<Span>> = Vec::new();
            for (_, _, one) in self.marks_of(stored.id).await? {
                marks.push(one);
            }
            // Sorted by what they say: their order tells nothing of whose they are.
            marks.sort();
            return Ok(Look::Text(Box::new(QualityText {
                id: stored.id,
                place: stored.place,
                field: stored.field,
                text: full,
                marks,
                entry,
            })));
        }
    }

    /// The check, which must still be open.
    pub(super) async fn marking(
        &self,
        caller: &Caller,
        id: QualityCheckId,
    ) -> Result<QualityCheck, QualityError> {
        let check = self.quality_check(caller, id).await?;
        if check.closed {
            return Err(QualityError::State);
        }
        Ok(check)
    }

    /// The text in full, read in clear by the caller for the check's purpose, under an entry of its own.
    async fn full_text(
        &self,
        caller: &Caller,
        check: &QualityCheck,
        stored: &StoredText,
    ) -> Result<Full, QualityError> {
        let request = ReadRequest {
            subjects: vec![stored.subject],
            fields: vec![stored.field.clone()],
            purpose: check.purpose.clone(),
            case: None,
            records: BTreeSet::from([stored.record]),
            clear: BTreeSet::from([stored.field.clone()]),
            // All that was sealed apart from it: what was found is judged as well as what was not.
            clear_pieces: FieldKind::ALL
                .iter()
                .copied()
                .filter(|kind| kind.is_personal())
                .collect(),
            reason: Some(format!("quality check {}", check.id)),
        };
        let read = self
            .read(caller, &request)
            .await
            .map_err(|error| match error {
                ReadError::UnknownPurpose => QualityError::Purpose,
                ReadError::Vault(error) => QualityError::Vault(error),
                _ => QualityError::Field(0),
            })?;
        let Some(outcome) = read.into_iter().next() else {
            return Ok(Full::Gone);
        };
        if !outcome.found {
            return Ok(Full::Gone);
        }
        if let Some(because) = outcome.refusal {
            return Ok(Full::Refused(because, outcome.entry));
        }
        let Some(field) = outcome.fields.into_iter().next() else {
            return Ok(Full::Gone);
        };
        if field.form != Form::Clear {
            return Ok(Full::Refused(field.because, outcome.entry));
        }
        // A piece that the purpose does not open stays a placeholder: nobody marks it, and it counts neither
        // as found nor as left.
        Ok(match field.values.into_iter().next() {
            Some(opened) => Full::Text(opened.value, outcome.entry),
            None => Full::Gone,
        })
    }

    async fn skip(&self, stored: &StoredText) -> Result<(), QualityError> {
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "UPDATE quality_text SET state = $2, version = version + 1 WHERE id = $1 AND version = $3",
            params![stored.id, SKIPPED, stored.version],
        );
        self.store().commit(tx).await.map_err(VaultError::from)?;
        Ok(())
    }

    /// Notes that the caller looks at a text, and what it is.
    async fn note_look(
        &self,
        caller: &Caller,
        stored: &StoredText,
        chars: u32,
        digest: &[u8],
        found: &[Span],
    ) -> Result<(), QualityError> {
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "UPDATE quality_text SET chars = $2, digest = $3, found = $4, version = version + 1 \
             WHERE id = $1 AND version = $5",
            params![stored.id, chars, digest, written(found)?, stored.version],
        );
        tx.run_exactly(
            1,
            "INSERT INTO quality_mark (text, annotator, spans, roles, at) VALUES ($1, $2, NULL, $3, $4) \
             ON CONFLICT (text, annotator) DO UPDATE SET at = excluded.at",
            params![stored.id, caller.actor(), caller.roles.join(" "), self.now()],
        );
        self.store().commit(tx).await.map_err(VaultError::from)?;
        Ok(())
    }

    /// Who has marked a text, with which roles, and how.
    pub(super) async fn marks_of(
        &self,
        id: shouxin_model::QualityTextId,
    ) -> Result<Vec<(String, String, Vec<Span>)>, VaultError> {
        let sql = "SELECT annotator, roles, spans FROM quality_mark WHERE text = $1 AND spans IS NOT NULL \
                   ORDER BY at, annotator";
        let rows = self.store().query(sql, params![id]).await?;
        rows.iter()
            .map(|row| {
                let (by, roles) = (row.text(0)?.to_owned(), row.text(1)?.to_owned());
                Ok((by, roles, spans(row.opt_text(2)?)?))
            })
            .collect()
    }
}

/// What the detector finds, as marks.
fn detected(words: &str) -> Vec<Span> {
    let at = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
    let hits = DETECTOR.detect(words);
    hits.iter()
        .map(|hit| Span {
            start: at(hit.chars.start),
            end: at(hit.chars.end),
            kind: hit.kind.word().to_owned(),
        })
        .collect()
}
