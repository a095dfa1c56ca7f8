//! Looking at proposals.

use shouxin_ledger::Entry;
use shouxin_model::{ApprovalId, Caller, CallerKind, Moment, Register};
use shouxin_store::params;

use super::{Act, Another, Approval, ApprovalError, ApprovalPage, act_in, hex};
use crate::{Vault, VaultError};

/// The columns that `Vault::approval_in` reads.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, act, digest, body, reason_sealed, requested_by, silos, requested_at, expires_at, state, \
             decided_by, decided_at, note_sealed, ended_at, mark FROM approval ",
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

    /// The proposals that the caller may see, newest first, at most `limit` of those before `before`;
    /// `waiting` leaves out those that were withdrawn, rejected or used, or whose time is over.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn approvals(
        &self,
        caller: &Caller,
        waiting: bool,
        before: Option<ApprovalId>,
        limit: u32,
    ) -> Result<ApprovalPage, VaultError> {
        let now = self.now();
        // Ids begin with the moment at which they were made: their order is that of the proposals.
        let before = before.unwrap_or(ApprovalId::from_bytes([0xFF; 16]));
        // An act that is not for the caller to decide stands as no word at all.
        let [a, b, c, d, e, f] =
            Act::ALL.map(|act| if decides(caller, act) { act.word() } else { "" });
        let sql = select!(
            "WHERE id < $1 AND (requested_by = $2 OR act IN ($3, $4, $5, $6, $7, $8)) \
             AND ($9 = 0 OR (state IN ('open', 'approved') AND expires_at > $10)) \
             ORDER BY id DESC LIMIT $11"
        );
        let waiting = i64::from(waiting);
        let limit = limit.max(1);
        let params = params![
            before,
            caller.actor(),
            a,
            b,
            c,
            d,
            e,
            f,
            waiting,
            now,
            i64::from(limit) + 1
        ];
        let rows = self.store().query(sql, params).await?;
        let mut approvals = rows
            .iter()
            .map(|row| self.approval_in(row, now))
            .collect::<Result<Vec<_>, _>>()?;
        let is_last = rows.len() <= limit as usize;
        approvals.truncate(limit as usize);
        let next = approvals.last().map(|last| last.id);
        Ok(ApprovalPage {
            approvals,
            next: next.filter(|_| !is_last),
        })
    }

    /// The proposal with this id, whoever asks.
    pub(super) async fn find_approval(
        &self,
        id: ApprovalId,
        now: Moment,
    ) -> Result<Approval, ApprovalError> {
        self.find_approval_if(id, now, |_, _| true).await
    }

    /// What a proposal says exactly, whoever asks: for the act that it binds, which then takes [`Vault::approved`].
    pub(crate) async fn approval_body(&self, id: ApprovalId) -> Result<String, ApprovalError> {
        Ok(self.find_approval(id, self.now()).await?.body)
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
    /// Whether the caller could decide about it as far as its requester goes: another person, of none of the silos
    /// that asked.
    pub(crate) fn is_for(&self, caller: &Caller, register: &Register) -> bool {
        Another::than(&self.requested_by, &self.silos, caller, register).is_ok()
    }

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
pub(crate) fn decides(caller: &Caller, act: Act) -> bool {
    let held = |role: &&str| caller.roles.iter().any(|held| held == role);
    matches!(caller.kind, CallerKind::Staff { .. }) && act.deciders().iter().any(held)
}

fn sees(caller: &Caller, requested_by: &str, act: Act) -> bool {
    requested_by == caller.actor() || decides(caller, act)
}
