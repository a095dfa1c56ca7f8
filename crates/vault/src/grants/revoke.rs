//! Ending a grant before its time.

use shouxin_ledger::Kind;
use shouxin_model::{Caller, GrantId};
use shouxin_store::{CommitError, Tx, params};

use super::{Grant, GrantError, GrantKind, GrantState};
use crate::{Marked, Vault, VaultError};

impl Vault {
    /// Ends a grant at once: by its holder, or by whoever watches over grants. After the answer no read
    /// opens anything by it.
    ///
    /// # Errors
    /// `NotFound`; `Over` if its time was over or somebody had ended it.
    pub async fn revoke_grant(&self, caller: &Caller, id: GrantId) -> Result<Grant, GrantError> {
        let now = self.now();
        let grant = self.grant(caller, id).await?;
        if grant.state != GrantState::Live {
            return Err(GrantError::Over);
        }
        let row = self
            .held_row(Marked::Grant, id)
            .await?
            .ok_or(GrantError::Over)?;
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "UPDATE access_grant SET state = 'revoked', ended_by = $1, ended_at = $2 \
             WHERE id = $3 AND state = 'live'",
            params![caller.actor(), now, id],
        );
        let changes = [
            ("state", "revoked".into()),
            ("ended_by", caller.actor().into()),
            ("ended_at", now.into()),
        ];
        row.change(self, &mut tx, changes);
        let kind = match grant.kind {
            GrantKind::Approved => Kind::Grant,
            GrantKind::Emergency => Kind::Emergency,
        };
        let mut entry = self.begin(now, kind, caller, &self.active());
        entry.purpose = Some(grant.purpose.clone());
        entry.extra = vec![
            ("did".to_owned(), "revoked".to_owned()),
            ("grant".to_owned(), id.to_string()),
            ("holder".to_owned(), grant.holder.to_string()),
        ];
        tx.append(self.bytes(&entry)?);
        match self.store().commit(tx).await {
            Ok(_) => Ok(Grant {
                state: GrantState::Revoked,
                ended_by: Some(caller.actor()),
                ..grant
            }),
            Err(CommitError::Conflict { .. }) => Err(GrantError::Over),
            Err(error) => Err(VaultError::from(error).into()),
        }
    }
}
