//! Whom a purpose lets one reach.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shouxin_model::{ContactChannel, SubjectId};
use utoipa::ToSchema;

/// Whom to ask about.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AudienceRequest {
    /// The purpose; it must rest on consent.
    #[schema(example = "marketing-contact")]
    pub purpose: String,
    /// What is to be used for it: `collection.field` or `collection.*`. The narrowest word about it counts; one about
    /// the part and one about the way of being reached must both allow it. Not given, only words about the whole
    /// purpose count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "customer.mobile")]
    pub part: Option<String>,
    /// The way of being reached: `phone`, `sms`, `email`, `app`, `wechat` or `post`. Not given, only a word about
    /// every way counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "sms")]
    pub channel: Option<ContactChannel>,
    /// Among these: 1 to 10,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>)]
    pub subjects: Option<Vec<SubjectId>>,
    /// Among everybody.
    #[serde(default)]
    pub all: bool,
    /// Of everybody, those after this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub after: Option<SubjectId>,
    /// Of everybody, so many at most: 1 to 10,000, which it is if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Whom a purpose lets one reach now.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Audience {
    /// The ledger entry that records who asked.
    pub entry: u64,
    /// Those who agreed, by their ids.
    pub subjects: Vec<Member>,
    /// How many of the others there are, by why not: `missing`, `refused`, `expired`, `not-yet`, `single`,
    /// `outdated`, `weaker`, `unproven`, `restricted`, `unknown`, `altered`. Of everybody, with the first page.
    pub others: BTreeMap<String, u64>,
    /// Whether there are more after the last.
    pub more: bool,
}

/// Somebody who agreed.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Member {
    /// Who.
    #[schema(value_type = String)]
    pub subject: SubjectId,
    /// Not more often than so many times a month, if they said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_per_month: Option<u32>,
}
