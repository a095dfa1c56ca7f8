//! A change of register and policies on its way: what it is, whether it loosens, who must approve it.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use shouxin_model::{ApprovalId, Caller};
use shouxin_policy::{PolicyChange, compare};
use shouxin_register::{Plan, plan};

use super::{ApplyError, Checked};
use crate::active::Active;
use crate::approvals::{Act, Approval, Approved, Proposal, canonical, hex};
use crate::{Vault, VaultError};

/// A change that passed every check but was not applied.
pub(super) struct Change {
    pub(super) register_text: String,
    pub(super) policy_text: String,
    pub(super) new_register: bool,
    pub(super) new_policies: bool,
    pub(super) checked: Checked,
    pub(super) plan: Plan,
    pub(super) policies: PolicyChange,
}

impl Change {
    /// Whether anyone sees more than before, or more is held; where that cannot be told, it is so.
    fn loosens(&self) -> bool {
        self.plan.loosens() || self.policies.loosens()
    }

    /// The act that needs approval. Register and policies that change together are one act.
    fn act(&self) -> Act {
        if self.new_register {
            Act::Register
        } else {
            Act::Policies
        }
    }

    /// All that the change does, with the digests of the very texts and the versions it starts from:
    /// approved for one state of things, it does not apply to another.
    fn body(&self, old: &Active) -> Result<String, VaultError> {
        let mut body = json!({
            "register_version": old.register_version,
            "policy_version": old.policy_version,
        });
        if self.new_register {
            let changes = serde_json::to_value(&self.plan.changes)
                .map_err(|_| VaultError::Corrupt("plan"))?;
            body["register"] = json!({"sha256": digest(&self.register_text), "changes": changes});
        }
        if self.new_policies {
            body["policies"] = json!({
                "sha256": digest(&self.policy_text),
                "added": statements(&self.policies.added),
                "removed": statements(&self.policies.removed),
            });
        }
        canonical(&body)
    }
}

impl Vault {
    /// Proposes a change of register or policies that loosens them, for somebody else to approve. The
    /// body tells every difference; [`Vault::apply_approved`] then takes the same texts.
    ///
    /// # Errors
    /// As [`Vault::apply`]; `Tighter` if the change needs no approval.
    pub async fn propose_change(
        &self,
        caller: &Caller,
        register: Option<&str>,
        policies: Option<&str>,
        reason: &str,
    ) -> Result<Approval, ApplyError> {
        self.refresh().await?;
        let old = self.active();
        let change = self.change(&old, register, policies).await?;
        if !change.loosens() {
            return Err(ApplyError::Tighter);
        }
        let proposal = Proposal {
            act: change.act(),
            body: change.body(&old)?,
            reason: reason.to_owned(),
        };
        Ok(self.propose(caller, proposal).await?)
    }

    /// These texts compared with what is in force.
    pub(super) async fn change(
        &self,
        old: &Active,
        register: Option<&str>,
        policies: Option<&str>,
    ) -> Result<Change, ApplyError> {
        let current = self.current_sources().await?;
        let register_text = register.unwrap_or(&current.0).to_owned();
        let policy_text = policies.unwrap_or(&current.1).to_owned();
        let (new_register, new_policies) = (register_text != current.0, policy_text != current.1);
        if !new_register && !new_policies {
            return Err(ApplyError::Nothing);
        }
        let checked = Checked::tested(&register_text, &policy_text)?;
        let plan = plan(Some(&old.register), &checked.register);
        if let Some(missing) = plan.unweighed.first() {
            return Err(ApplyError::Unweighed(missing.text()));
        }
        let policies = compare(&current.1, &policy_text).ok_or(VaultError::Corrupt("policies"))?;
        Ok(Change {
            register_text,
            policy_text,
            new_register,
            new_policies,
            checked,
            plan,
            policies,
        })
    }

    /// The proof that this change may happen: none is needed unless it loosens.
    pub(super) async fn leave(
        &self,
        caller: &Caller,
        old: &Active,
        change: &Change,
        approval: Option<ApprovalId>,
    ) -> Result<Option<Approved>, ApplyError> {
        if !change.loosens() {
            return Ok(None);
        }
        let id = approval.ok_or(ApplyError::NeedsApproval)?;
        let body = change.body(old)?;
        Ok(Some(self.approved(caller, id, change.act(), &body).await?))
    }
}

fn statements(list: &[(String, bool)]) -> Value {
    let statements = list
        .iter()
        .map(|(text, loosens)| json!({"statement": text, "loosens": loosens}));
    statements.collect()
}

fn digest(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}
