//! What two people must agree on.

use reqwest::Method;
use serde_json::json;
use shouxin_model::ApprovalId;
use shouxin_wire::approvals::{Approval, ApprovalList, DecisionWord};

use crate::cases::with_query;
use crate::{Client, ClientError};

impl Client {
    /// The approvals that concern the caller, newest first, `limit` at most; with `all` also those that are
    /// over. The next page starts at the `next` of the last.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn approvals(
        &self,
        all: bool,
        limit: u32,
        next: Option<&str>,
    ) -> Result<ApprovalList, ClientError> {
        let limit = limit.to_string();
        let mut query = vec![("limit", limit.as_str())];
        query.extend(all.then_some(("all", "true")));
        query.extend(next.map(|next| ("cursor", next)));
        self.get(&with_query("/api/v1/approvals", &query)).await
    }

    /// One approval, with the whole body.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn approval(&self, id: ApprovalId) -> Result<Approval, ClientError> {
        self.get(&format!("/api/v1/approvals/{id}")).await
    }

    /// Decides about a proposal whose digest the caller has seen.
    ///
    /// # Errors
    /// [`ClientError`]; `approval-mismatch` if something else was seen.
    pub async fn decide_approval(
        &self,
        id: ApprovalId,
        digest: &str,
        decision: DecisionWord,
        note: Option<&str>,
    ) -> Result<Approval, ClientError> {
        let mut body = json!({"digest": digest, "decision": decision});
        if let Some(note) = note {
            body["note"] = note.into();
        }
        let path = format!("/api/v1/approvals/{id}/decision");
        self.send(Method::PUT, &path, &body).await
    }

    /// Takes the caller's own proposal back.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn withdraw_approval(&self, id: ApprovalId) -> Result<Approval, ClientError> {
        let path = format!("/api/v1/approvals/{id}");
        self.answer(self.request(Method::DELETE, &path)).await
    }

    /// Proposes a change that loosens register or policies.
    ///
    /// # Errors
    /// [`ClientError`]; `register-refused` with each finding.
    pub async fn propose_change(
        &self,
        register: Option<&str>,
        policies: Option<&str>,
        reason: &str,
    ) -> Result<Approval, ClientError> {
        let mut body = json!({"reason": reason});
        for (name, text) in [("register", register), ("policies", policies)] {
            if let Some(text) = text {
                body[name] = text.into();
            }
        }
        self.send(Method::POST, "/api/v1/register/proposals", &body)
            .await
    }
}
