//! Drawing the texts of a check.

use std::collections::{BTreeMap, BTreeSet};

use rand_core::Rng;
use shouxin_ledger::Kind as EntryKind;
use shouxin_model::{
    Caller, FieldKind, FieldRef, QualityCheckId, QualityTextId, RecordId, SubjectId,
};
use shouxin_store::{Tx, params};

use super::{DETECTOR_ID, MARKING, NewQualityCheck, OPEN, QualityError, may_lead};
use crate::{Vault, VaultError};

/// Fewer say nothing.
pub const FEWEST_TEXTS: u32 = 4;
/// More are nobody's day.
pub const MOST_TEXTS: u32 = 400;
/// Candidates for each text that is wanted: not every record has the field.
const SPARE: u32 = 4;

impl Vault {
    /// Draws texts and begins a check. The fields have equal parts; within a field each k-th of its records in the
    /// order of their people is taken, from a random start on, so that all times are in it. Nothing is opened.
    ///
    /// # Errors
    /// [`QualityError`]; nothing is stored then.
    pub async fn begin_quality_check(
        &self,
        caller: &Caller,
        new: &NewQualityCheck,
    ) -> Result<(QualityCheckId, u64), QualityError> {
        may_lead(caller)?;
        self.check_new(new)?;
        let mut drawn: Vec<(FieldRef, SubjectId, RecordId)> = Vec::new();
        let parts = u32::try_from(new.fields.len()).unwrap_or(u32::MAX);
        for field in &new.fields {
            let wanted = new.size.div_ceil(parts);
            drawn.extend(self.draw(field, wanted).await?);
        }
        drawn.truncate(new.size as usize);
        if drawn.len() < FEWEST_TEXTS as usize {
            return Err(QualityError::TooFew(drawn.len() as u64));
        }
        self.shuffle(&mut drawn);
        let (now, mut dice) = (self.now(), self.dice());
        let id = QualityCheckId::make(now, &mut dice);
        let fields = serde_json::to_string(&new.fields);
        let fields = fields.map_err(|_| VaultError::Corrupt("quality check"))?;
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "INSERT INTO quality_check (id, purpose, fields, detector, state, created_by, created_at, certificate, \
             entry, version) VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, NULL, 1)",
            params![id, new.purpose.as_str(), fields, DETECTOR_ID, MARKING, caller.actor(), now],
        );
        for (place, (field, subject, record)) in (1u32..).zip(&drawn) {
            let text = QualityTextId::make(now, &mut dice);
            tx.run_exactly(
                1,
                "INSERT INTO quality_text (id, check_id, place, subject, record, field, state, chars, digest, found, \
                 gold, settled_by, joint, version) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, NULL, NULL, NULL, NULL, 0, 1)",
                params![text, id, place, *subject, *record, field.as_str(), OPEN],
            );
        }
        let (shown, size) = (id.to_string(), drawn.len().to_string());
        let mut extra = vec![
            ("did", "check-begun"),
            ("check", shown.as_str()),
            ("purpose", new.purpose.as_str()),
            ("texts", size.as_str()),
            ("detector", DETECTOR_ID),
        ];
        extra.extend(new.fields.iter().map(|field| ("field", field.as_str())));
        let entry = self.record(caller, EntryKind::Quality, &extra, tx).await;
        Ok((id, entry.map_err(VaultError::from)?))
    }

    fn check_new(&self, new: &NewQualityCheck) -> Result<(), QualityError> {
        let register = &self.active().register;
        let purpose = register
            .purpose(&new.purpose)
            .ok_or(QualityError::Purpose)?;
        let apart: BTreeSet<&FieldRef> = new.fields.iter().collect();
        let sized = (FEWEST_TEXTS..=MOST_TEXTS).contains(&new.size);
        if new.fields.is_empty() || apart.len() != new.fields.len() || !sized {
            return Err(QualityError::Size);
        }
        let is_text = |field: &FieldRef| {
            let kind = register.field(field).map(|declared| declared.kind);
            // What lies in a database apart is found under other ids: its texts are not drawn here.
            kind == Some(FieldKind::FreeText)
                && purpose.fields.contains(field)
                && register.apart(field.collection()).is_none()
        };
        match new.fields.iter().position(|field| !is_text(field)) {
            Some(place) => Err(QualityError::Field(place)),
            None => Ok(()),
        }
    }

    async fn draw(
        &self,
        field: &FieldRef,
        wanted: u32,
    ) -> Result<Vec<(FieldRef, SubjectId, RecordId)>, VaultError> {
        let count = "SELECT COUNT(*) FROM record WHERE collection = $1";
        let rows = self
            .store()
            .query(count, params![field.collection()])
            .await?;
        let all = rows.first().map_or(Ok(0), |row| row.int(0))?;
        let step = (all / i64::from(wanted.saturating_mul(SPARE))).max(1);
        let start = i64::try_from(self.dice().next_u64() % step.unsigned_abs()).unwrap_or(0);
        let sql = "SELECT subject, id, marks FROM (SELECT subject, id, marks, ROW_NUMBER() OVER \
                   (ORDER BY subject, id) AS n FROM record WHERE collection = $1) AS numbered WHERE n % $2 = $3";
        let rows = self
            .store()
            .query(sql, params![field.collection(), step, start])
            .await?;
        let mut drawn = Vec::new();
        for row in &rows {
            let marks: BTreeMap<String, serde_json::Value> =
                serde_json::from_str(row.text(2)?).map_err(|_| VaultError::Corrupt("record"))?;
            if marks.contains_key(field.field()) {
                let subject = row.id(0, SubjectId::from_slice)?;
                drawn.push((field.clone(), subject, row.id(1, RecordId::from_slice)?));
            }
        }
        self.shuffle(&mut drawn);
        drawn.truncate(wanted as usize);
        Ok(drawn)
    }

    /// Fisher and Yates.
    fn shuffle<T>(&self, list: &mut [T]) {
        let mut dice = self.dice();
        for last in (1..list.len()).rev() {
            let place = dice.next_u64() % (last as u64 + 1);
            list.swap(last, usize::try_from(place).unwrap_or(last));
        }
    }
}
