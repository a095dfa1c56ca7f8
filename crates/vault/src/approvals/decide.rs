//! Deciding about what somebody else proposed.

use shouxin_ledger::Kind;
use shouxin_model::{ApprovalId, Caller, Moment, Text};
use shouxin_store::{CommitError, Tx, params};

use super::list::decides;
use super::{
    APPROVED_SECONDS, Act, Another, Approval, ApprovalError, ApprovalState, is_reason, is_strong,
    note_of,
};
use crate::active::Active;
use crate::vault::ATTEMPTS;
use crate::{Vault, VaultError};

/// What a decider says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It may happen, once, within [`APPROVED_SECONDS`].
    Approve,
    /// It may not. Also takes an approval back that nothing used yet.
    Reject,
}

impl Vault {
    /// Decides about a proposal whose `digest` the decider has seen. A grant that is approved begins in
    /// the same transaction; any other act waits for its requester.
    ///
    /// # Errors
    /// `Own`, `Silo`, `NotAPerson` and `Role` are recorded as refusals. `Digest` if another body was
    /// seen than was proposed.
    pub async fn decide_approval(
        &self,
        caller: &Caller,
        id: ApprovalId,
        digest: [u8; 32],
        decision: Decision,
        note: Option<&str>,
    ) -> Result<Approval, ApprovalError> {
        if note.is_some_and(|note| !is_reason(note)) {
            return Err(ApprovalError::Shape(Text::fixed(
                "批注(note)可以不写,写则不能为空,最多 2000 字节",
                "note is left out or says something, in at most 2000 bytes",
            )));
        }
        for _ in 0..ATTEMPTS {
            let (now, active) = (self.now(), self.active());
            let approval = self.find_approval(id, now).await?;
            let another = match entitled(caller, &approval, &active, now) {
                Ok(another) => another,
                Err(error) => {
                    self.refuse_decision(caller, &approval, &active, now, &error)
                        .await?;
                    return Err(error);
                }
            };
            if approval.digest != digest {
                return Err(ApprovalError::Digest);
            }
            match (approval.state, decision) {
                (ApprovalState::Open, _) | (ApprovalState::Approved, Decision::Reject) => {}
                (state, _) => return Err(ApprovalError::State(state)),
            }
            let round = Round {
                vault: self,
                caller,
                active: &active,
                now,
                decision,
                note,
            };
            match round.commit(approval, &another).await? {
                Some(approval) => return Ok(approval),
                // Somebody else decided, or it was withdrawn: look again.
                None => self.refresh().await?,
            }
        }
        Err(VaultError::Busy.into())
    }

    /// Writes down who tried to decide about what is not theirs to decide.
    async fn refuse_decision(
        &self,
        caller: &Caller,
        approval: &Approval,
        active: &Active,
        now: Moment,
        error: &ApprovalError,
    ) -> Result<(), ApprovalError> {
        let rule = match error {
            ApprovalError::Own => "own-approval",
            ApprovalError::Silo => "own-silo",
            ApprovalError::NotAPerson => "not-a-person",
            ApprovalError::Role(_) => "not-a-decider",
            _ => return Ok(()),
        };
        let mut entry = self.begin(now, Kind::Refusal, caller, active);
        approval.tell(&mut entry, "decide");
        entry.extra.push(("rule".to_owned(), rule.to_owned()));
        let mut tx = Tx::new();
        tx.append(self.bytes(&entry)?);
        self.store().commit(tx).await.map_err(VaultError::from)?;
        Ok(())
    }
}

/// Whether the caller may decide about this proposal, as a person other than its requester.
fn entitled(
    caller: &Caller,
    approval: &Approval,
    active: &Active,
    now: Moment,
) -> Result<Another, ApprovalError> {
    let another = Another::than(
        &approval.requested_by,
        &approval.silos,
        caller,
        &active.register,
    )?;
    if !decides(caller, approval.act) {
        return Err(ApprovalError::Role(approval.act));
    }
    if !is_strong(caller, now) {
        return Err(ApprovalError::SecondFactor);
    }
    Ok(another)
}

/// One attempt at a decision.
struct Round<'a> {
    vault: &'a Vault,
    caller: &'a Caller,
    active: &'a Active,
    now: Moment,
    decision: Decision,
    note: Option<&'a str>,
}

impl Round<'_> {
    /// `None` if the proposal changed before the commit; then nothing happened.
    async fn commit(
        &self,
        mut approval: Approval,
        another: &Another,
    ) -> Result<Option<Approval>, ApprovalError> {
        let before = approval.state;
        let approves = self.decision == Decision::Approve;
        let granted = approves && approval.act == Act::Grant;
        approval.state = match self.decision {
            Decision::Approve if granted => ApprovalState::Spent,
            Decision::Approve => ApprovalState::Approved,
            Decision::Reject => ApprovalState::Rejected,
        };
        if approves && !granted {
            approval.expires_at = self.now.plus_seconds(APPROVED_SECONDS);
        }
        let id = approval.id;
        let note = self
            .note
            .map(|note| self.vault.seal_words(&note_of(id), note));
        let mut tx = Tx::new();
        // That the decider is another person is said here once more, where nothing can go around it.
        tx.run_exactly(
            1,
            "UPDATE approval SET state = $1, decided_by = $2, decided_at = $3, note_sealed = $4, expires_at = $5 \
             WHERE id = $6 AND digest = $7 AND state = $8 AND requested_by <> $2 AND expires_at > $3",
            params![
                approval.state.word(),
                another.actor(),
                self.now,
                note.clone(),
                approval.expires_at,
                id,
                approval.digest,
                before.word()
            ],
        );
        approval.row = approval.row.change(
            self.vault,
            &mut tx,
            [
                ("state", approval.state.word().into()),
                ("decided_by", another.actor().into()),
                ("decided_at", self.now.into()),
                ("note_sealed", note.into()),
                ("expires_at", approval.expires_at.into()),
            ],
        );
        let mut entry = self
            .vault
            .begin(self.now, Kind::Approval, self.caller, self.active);
        let did = if approves { "approved" } else { "rejected" };
        approval.tell(&mut entry, did);
        tx.append(self.vault.bytes(&entry)?);
        if granted {
            self.vault
                .grant_approved(&mut tx, &approval, self.caller, self.now, self.active)?;
        }
        match self.vault.store().commit(tx).await {
            Ok(_) => {}
            Err(CommitError::Conflict { .. }) => return Ok(None),
            Err(error) => return Err(VaultError::from(error).into()),
        }
        approval.decided_by = Some(another.actor().to_owned());
        approval.decided_at = Some(self.now);
        approval.note = self
            .note
            .map(|note| shouxin_model::Personal::new(note.to_owned()));
        Ok(Some(approval))
    }
}
