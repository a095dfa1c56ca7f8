//! Marks: what a person says of a text, and what somebody settles where two differ.

use shouxin_model::{Caller, QualityCheckId, QualityTextId};
use shouxin_store::{CommitError, Tx, params};

use super::measure::{Span, fit};
use super::{
    DISPUTED, OPEN, QualityError, SETTLED, StoredText, may_mark, select_text, text, written,
};
use crate::{Vault, VaultError};

/// How a text stands once somebody marked it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Somebody else still marks it.
    Half,
    /// Both said the same.
    Agreed,
    /// They differ.
    Disputed,
}

impl Vault {
    /// Puts down what the caller marked in a text that they looked at. Once.
    ///
    /// # Errors
    /// `Marks` if they cannot be marks of the text; `State` if the caller did not look at it, marked it before, or
    /// two others did.
    pub async fn mark_quality_text(
        &self,
        caller: &Caller,
        check: QualityCheckId,
        id: QualityTextId,
        marks: &[Span],
    ) -> Result<Standing, QualityError> {
        may_mark(caller)?;
        self.marking(caller, check).await?;
        let stored = self.text_of(check, id).await?;
        if stored.state != OPEN || !fit(marks, stored.chars.unwrap_or(0)) {
            let error = if stored.state == OPEN {
                QualityError::Marks
            } else {
                QualityError::State
            };
            return Err(error);
        }
        let others = self.marks_of(id).await?;
        let standing = match others.as_slice() {
            [] => Standing::Half,
            [(_, _, other)] if other == marks => Standing::Agreed,
            [_] => Standing::Disputed,
            _ => return Err(QualityError::State),
        };
        let spans = written(marks)?;
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "UPDATE quality_mark SET spans = $3, at = $4 WHERE text = $1 AND annotator = $2 AND spans IS NULL",
            params![id, caller.actor(), spans.as_str(), self.now()],
        );
        let (state, gold) = match standing {
            Standing::Half => (OPEN, None),
            Standing::Agreed => (SETTLED, Some(spans)),
            Standing::Disputed => (DISPUTED, None),
        };
        tx.run_exactly(
            1,
            "UPDATE quality_text SET state = $2, gold = $3, version = version + 1 WHERE id = $1 AND version = $4",
            params![id, state, gold, stored.version],
        );
        self.commit_marks(tx).await?;
        Ok(standing)
    }

    /// Settles what two marked differently: by somebody else, or by one of the two jointly with the other.
    ///
    /// # Errors
    /// As [`Vault::mark_quality_text`].
    pub async fn settle_quality_text(
        &self,
        caller: &Caller,
        check: QualityCheckId,
        id: QualityTextId,
        marks: &[Span],
        joint: bool,
    ) -> Result<(), QualityError> {
        may_mark(caller)?;
        self.marking(caller, check).await?;
        let stored = self.text_of(check, id).await?;
        let own = self.marks_of(id).await?;
        let own = own.iter().any(|(by, _, _)| *by == caller.actor());
        if stored.state != DISPUTED || own != joint {
            return Err(QualityError::State);
        }
        if !fit(marks, stored.chars.unwrap_or(0)) {
            return Err(QualityError::Marks);
        }
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "UPDATE quality_text SET state = $2, gold = $3, settled_by = $4, joint = $5, version = version + 1 \
             WHERE id = $1 AND version = $6",
            params![id, SETTLED, written(marks)?, caller.actor(), joint, stored.version],
        );
        self.commit_marks(tx).await
    }

    async fn text_of(
        &self,
        check: QualityCheckId,
        id: QualityTextId,
    ) -> Result<StoredText, QualityError> {
        let sql = select_text!("WHERE t.id = $1 AND t.check_id = $2");
        let rows = self.store().query(sql, params![id, check]).await;
        let rows = rows.map_err(VaultError::from)?;
        let row = rows.first().ok_or(QualityError::NotFound)?;
        Ok(text(row)?)
    }

    async fn commit_marks(&self, tx: Tx) -> Result<(), QualityError> {
        match self.store().commit(tx).await {
            Ok(_) => Ok(()),
            Err(CommitError::Conflict { .. }) => Err(QualityError::State),
            Err(error) => Err(VaultError::from(error).into()),
        }
    }
}
