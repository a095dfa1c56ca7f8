//! Where the ledger tells of a proposal.

use shouxin_ledger::Kind;

use super::Approval;
use crate::ledger::decoded;
use crate::{Vault, VaultError};

impl Vault {
    /// The index of the ledger entry of this proposal's last step whose time its row knows: the decision, or
    /// while there is none the proposal. `None` if it is not found near that time, as after a clock that jumped.
    ///
    /// # Errors
    /// The store could not be read, or what it holds is no entry.
    pub async fn entry_of_approval(&self, approval: &Approval) -> Result<Option<u64>, VaultError> {
        let at = approval.decided_at.unwrap_or(approval.requested_at);
        let id = approval.id.to_string();
        let size = self.store().ledger_head().await?.size;
        let mut index = self
            .first_entry_since(at.plus_seconds(-SKEW_SECONDS), size)
            .await?;
        let end = index.saturating_add(MOST_LOOKED_AT).min(size);
        while index < end {
            let page = self.store().ledger_entries(index, STEP).await?;
            if page.is_empty() {
                return Ok(None);
            }
            for (position, bytes) in page {
                let entry = decoded(&bytes)?;
                let says = |word: &str, text: &str| {
                    entry.extra.iter().any(|(w, t)| w == word && t == text)
                };
                // Both may be of one moment.
                let is_proposal = says("did", "proposed");
                if entry.kind == Kind::Approval
                    && entry.at == at.micros()
                    && is_proposal == approval.decided_at.is_none()
                    && says("approval", &id)
                {
                    return Ok(Some(position));
                }
                index = position + 1;
            }
        }
        Ok(None)
    }
}

/// How far commits may overtake each other.
const SKEW_SECONDS: i64 = 5;

/// Entries read at a time.
const STEP: usize = 500;

/// More than are written within the skew.
const MOST_LOOKED_AT: u64 = 20_000;
