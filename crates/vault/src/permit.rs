//! The proof that a read may open: policy allowed it and the ledger holds the entry that says so.

use shouxin_model::{FieldKind, FieldRef, Form};
use shouxin_policy::Verdict;
use shouxin_store::{CommitError, Store, Tx};

/// Proof that policy allowed these fields of one subject. Not yet recorded, so it opens nothing.
#[must_use]
pub(crate) struct Permit {
    verdict: Verdict,
}

impl Permit {
    /// The permit that this verdict gives.
    pub(crate) fn new(verdict: Verdict) -> Self {
        Self { verdict }
    }
}

/// Proof that policy allowed these fields and that the ledger durably holds the entry saying so.
/// Private fields, no `Clone`: made here, spent by `open`.
#[must_use]
pub(crate) struct RecordedPermit {
    permit: Permit,
    entry: u64,
}

impl RecordedPermit {
    /// Commits `tx`, whose first entries tell the verdicts of `permits` in the same order, and only then
    /// gives proofs. What entries follow tell what came of them.
    ///
    /// # Errors
    /// `Conflict` if a fact behind a verdict changed in the meantime; then nothing happened.
    pub(crate) async fn commit(
        store: &Store,
        permits: Vec<Permit>,
        tx: Tx,
    ) -> Result<Vec<Self>, CommitError> {
        let committed = store.commit(tx).await?;
        assert!(
            committed.entries.len() >= permits.len(),
            "an entry tells each verdict"
        );
        let recorded = permits.into_iter().zip(committed.entries);
        Ok(recorded
            .map(|(permit, entry)| Self { permit, entry })
            .collect())
    }

    /// The index of the entry.
    pub(crate) fn entry(&self) -> u64 {
        self.entry
    }

    /// The verdict.
    pub(crate) fn verdict(&self) -> &Verdict {
        &self.permit.verdict
    }

    /// In which form what is of this kind in free texts may leave, and as which field; `None`: not at all.
    pub(crate) fn piece(&self, kind: FieldKind) -> Option<(Form, Option<&FieldRef>)> {
        let mut pieces = self.permit.verdict.pieces.iter();
        let found = pieces.find(|piece| piece.kind == kind)?;
        let form = found.decision.form;
        (form != Form::Withheld).then_some((form, found.field.as_ref()))
    }

    /// The fields that may leave, each in the form in which it may.
    pub(crate) fn opens(&self) -> impl Iterator<Item = (&FieldRef, Form)> {
        let fields = self
            .permit
            .verdict
            .fields
            .iter()
            .map(|(field, decision)| (field, decision.form));
        fields.filter(|(_, form)| *form != Form::Withheld)
    }
}
