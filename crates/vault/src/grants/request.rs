//! Asking for access, and its begin when somebody else approves.

use serde::{Deserialize, Serialize};
use shouxin_ledger::Kind;
use shouxin_model::{Caller, Conditions, GrantId, Moment, RowCondition, StaffId, SubjectId};
use shouxin_store::{CommitError, Tx, Value, params};

use super::{
    CORRUPT, GrantError, GrantRequest, INSERT_GRANT, LENGTHS, guard_alive, meant, person, reason_of,
};
use crate::active::Active;
use crate::approvals::{Act, Approval, Proposal, canonical, is_reason, silos};
use crate::{HeldRow, Marked, Vault, VaultError};

/// What an approver sees of a grant, and what then begins.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    holder: StaffId,
    purpose: String,
    role: Option<String>,
    /// As asked for.
    fields: Vec<String>,
    /// What that comes to under the register in force, for the approver to see.
    means: Vec<String>,
    subject: Option<SubjectId>,
    seconds: i64,
    conditions: Conditions,
}

impl Vault {
    /// Asks for access beyond the caller's roles. It begins when somebody else approves, and then counts
    /// for the time asked for.
    ///
    /// # Errors
    /// [`GrantError`].
    pub async fn request_grant(
        &self,
        caller: &Caller,
        request: &GrantRequest,
    ) -> Result<Approval, GrantError> {
        let active = self.active();
        let holder = person(caller)?;
        if !silos(&active.register, caller).is_empty() {
            return Err(GrantError::Silo);
        }
        if !is_reason(&request.reason) {
            return Err(GrantError::Reason);
        }
        let body = Body {
            holder,
            purpose: request.purpose.clone(),
            role: request.role.clone(),
            fields: request.fields.clone(),
            means: means(&active, &request.purpose, &request.fields)?,
            subject: request.subject,
            seconds: request.seconds,
            conditions: request.conditions.clone(),
        };
        body.check(&active)?;
        // Without a role of one's own for the purpose, one must be lent.
        let own = active
            .register
            .purpose(&body.purpose)
            .is_some_and(|purpose| caller.roles.iter().any(|role| purpose.roles.contains(role)));
        if body.role.is_none() && !own {
            return Err(GrantError::Role);
        }
        let mut tx = Tx::new();
        if let Some(subject) = body.subject {
            self.person(subject)
                .await?
                .ok_or(GrantError::SubjectNotFound)?;
            guard_alive(&mut tx, subject);
        }
        let proposal = Proposal {
            act: Act::Grant,
            body: canonical(&body)?,
            reason: request.reason.clone(),
        };
        let approval = self.proposing(caller, proposal, &mut tx)?;
        match self.store().commit(tx).await {
            Ok(_) => Ok(approval),
            // Erased since it was looked at.
            Err(CommitError::Conflict { .. }) => Err(GrantError::SubjectNotFound),
            Err(error) => Err(VaultError::from(error).into()),
        }
    }

    /// Begins what was approved, in the transaction of the decision.
    pub(crate) fn grant_approved(
        &self,
        tx: &mut Tx,
        approval: &Approval,
        decider: &Caller,
        now: Moment,
        active: &Active,
    ) -> Result<(), GrantError> {
        let body: Body = serde_json::from_str(&approval.body).map_err(|_| CORRUPT)?;
        // Held by whoever asked; what it means must be what the approver saw.
        if body.holder.to_string() != approval.requested_by
            || body.means != means(active, &body.purpose, &body.fields)?
        {
            return Err(GrantError::Fields);
        }
        body.check(active)?;
        let id = GrantId::make(now, &mut self.dice());
        tx.guard(
            1,
            "SELECT 1 FROM setting WHERE name = 'declared' AND value = $1",
            params![active.mark()],
        );
        if let Some(subject) = body.subject {
            guard_alive(tx, subject);
        }
        tx.run_exactly(
            1,
            INSERT_GRANT,
            HeldRow::new(
                self,
                Marked::Grant,
                params![
                    id,
                    "grant",
                    body.holder,
                    approval.id,
                    &body.purpose,
                    body.role.clone(),
                    serde_json::to_string(&body.fields).map_err(|_| CORRUPT)?,
                    body.subject,
                    serde_json::to_string(&body.conditions).map_err(|_| CORRUPT)?,
                    // Sealed again, for where it lies now.
                    self.seal_words(&reason_of(id), approval.reason.expose()),
                    now,
                    now.plus_seconds(body.seconds),
                    "live",
                    Value::Null,
                    Value::Null
                ],
            )
            .params(),
        );
        let mut entry = self.begin(now, Kind::Grant, decider, active);
        entry.purpose = Some(body.purpose.clone());
        for field in &body.means {
            entry.add_field("granted", "grant", field);
        }
        entry.extra = vec![
            ("did".to_owned(), "granted".to_owned()),
            ("grant".to_owned(), id.to_string()),
            ("approval".to_owned(), approval.id.to_string()),
            ("holder".to_owned(), body.holder.to_string()),
            ("seconds".to_owned(), body.seconds.to_string()),
        ];
        tx.append(self.bytes(&entry)?);
        Ok(())
    }
}

impl Body {
    fn check(&self, active: &Active) -> Result<(), GrantError> {
        let purpose = active
            .register
            .purpose(&self.purpose)
            .filter(|purpose| {
                !matches!(
                    purpose.condition,
                    RowCondition::CountsOnly | RowCondition::OwnRecord
                )
            })
            .ok_or(GrantError::Purpose)?;
        if let Some(role) = &self.role
            && !purpose.roles.contains(role)
        {
            return Err(GrantError::Role);
        }
        if !LENGTHS.contains(&self.seconds) {
            return Err(GrantError::Length);
        }
        Ok(())
    }
}

/// The names of the fields that patterns mean; each pattern means some.
fn means(active: &Active, purpose: &str, patterns: &[String]) -> Result<Vec<String>, GrantError> {
    let purpose = active
        .register
        .purpose(purpose)
        .ok_or(GrantError::Purpose)?;
    let each = |pattern: &String| !meant(purpose, std::slice::from_ref(pattern)).is_empty();
    if patterns.is_empty() || patterns.len() > 200 || !patterns.iter().all(each) {
        return Err(GrantError::Fields);
    }
    let fields = meant(purpose, patterns);
    Ok(fields.iter().map(ToString::to_string).collect())
}

impl From<GrantError> for VaultError {
    /// For a caller that can only say that the vault failed.
    fn from(error: GrantError) -> Self {
        match error {
            GrantError::Vault(error) => error,
            _ => CORRUPT,
        }
    }
}
