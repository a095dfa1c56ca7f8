//! Cases and background work.

use reqwest::Method;
use shouxin_model::{RecordId, SubjectId};
use shouxin_wire::cases::{Case, CaseChange, CasePage};
use shouxin_wire::jobs::JobList;

use crate::{Client, ClientError};

impl Client {
    /// The cases that a purpose ties to the caller, newest first, `limit` at most; the next page starts
    /// at the `next` of the last.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn cases(
        &self,
        purpose: &str,
        limit: u32,
        next: Option<&str>,
    ) -> Result<CasePage, ClientError> {
        let limit = limit.to_string();
        let mut query = vec![("purpose", purpose), ("limit", &limit)];
        query.extend(next.map(|next| ("cursor", next)));
        self.get(&with_query("/api/v1/cases", &query)).await
    }

    /// Changes a case, if it still has the version named.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn change_case(
        &self,
        subject: SubjectId,
        case: RecordId,
        change: &CaseChange,
    ) -> Result<Case, ClientError> {
        self.send(
            Method::PATCH,
            &format!("/api/v1/subjects/{subject}/cases/{case}"),
            change,
        )
        .await
    }

    /// The newest background jobs.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn jobs(&self) -> Result<JobList, ClientError> {
        self.get("/api/v1/jobs").await
    }
}

/// A path with its query. Names and values are ids, words and numbers, never anything of a person;
/// whatever else is in them is escaped.
pub(crate) fn with_query(path: &str, query: &[(&str, &str)]) -> String {
    let mut whole = path.to_owned();
    for (number, (name, value)) in query.iter().enumerate() {
        whole.push(if number == 0 { '?' } else { '&' });
        whole.push_str(name);
        whole.push('=');
        for byte in value.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                    whole.push(byte.into())
                }
                other => whole.push_str(&format!("%{other:02X}")),
            }
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_escaped() {
        assert_eq!(with_query("/x", &[]), "/x");
        assert_eq!(
            with_query("/x", &[("a", "b-1"), ("c", "d&e=守")]),
            "/x?a=b-1&c=d%26e%3D%E5%AE%88"
        );
    }
}
