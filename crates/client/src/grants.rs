//! Access beyond a person's roles: grants, emergencies, alarms, reviews.

use reqwest::Method;
use serde_json::json;
use shouxin_model::{AlarmId, Conditions, GrantId, SubjectId};
use shouxin_wire::approvals::Approval;
use shouxin_wire::grants::{
    AlarmList, Emergency, FindingWord, Grant, GrantList, Review, ReviewList,
};

use crate::{Client, ClientError};

/// Access to ask for.
#[derive(Clone, Debug)]
pub struct Asking<'a> {
    /// The purpose it is for.
    pub purpose: &'a str,
    /// The role of the purpose whose view it lends.
    pub role: Option<&'a str>,
    /// The fields: `collection.field`, `collection.*` or `*`.
    pub fields: &'a [String],
    /// The one subject it is for.
    pub subject: Option<SubjectId>,
    /// How long it counts, in seconds.
    pub seconds: i64,
    /// When, from where and on what device it counts.
    pub conditions: &'a Conditions,
}

impl Client {
    /// Asks for access; it begins when somebody else approves.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn request_grant(
        &self,
        asking: &Asking<'_>,
        reason: &str,
    ) -> Result<Approval, ClientError> {
        let mut body = json!({
            "purpose": asking.purpose,
            "fields": asking.fields,
            "seconds": asking.seconds,
            "conditions": asking.conditions,
            "reason": reason,
        });
        if let Some(role) = asking.role {
            body["role"] = role.into();
        }
        if let Some(subject) = asking.subject {
            body["subject"] = subject.to_string().into();
        }
        self.send(Method::POST, "/api/v1/grants", &body).await
    }

    /// The caller's grants, newest first; with `all` also those that are over.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn grants(&self, all: bool) -> Result<GrantList, ClientError> {
        self.get(if all {
            "/api/v1/grants?all=true"
        } else {
            "/api/v1/grants"
        })
        .await
    }

    /// One grant.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn grant(&self, id: GrantId) -> Result<Grant, ClientError> {
        self.get(&format!("/api/v1/grants/{id}")).await
    }

    /// Ends a grant before its time.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn revoke_grant(&self, id: GrantId) -> Result<Grant, ClientError> {
        self.answer(self.request(Method::DELETE, &format!("/api/v1/grants/{id}")))
            .await
    }

    /// Opens one subject at once; alarms, and must be reviewed.
    ///
    /// # Errors
    /// [`ClientError`]; `review-overdue` while an earlier one of the caller is.
    pub async fn break_glass(
        &self,
        subject: SubjectId,
        purpose: &str,
        reason: &str,
    ) -> Result<Emergency, ClientError> {
        let body = json!({"subject": subject, "purpose": purpose, "reason": reason});
        self.send(Method::POST, "/api/v1/emergencies", &body).await
    }

    /// The newest alarms; with `all` also those that somebody has looked at.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn alarms(&self, all: bool) -> Result<AlarmList, ClientError> {
        self.get(if all {
            "/api/v1/alarms?all=true"
        } else {
            "/api/v1/alarms"
        })
        .await
    }

    /// Notes that the caller has looked at an alarm.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn see_alarm(&self, id: AlarmId) -> Result<(), ClientError> {
        self.done(self.request(Method::PUT, &format!("/api/v1/alarms/{id}/seen")))
            .await
    }

    /// The reviews, those due soonest first; with `all` also those that were done.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn reviews(&self, all: bool) -> Result<ReviewList, ClientError> {
        self.get(if all {
            "/api/v1/reviews?all=true"
        } else {
            "/api/v1/reviews"
        })
        .await
    }

    /// One review, with the emergency it is about.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn review(&self, emergency: GrantId) -> Result<Review, ClientError> {
        self.get(&format!("/api/v1/reviews/{emergency}")).await
    }

    /// Notes what a review found.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn decide_review(
        &self,
        emergency: GrantId,
        finding: FindingWord,
        note: &str,
    ) -> Result<Review, ClientError> {
        let path = format!("/api/v1/reviews/{emergency}/finding");
        let body = json!({"finding": finding, "note": note});
        self.send(Method::PUT, &path, &body).await
    }
}
