//! Notices.

use reqwest::Method;
use serde_json::json;
use shouxin_model::Moment;
use shouxin_wire::approvals::Approval;
use shouxin_wire::notices::{
    NoticeAnswer, NoticeDifference, NoticeLintAnswer, NoticeList, NoticePlanAnswer,
    NoticePublication, NoticePublished, NoticeShown, NoticeText,
};

use crate::cases::with_query;
use crate::{Client, ClientError};

impl Client {
    /// Every version of every notice, and what of the register no notice tells.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn notices(&self) -> Result<NoticeList, ClientError> {
        self.get("/api/v1/notices").await
    }

    /// One version of a notice, the newest if none is named.
    ///
    /// # Errors
    /// [`ClientError`]; `not-found`.
    pub async fn notice(
        &self,
        name: &str,
        version: Option<u32>,
    ) -> Result<NoticeAnswer, ClientError> {
        let version = version.map(|version| version.to_string());
        let query: Vec<_> = version
            .iter()
            .map(|one| ("version", one.as_str()))
            .collect();
        self.get(&with_query(&format!("/api/v1/notices/{name}"), &query))
            .await
    }

    /// What a version changed against an earlier one.
    ///
    /// # Errors
    /// [`ClientError`]; `not-found`.
    pub async fn notice_difference(
        &self,
        name: &str,
        from: u32,
        to: u32,
    ) -> Result<NoticeDifference, ClientError> {
        let (from, to) = (from.to_string(), to.to_string());
        let query = [("from", from.as_str()), ("to", to.as_str())];
        let path = format!("/api/v1/notices/{name}/differences");
        self.get(&with_query(&path, &query)).await
    }

    /// The notice in force as everybody sees it, with the token that proves that it was shown.
    ///
    /// # Errors
    /// [`ClientError`]; `not-found`.
    pub async fn notice_shown(&self, name: &str) -> Result<NoticeShown, ClientError> {
        self.get(&format!("/notices/{name}")).await
    }

    /// What keeps this text from being published, and how easy it is to read.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn lint_notice(&self, text: &str) -> Result<NoticeLintAnswer, ClientError> {
        let request = NoticeText {
            notice: text.to_owned(),
        };
        self.send(Method::POST, "/api/v1/notices/lints", &request)
            .await
    }

    /// What publishing this text would mean.
    ///
    /// # Errors
    /// [`ClientError`]; `notice-refused` with each finding.
    pub async fn plan_notice(&self, text: &str) -> Result<NoticePlanAnswer, ClientError> {
        let request = NoticeText {
            notice: text.to_owned(),
        };
        self.send(Method::POST, "/api/v1/notices/plans", &request)
            .await
    }

    /// Proposes a text that widens what people agreed to.
    ///
    /// # Errors
    /// [`ClientError`]; `notice-refused`.
    pub async fn propose_notice(
        &self,
        text: &str,
        effective_at: Option<Moment>,
        reason: &str,
    ) -> Result<Approval, ClientError> {
        let mut body = json!({"notice": text, "reason": reason});
        if let Some(at) = effective_at {
            body["effective_at"] = json!(at);
        }
        self.send(Method::POST, "/api/v1/notices/proposals", &body)
            .await
    }

    /// Publishes a text.
    ///
    /// # Errors
    /// [`ClientError`]; `notice-refused`, `approval-required`.
    pub async fn publish_notice(
        &self,
        request: &NoticePublication,
    ) -> Result<NoticePublished, ClientError> {
        self.send(Method::POST, "/api/v1/notices/versions", request)
            .await
    }
}
