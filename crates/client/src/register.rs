//! The register and the policies.

use reqwest::Method;
use shouxin_wire::policies::{PolicyPlanAnswer, PolicyPlanRequest};
use shouxin_wire::register::{
    Applied, ApplyRequest, PlanAnswer, PlanRequest, PolicyAnswer, RegisterAnswer, VersionList,
};

use crate::{Client, ClientError};

impl Client {
    /// The register in force.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn register(&self) -> Result<RegisterAnswer, ClientError> {
        self.get("/api/v1/register").await
    }

    /// The policies in force.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn policies(&self) -> Result<PolicyAnswer, ClientError> {
        self.get("/api/v1/policies").await
    }

    /// Every version of the register and of the policies, newest first; with their texts on request.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn versions(&self, with_source: bool) -> Result<VersionList, ClientError> {
        self.get(if with_source {
            "/api/v1/register/versions?source=true"
        } else {
            "/api/v1/register/versions"
        })
        .await
    }

    /// What this register would change.
    ///
    /// # Errors
    /// [`ClientError`]; `register-refused` with each finding.
    pub async fn plan(&self, register: &str) -> Result<PlanAnswer, ClientError> {
        self.send(
            Method::POST,
            "/api/v1/register/plans",
            &PlanRequest {
                register: register.to_owned(),
            },
        )
        .await
    }

    /// Applies a register, policies, or both.
    ///
    /// # Errors
    /// [`ClientError`]; `register-refused` with each finding.
    pub async fn apply(&self, request: &ApplyRequest) -> Result<Applied, ClientError> {
        self.send(Method::POST, "/api/v1/register/versions", request)
            .await
    }

    /// What these policies would mean: findings, test cases, and what earlier reads would have become.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn plan_policies(&self, policies: &str) -> Result<PolicyPlanAnswer, ClientError> {
        let request = PolicyPlanRequest {
            policies: policies.to_owned(),
        };
        self.send(Method::POST, "/api/v1/policies/plans", &request)
            .await
    }
}
