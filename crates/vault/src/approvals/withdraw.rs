//! Taking a proposal back.

use shouxin_ledger::Kind;
use shouxin_model::{ApprovalId, Caller};
use shouxin_store::{CommitError, Tx, params};

use super::{Approval, ApprovalError, ApprovalState};
use crate::vault::ATTEMPTS;
use crate::{Vault, VaultError};

impl Vault {
    /// Takes back one's own proposal, decided or not, as long as nothing used it.
    ///
    /// # Errors
    /// `NotFound` if it is not the caller's own; `State` if it was rejected, used or is over.
    pub async fn withdraw_approval(
        &self,
        caller: &Caller,
        id: ApprovalId,
    ) -> Result<Approval, ApprovalError> {
        for _ in 0..ATTEMPTS {
            let now = self.now();
            let own = |by: &str, _| by == caller.actor();
            let approval = self.find_approval_if(id, now, own).await?;
            if !matches!(
                approval.state,
                ApprovalState::Open | ApprovalState::Approved
            ) {
                return Err(ApprovalError::State(approval.state));
            }
            let mut tx = Tx::new();
            tx.run_exactly(
                1,
                "UPDATE approval SET state = 'withdrawn', ended_at = $1 \
                 WHERE id = $2 AND requested_by = $3 AND state = $4",
                params![now, id, caller.actor(), approval.state.word()],
            );
            let withdrawn = ApprovalState::Withdrawn.word();
            let changes = [("state", withdrawn.into()), ("ended_at", now.into())];
            let row = approval.row.change(self, &mut tx, changes);
            let mut entry = self.begin(now, Kind::Approval, caller, &self.active());
            approval.tell(&mut entry, "withdrawn");
            tx.append(self.bytes(&entry)?);
            match self.store().commit(tx).await {
                Ok(_) => {
                    return Ok(Approval {
                        state: ApprovalState::Withdrawn,
                        row,
                        ..approval
                    });
                }
                // Somebody decided or used it meanwhile: look again.
                Err(CommitError::Conflict { .. }) => {}
                Err(error) => return Err(VaultError::from(error).into()),
            }
        }
        Err(VaultError::Busy.into())
    }
}
