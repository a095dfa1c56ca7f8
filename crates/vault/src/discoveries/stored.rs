//! Rows of the store, and what they say.

use serde::{Deserialize, Serialize};
use shouxin_detect::Kind;
use shouxin_model::{FieldRef, FindingId, Moment};
use shouxin_store::Row;

use super::{ABSENT, Amount, Decision, What};
use crate::{Vault, VaultError};

/// What was seen at a place, as it lies in the store.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) id: FindingId,
    pub(super) source: String,
    pub(super) body: Body,
    pub(super) present: bool,
    pub(super) first_seen: Moment,
    pub(super) last_seen: Moment,
    pub(super) decision: Option<Decision>,
    pub(super) version: i64,
}

/// The sealed part: where, what and how much.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Body {
    pub(super) path: Vec<String>,
    what: String,
    /// Of what is absent: the field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    field: Option<FieldRef>,
    #[serde(flatten)]
    pub(super) amount: Amount,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) declared_type: Option<String>,
}

impl Body {
    pub(super) fn new(
        path: Vec<String>,
        what: &What,
        amount: Amount,
        declared_type: Option<String>,
    ) -> Self {
        Self {
            path,
            what: what.word().to_owned(),
            field: match what {
                What::Absent(field) => Some(field.clone()),
                _ => None,
            },
            amount,
            declared_type,
        }
    }

    pub(super) fn what(&self) -> What {
        match (&self.field, Kind::from_word(&self.what)) {
            (Some(field), _) if self.what == ABSENT => What::Absent(field.clone()),
            (_, Some(kind)) => What::Kind(kind),
            _ => What::Topic(self.what.clone()),
        }
    }

    /// The column: the last part of the path, in small letters.
    pub(super) fn column(&self) -> String {
        column_of(&self.path)
    }
}

pub(super) fn column_of(path: &[String]) -> String {
    path.last()
        .map(|column| column.to_lowercase())
        .unwrap_or_default()
}

impl Vault {
    /// The id of what stands at a place: keyed, so that nobody guesses a name from it.
    pub(super) fn finding_id(&self, source: &str, path: &[String], what: &What) -> FindingId {
        let field = match what {
            What::Absent(field) => field.as_str(),
            _ => "",
        };
        let named = serde_json::json!([source, path, what.word(), field]).to_string();
        let digest = self.token_digest("finding", named.as_bytes());
        let mut id = [0; 16];
        id.copy_from_slice(&digest[..16]);
        FindingId::from_bytes(id)
    }

    pub(super) fn seal_body(&self, id: FindingId, body: &Body) -> Result<Vec<u8>, VaultError> {
        let bytes = serde_json::to_vec(body).map_err(|_| VaultError::Corrupt("finding"))?;
        Ok(self.seal_secret(&context(id), &bytes))
    }

    /// A row of [`COLUMNS`].
    pub(super) fn seen(&self, row: &Row) -> Result<Seen, VaultError> {
        let corrupt = || VaultError::Corrupt("finding");
        let id = row.id(0, FindingId::from_slice)?;
        let body = self.open_secret(&context(id), row.bytes(2)?)?;
        let decision = match row.text(6)? {
            "" => None,
            text => Some(serde_json::from_str(text).map_err(|_| corrupt())?),
        };
        Ok(Seen {
            id,
            source: row.text(1)?.to_owned(),
            body: serde_json::from_slice(&body).map_err(|_| corrupt())?,
            present: row.int(3)? != 0,
            first_seen: row.moment(4)?,
            last_seen: row.moment(5)?,
            decision,
            version: row.int(7)?,
        })
    }
}

fn context(id: FindingId) -> String {
    format!("finding {id}")
}

/// A SELECT of what [`Vault::seen`] takes.
macro_rules! select_seen {
    ($which:literal) => {
        concat!(
            "SELECT id, source, sealed, present, first_seen, last_seen, decision, version FROM discovery_place ",
            $which
        )
    };
}
pub(super) use select_seen;
