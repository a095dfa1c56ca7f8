//! Looking at proposals.

use shouxin_ledger::Entry;
use shouxin_model::{ApprovalId, Caller, CallerKind, Moment};
use shouxin_store::params;

use super::{Act, Approval, ApprovalError, act_in, hex};
use crate::{Vault, VaultError};

/// The columns that `Vault::approval_in` reads.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, act, digest, body, reason_sealed, requested_by, requested_at, expires_at, state, \
             decided_by, decided_at, note_sealed, silos FROM approval ",
            $rest
        )
    };
}

impl Vault {
    /// One proposal: the caller's own, or one that the caller's roles may decide about.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn approval(
        &self,
        caller: &Caller,
        id: ApprovalId,
    ) -> Result<Approval, ApprovalError> {
        self.find_approval_if(id, self.now(), |by, act| sees(caller, by, act))
            .await
    }

    /// The proposals that the caller may see, newest first, at most `limit`; `waiting` leaves out those
    /// that were withdrawn, rejected or used, or whose time is over.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn approvals(
        &self,
        caller: &Caller,
        waiting: bool,
        limit: u32,
    ) -> Result<Vec<Approval>, VaultError> {
        let now = self.now();
        let rows = if waiting {
            let sql = select!(
                "WHERE state IN ('open', 'approved') AND expires_at > $1 ORDER BY requested_at DESC, id DESC LIMIT 1000"
            );
            self.store().query(sql, params![now]).await?
        } else {
            let sql = select!("ORDER BY requested_at DESC, id DESC LIMIT 1000");
            self.store().query(sql, params![]).await?
        };
        let mut seen = Vec::new();
        for row in &rows {
            let approval = self.approval_in(row, now)?;
            if sees(caller, &approval.requested_by, approval.act) {
                seen.push(approval);
            }
            if seen.len() >= limit as usize {
                break;
            }
        }
        Ok(seen)
    }

    /// The proposal with this id, whoever asks.
    pub(super) async fn find_approval(
        &self,
        id: ApprovalId,
        now: Moment,
    ) -> Result<Approval, ApprovalError> {
        self.find_approval_if(id, now, |_, _| true).await
    }

    /// The proposal, if `may` says so of its requester and its act. Nothing of any other is opened: the time
    /// that takes would tell that it is there.
    pub(super) async fn find_approval_if(
        &self,
        id: ApprovalId,
        now: Moment,
        may: impl FnOnce(&str, Act) -> bool,
    ) -> Result<Approval, ApprovalError> {
        let rows = self
            .store()
            .query(select!("WHERE id = $1"), params![id])
            .await
            .map_err(VaultError::from)?;
        let row = rows.first().ok_or(ApprovalError::NotFound)?;
        let by = row.text(5).map_err(VaultError::from)?;
        if !may(by, act_in(row)?) {
            return Err(ApprovalError::NotFound);
        }
        Ok(self.approval_in(row, now)?)
    }
}

impl Approval {
    /// Tells in an entry what was done with this proposal.
    pub(super) fn tell(&self, entry: &mut Entry, did: &str) {
        entry.extra = vec![
            ("did".to_owned(), did.to_owned()),
            ("approval".to_owned(), self.id.to_string()),
            ("act".to_owned(), self.act.word().to_owned()),
            ("digest".to_owned(), hex(&self.digest)),
            ("by".to_owned(), self.requested_by.clone()),
        ];
    }
}

/// Whether the caller holds a role that decides about the act.
pub(super) fn decides(caller: &Caller, act: Act) -> bool {
    let held = |role: &&str| caller.roles.iter().any(|held| held == role);
    matches!(caller.kind, CallerKind::Staff { .. }) && act.deciders().iter().any(held)
}

fn sees(caller: &Caller, requested_by: &str, act: Act) -> bool {
    requested_by == caller.actor() || decides(caller, act)
}
