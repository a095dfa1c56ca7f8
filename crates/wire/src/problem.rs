//! Errors as RFC 9457 problem documents.

use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};
use shouxin_model::text::Language;
use utoipa::ToSchema;

use crate::Code;

/// A problem document (RFC 9457) with a stable `code`. Holds no personal values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// A URN that ends with the code.
    #[serde(rename = "type")]
    #[schema(example = "urn:shouxin:problem:read-refused")]
    pub kind: String,
    /// What the code means, in the caller's language.
    #[schema(example = "此次查阅被拒绝")]
    pub title: String,
    /// The HTTP status.
    #[schema(example = 403)]
    pub status: u16,
    /// The stable code that programs switch on.
    #[schema(example = "read-refused")]
    pub code: String,
    /// What was wrong here and what to do, in the caller's language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Where in the request it was wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Place>,
    /// For refusals: each reason, with who can change it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<Because>,
    /// The ledger entry that records the refusal, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<u64>,
    /// The request's id, also in the server's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
}

/// A place in a request that cannot be accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Place {
    /// Where: a JSON path (`fields[2]`), a parameter's name, or `line 3, column 5`.
    #[schema(example = "fields[2]")]
    pub at: String,
    /// What is wrong there, in the caller's language.
    pub message: String,
}

/// One reason for a form or a refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Because {
    /// The layer that decided: role, purpose, relation, consent, restriction, retention, quota, second-factor, policy, key.
    #[schema(example = "relation")]
    pub layer: String,
    /// The rule's stable id.
    #[schema(example = "no-open-case")]
    pub rule: String,
    /// The reason in the caller's language.
    pub text: String,
    /// Who could change it, in the caller's language.
    pub changed_by: String,
}

/// A reason with its JSON: the fields of an answer mostly share one, and it is written down once.
#[derive(Clone, Debug)]
pub struct Told(Arc<(Because, Box<RawValue>)>);

impl From<Because> for Told {
    fn from(because: Because) -> Self {
        let json = to_raw_value(&because).expect("four texts are JSON");
        Self(Arc::new((because, json)))
    }
}

impl Deref for Told {
    type Target = Because;

    fn deref(&self) -> &Because {
        &self.0.0
    }
}

impl Serialize for Told {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.1.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Told {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Because::deserialize(deserializer).map(Self::from)
    }
}

impl Problem {
    /// The problem of this code, with its title in `language`.
    pub fn new(code: Code, language: Language) -> Self {
        Self {
            kind: format!("urn:shouxin:problem:{}", code.word()),
            title: code.title().get(language).to_owned(),
            status: code.status(),
            code: code.word().to_owned(),
            detail: None,
            places: Vec::new(),
            because: Vec::new(),
            entry: None,
            instance: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_names_its_code_and_speaks_the_callers_language() {
        let problem = Problem::new(Code::QuotaSpent, Language::English);
        assert_eq!(problem.kind, "urn:shouxin:problem:quota-spent");
        assert_eq!(problem.title, "today's quota of this purpose is spent");
    }
}
