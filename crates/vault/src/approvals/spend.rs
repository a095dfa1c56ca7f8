//! The proof that somebody else approved, and its spending in the transaction of the act.

use shouxin_ledger::Entry;
use shouxin_model::{ApprovalId, Caller, Moment};
use shouxin_store::{Tx, params};

use super::{Act, ApprovalError, ApprovalState, digest_of};
use crate::{Vault, VaultError};

/// Proof that somebody else approved exactly this act and body, and that nothing used the approval yet.
/// Private fields, no `Clone`: made by [`Vault::approved`], spent in the transaction of the act itself.
#[must_use]
#[derive(Debug)]
pub struct Approved {
    id: ApprovalId,
    digest: [u8; 32],
    by: String,
    at: Moment,
    /// Puts the mark of the row as it is once the approval is spent.
    marking: Tx,
}

impl Vault {
    /// Proof that somebody else approved exactly this act and body for the caller, and that it is
    /// unspent and its time not over.
    ///
    /// # Errors
    /// `NotFound` if it is not the caller's own proposal; `Digest` if it tells of anything else; `State`
    /// unless it is approved.
    pub async fn approved(
        &self,
        caller: &Caller,
        id: ApprovalId,
        act: Act,
        body: &str,
    ) -> Result<Approved, ApprovalError> {
        let now = self.now();
        let approval = self.find_approval(id, now).await?;
        if approval.requested_by != caller.actor() {
            return Err(ApprovalError::NotFound);
        }
        if approval.act != act || approval.digest != digest_of(act, body) || approval.body != body {
            return Err(ApprovalError::Digest);
        }
        if approval.state != ApprovalState::Approved {
            return Err(ApprovalError::State(approval.state));
        }
        let by = approval.decided_by.ok_or(VaultError::Corrupt("approval"))?;
        // Nothing here writes such a row; whoever could has been at the database.
        if by == approval.requested_by {
            return Err(ApprovalError::Own);
        }
        let mut marking = Tx::new();
        let spent = ApprovalState::Spent.word();
        let changes = [("state", spent.into()), ("ended_at", now.into())];
        approval.row.change(self, &mut marking, changes);
        Ok(Approved {
            id,
            digest: approval.digest,
            by,
            at: now,
            marking,
        })
    }
}

impl Approved {
    /// Which approval.
    pub fn id(&self) -> ApprovalId {
        self.id
    }

    /// Tells in the entry of the act by whose approval it happens.
    pub(crate) fn tell(&self, entry: &mut Entry) {
        let pairs = [
            ("approval", self.id.to_string()),
            ("approved-by", self.by.clone()),
        ];
        entry
            .extra
            .extend(pairs.map(|(word, text)| (word.to_owned(), text)));
    }

    /// Uses the approval up in the transaction of the act. If it was withdrawn, rejected or used in the
    /// meantime, or its time is over, the whole transaction is a conflict.
    pub(crate) fn spend(self, tx: &mut Tx) {
        tx.run_exactly(
            1,
            "UPDATE approval SET state = 'spent', ended_at = $1 WHERE id = $2 AND digest = $3 \
             AND state = 'approved' AND decided_by = $4 AND decided_by <> requested_by AND expires_at > $1",
            params![self.at, self.id, self.digest, self.by],
        );
        tx.extend(self.marking);
    }
}
