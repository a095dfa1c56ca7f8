//! Proposing what somebody else must approve.

use shouxin_ledger::Kind;
use shouxin_model::{ApprovalId, Caller, CallerKind, Personal, Text};
use shouxin_store::{Tx, Value, params};

use super::{
    Approval, ApprovalError, ApprovalState, MAX_BODY, OPEN_SECONDS, Proposal, canonical, digest_of,
    hex, is_reason, reason_of, silos,
};
use crate::{HeldRow, Marked, Vault, VaultError};

impl Vault {
    /// Proposes an act. It waits [`OPEN_SECONDS`] for a decision.
    ///
    /// # Errors
    /// `NotAPerson` for the key of a service: whoever made the key could approve what it asks for.
    /// `Shape` if the body is not canonical JSON or the reason is missing.
    pub async fn propose(
        &self,
        caller: &Caller,
        proposal: Proposal,
    ) -> Result<Approval, ApprovalError> {
        let mut tx = Tx::new();
        let approval = self.proposing(caller, proposal, &mut tx)?;
        self.store().commit(tx).await.map_err(VaultError::from)?;
        Ok(approval)
    }

    /// Puts a proposal, with its entry, into a transaction that holds what it leads to as well.
    ///
    /// # Errors
    /// As of [`Vault::propose`].
    pub(crate) fn proposing(
        &self,
        caller: &Caller,
        proposal: Proposal,
        tx: &mut Tx,
    ) -> Result<Approval, ApprovalError> {
        let Proposal { act, body, reason } = proposal;
        if matches!(
            caller.kind,
            CallerKind::Service { .. } | CallerKind::Subject { .. }
        ) {
            return Err(ApprovalError::NotAPerson);
        }
        if !is_reason(&reason) {
            return Err(ApprovalError::Shape(Text::fixed(
                "请写明理由(reason),最多 2000 字节",
                "reason says why, in at most 2000 bytes",
            )));
        }
        if body.len() > MAX_BODY {
            return Err(ApprovalError::Shape(Text::fixed(
                "申请的内容过长,请分成几次",
                "what is proposed is too long: propose it in parts",
            )));
        }
        let parsed = serde_json::from_str::<serde_json::Value>(&body).ok();
        let object = parsed.filter(serde_json::Value::is_object);
        if object.map(|value| canonical(&value)).transpose()?.as_ref() != Some(&body) {
            return Err(ApprovalError::Shape(Text::fixed(
                "申请的内容不是规范书写的 JSON 对象",
                "the body is not one JSON object in its one spelling",
            )));
        }
        let now = self.now();
        let active = self.active();
        let id = ApprovalId::make(now, &mut self.dice());
        let digest = digest_of(act, &body);
        let silos = silos(&active.register, caller);
        let silos_json = serde_json::to_string(&silos).map_err(|_| super::CORRUPT)?;
        let expires_at = now.plus_seconds(OPEN_SECONDS);
        let row = HeldRow::new(
            self,
            Marked::Approval,
            params![
                id,
                act.word(),
                digest,
                &body,
                self.seal_words(&reason_of(id), &reason),
                caller.actor(),
                silos_json,
                now,
                expires_at,
                ApprovalState::Open.word(),
                Value::Null,
                Value::Null,
                Value::Null,
                Value::Null
            ],
        );
        tx.run_exactly(
            1,
            "INSERT INTO approval (id, act, digest, body, reason_sealed, requested_by, silos, requested_at, \
             expires_at, state, decided_by, decided_at, note_sealed, ended_at, mark) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
            row.params(),
        );
        let mut entry = self.begin(now, Kind::Approval, caller, &active);
        entry.extra = vec![
            ("did".to_owned(), "proposed".to_owned()),
            ("approval".to_owned(), id.to_string()),
            ("act".to_owned(), act.word().to_owned()),
            ("digest".to_owned(), hex(&digest)),
        ];
        tx.append(self.bytes(&entry)?);
        Ok(Approval {
            id,
            act,
            body,
            digest,
            reason: Personal::new(reason),
            requested_by: caller.actor(),
            requested_at: now,
            expires_at,
            state: ApprovalState::Open,
            decided_by: None,
            decided_at: None,
            note: None,
            silos,
            row,
        })
    }
}
