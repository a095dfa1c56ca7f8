//! Asking for an export.

use shouxin_model::{Caller, CallerKind, ExportId};
use shouxin_store::{Tx, params};

use super::plan::When;
use super::{ExportError, ExportPlan, ExportRequest, Kept, request_context};
use crate::approvals::{canonical, is_reason};
use crate::vault::ATTEMPTS;
use crate::{Act, Approval, ApprovalError, Proposal, Vault, VaultError};

/// An export that waits for somebody else.
#[derive(Debug)]
pub struct Asked {
    /// What would leave.
    pub plan: ExportPlan,
    /// What must be approved: its body is the plan.
    pub approval: Approval,
}

impl Vault {
    /// Works out what would leave and proposes exactly that.
    ///
    /// # Errors
    /// [`ExportError`]; `Field` if policy does not let a field leave as asked, which is recorded; `TooMany` if
    /// more matches than may leave; `Approval(NotAPerson)` for the key of a service.
    pub async fn ask_export(
        &self,
        caller: &Caller,
        request: &ExportRequest,
    ) -> Result<Asked, ExportError> {
        if matches!(
            caller.kind,
            CallerKind::Service { .. } | CallerKind::Subject { .. }
        ) {
            return Err(ApprovalError::NotAPerson.into());
        }
        if !is_reason(&request.reason) {
            return Err(ExportError::Shape("reason says why, in at most 2000 bytes"));
        }
        let id = ExportId::make(self.now(), &mut self.dice());
        let plan = self.planned(caller, id, request).await?;
        let body = canonical(&plan)?;
        let kept = serde_json::to_vec(&Kept::of(request)).map_err(|_| super::CORRUPT)?;
        let sealed = self.seal_secret(&request_context(id), &kept);
        let proposal = Proposal {
            act: Act::Export,
            body: body.clone(),
            reason: request.reason.clone(),
        };
        let mut tx = Tx::new();
        let approval = self.proposing(caller, proposal, &mut tx)?;
        tx.run_exactly(
            1,
            "INSERT INTO export (id, state, approval, actor, purpose, body, request_sealed, rows_done, people, \
             left_out, created_at, updated_at) VALUES ($1, 'asked', $2, $3, $4, $5, $6, 0, 0, 0, $7, $7)",
            params![id, approval.id, caller.actor(), &plan.purpose, body, sealed, approval.requested_at],
        );
        self.store().commit(tx).await.map_err(VaultError::from)?;
        Ok(Asked { plan, approval })
    }

    async fn planned(
        &self,
        caller: &Caller,
        id: ExportId,
        request: &ExportRequest,
    ) -> Result<ExportPlan, ExportError> {
        for _ in 0..ATTEMPTS {
            let active = self.active();
            match self
                .plan_export(&active, caller, id, request, When::Asked)
                .await
            {
                Err(ExportError::Vault(VaultError::Busy)) => self.refresh().await?,
                Err(
                    error @ (ExportError::UnknownPurpose
                    | ExportError::UnknownCollection
                    | ExportError::UnknownField(_)),
                ) => self.unless_newer(&active, error).await?,
                result => return result,
            }
        }
        Err(VaultError::Busy.into())
    }
}
