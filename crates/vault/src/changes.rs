//! What other systems are told: consent, restriction, erasure. Each change is written down with what it is about,
//! in the same transaction, and told in the order of the ledger entries.

use serde::{Deserialize, Serialize};
use shouxin_ledger::Kind;
use shouxin_model::{
    Caller, CallerKind, ChangeId, ConsentForm, ConsentTurn, ContactChannel, EvidenceGrade, Moment,
    RecordId, SubjectId,
};
use shouxin_store::{Query, Row, Slot, Tx, Value, params};
use tokio::sync::watch;

use crate::marked::Marked;
use crate::{Vault, VaultError};

/// One change, as others are told it. Says nothing of a person but the id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The index of its ledger entry. It rises from change to change, of one subject and of all.
    pub entry: u64,
    /// Its own id: the same however often it is told.
    pub id: ChangeId,
    /// Whom it is about.
    pub subject: SubjectId,
    /// When it happened.
    pub at: Moment,
    /// What happened.
    pub what: Changed,
}

/// What happened to a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// The subject said something about a purpose.
    Consent(ConsentChange),
    /// Processing was restricted, or freed again.
    Restriction(RestrictionChange),
    /// The subject was erased. Nothing follows.
    Erasure,
}

/// What a subject said about a purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentChange {
    /// Counts what this subject said: 1, 2, 3.
    pub epoch: u64,
    /// The purpose.
    pub purpose: String,
    /// `collection.field` or `collection.*`; `None`: the whole purpose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// For which way of being reached; `None`: for every one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<ContactChannel>,
    /// What was said, or became of it.
    pub state: ConsentTurn,
    /// In which form.
    pub form: ConsentForm,
    /// How well it is proved.
    pub grade: EvidenceGrade,
    /// From when on it counts; `None`: at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Moment>,
    /// Until when it counts; `None`: for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Moment>,
    /// The case that it is for; `None`: for any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<RecordId>,
    /// The scope of the purpose under which it was said.
    pub scope: u32,
}

/// Whether processing is restricted from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestrictionChange {
    /// It is; otherwise it is free again.
    pub restricted: bool,
}

/// What of the changes somebody is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interest {
    /// Words about these purposes.
    pub purposes: Vec<String>,
    /// Of words about parts, those that overlap with one of these, `collection.field` or `collection.*`; empty:
    /// all of them. A word about a whole purpose is always told.
    pub parts: Vec<String>,
}

/// A page of changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangePage {
    /// In the order of their entries.
    pub changes: Vec<Change>,
    /// Where to go on: every change below was looked at.
    pub next: u64,
    /// Whether nothing followed when it was read.
    pub end: bool,
}

/// Why changes were not given.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// Only a service's key names the purposes that it may be told about.
    #[error("changes are read with the key of a service")]
    NoService,
    /// The store or the ledger failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl Interest {
    /// Whether a change is told to whoever has this interest. Restriction and erasure concern everybody.
    pub fn concerns(&self, changed: &Changed) -> bool {
        let Changed::Consent(said) = changed else {
            return true;
        };
        let part = said.part.as_deref();
        let overlaps = |own: &String| part.is_none_or(|part| overlap(own, part));
        self.purposes.contains(&said.purpose)
            && (self.parts.is_empty() || self.parts.iter().any(overlaps))
    }
}

/// Whether two parts have a field in common.
fn overlap(one: &str, other: &str) -> bool {
    let whole = one.ends_with(".*") || other.ends_with(".*");
    one == other || (whole && collection(one) == collection(other))
}

fn collection(part: &str) -> &str {
    part.split_once('.').map_or(part, |(name, _)| name)
}

impl Vault {
    /// Writes a change down to be told, in the transaction that makes it; `slot` is where its entry was appended.
    pub(crate) fn tell(
        &self,
        tx: &mut Tx,
        slot: Slot,
        subject: SubjectId,
        at: Moment,
        what: &Changed,
    ) -> Result<(), VaultError> {
        let (kind, purpose, part, body) = match what {
            Changed::Consent(said) => (
                "consent",
                said.purpose.as_str(),
                said.part.as_deref().unwrap_or_default(),
                serde_json::to_string(said),
            ),
            Changed::Restriction(change) => ("restriction", "", "", serde_json::to_string(change)),
            Changed::Erasure => ("erasure", "", "", Ok("{}".to_owned())),
        };
        let body = body.map_err(|_| VaultError::Corrupt("change"))?;
        let id = ChangeId::make(at, &mut self.dice());
        let mut row = params![id, subject, kind, purpose, part, body, at];
        row.push(Value::Bytes(self.row_mark(Marked::ChangeEvent, &row)));
        tx.run_about(
            slot,
            "INSERT INTO change_event (id, subject, kind, purpose, part, body, at, mark, entry) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, (SELECT COALESCE(MAX(size), 0) FROM ledger_head) + $9)",
            row,
        );
        Ok(())
    }

    /// A change was committed: whoever waits for one looks.
    pub(crate) fn announce(&self) {
        self.herald().send_modify(|count| *count += 1);
    }

    /// Wakes whoever holds it at each change that this process commits. What other processes commit is found by
    /// looking.
    pub fn changes_told(&self) -> watch::Receiver<u64> {
        self.herald().subscribe()
    }

    /// The changes from the entry `from` on that concern `interest`, at most `limit` (1 to 1,000).
    ///
    /// # Errors
    /// The store could not be read; `Corrupt` if a change is not as it was written.
    pub async fn changes(
        &self,
        interest: &Interest,
        from: u64,
        limit: u32,
    ) -> Result<ChangePage, VaultError> {
        let (mut changes, mut next) = (Vec::new(), from);
        let looked = limit.max(LOOKED_AT);
        for _ in 0..MOST_PAGES {
            let rows = self.store().query(FROM, params![int(next), looked]).await?;
            let end = rows.len() < looked as usize;
            for row in &rows {
                let change = self.change_of(row)?;
                if changes.len() == limit as usize {
                    return Ok(ChangePage {
                        changes,
                        next,
                        end: false,
                    });
                }
                next = change.entry + 1;
                if interest.concerns(&change.what) {
                    changes.push(change);
                }
            }
            if end || !changes.is_empty() {
                return Ok(ChangePage { changes, next, end });
            }
        }
        // Nothing of interest for a long stretch: whoever asks goes on from there.
        Ok(ChangePage {
            changes,
            next,
            end: false,
        })
    }

    /// The changes about the purposes of a service's key, as [`Vault::changes`]. A page that holds any is recorded.
    ///
    /// # Errors
    /// [`FeedError`].
    pub async fn read_changes(
        &self,
        caller: &Caller,
        from: u64,
        limit: u32,
    ) -> Result<ChangePage, FeedError> {
        let CallerKind::Service { purposes, .. } = &caller.kind else {
            return Err(FeedError::NoService);
        };
        let interest = Interest {
            purposes: purposes.clone(),
            parts: Vec::new(),
        };
        let page = self.changes(&interest, from, limit).await?;
        if let (Some(first), Some(last)) = (page.changes.first(), page.changes.last()) {
            let (first, last) = (first.entry.to_string(), last.entry.to_string());
            let count = page.changes.len().to_string();
            let extra = [
                ("did", "changes-read"),
                ("from", first.as_str()),
                ("to", last.as_str()),
                ("count", count.as_str()),
            ];
            self.record(caller, Kind::Downstream, &extra, Tx::new())
                .await
                .map_err(VaultError::from)?;
        }
        Ok(page)
    }

    /// The entry from which on whatever happens next is told.
    pub(crate) async fn next_entry(&self) -> Result<u64, VaultError> {
        let sql = "SELECT COALESCE(MAX(size), 0) FROM ledger_head";
        let rows = self.store().query(sql, params![]).await?;
        let size = rows.first().map(|row| row.int(0)).transpose()?;
        Ok(size.unwrap_or(0).unsigned_abs())
    }

    fn change_of(&self, row: &Row) -> Result<Change, VaultError> {
        self.check_row(Marked::ChangeEvent, row, 1)?;
        let body = row.text(6)?;
        let broken = |_| VaultError::Corrupt("change");
        let what = match row.text(3)? {
            "consent" => Changed::Consent(serde_json::from_str(body).map_err(broken)?),
            "restriction" => Changed::Restriction(serde_json::from_str(body).map_err(broken)?),
            "erasure" => Changed::Erasure,
            _ => return Err(VaultError::Corrupt("change")),
        };
        Ok(Change {
            entry: row.int(0)?.unsigned_abs(),
            id: row.id(1, ChangeId::from_slice)?,
            subject: row.id(2, SubjectId::from_slice)?,
            at: row.moment(7)?,
            what,
        })
    }
}

/// What is told from `from` on, for whoever counts how much it is.
pub(crate) fn waiting_query(from: u64) -> Query {
    Query {
        sql: WAITING,
        params: params![int(from), MOST_COUNTED + 1],
    }
}

/// Of these rows of [`waiting_query`], how many concern `interest`, and when the first of them happened.
pub(crate) fn waiting(
    rows: &[Row],
    interest: &Interest,
) -> Result<(u64, Option<Moment>), VaultError> {
    let (mut count, mut oldest) = (0, None);
    for row in rows {
        let (kind, purpose, part) = (row.text(0)?, row.text(1)?, row.text(2)?);
        let parts = interest.parts.is_empty()
            || part.is_empty()
            || interest.parts.iter().any(|own| overlap(own, part));
        let concerned =
            kind != "consent" || (parts && interest.purposes.iter().any(|p| p == purpose));
        if concerned {
            count += 1;
            oldest = oldest.or(Some(row.moment(3)?));
        }
    }
    Ok((count, oldest))
}

/// An index as a column holds it. A ledger never reaches 2^63 entries.
pub(crate) fn int(entry: u64) -> i64 {
    i64::try_from(entry).unwrap_or(i64::MAX)
}

const FROM: &str = "SELECT entry, id, subject, kind, purpose, part, body, at, mark FROM change_event \
    WHERE entry >= $1 ORDER BY entry LIMIT $2";

const WAITING: &str =
    "SELECT kind, purpose, part, at FROM change_event WHERE entry >= $1 ORDER BY entry LIMIT $2";

/// Rows that are looked at in one go, however few of them are asked for.
const LOOKED_AT: u32 = 256;

/// How often.
const MOST_PAGES: usize = 20;

/// What lies further behind is told as so much.
pub(crate) const MOST_COUNTED: u32 = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn check(parts: &[&str], purpose: &str, part: Option<&str>, expected: bool) {
        let interest = Interest {
            purposes: vec!["marketing".to_owned()],
            parts: parts.iter().map(|part| (*part).to_owned()).collect(),
        };
        let said = Changed::Consent(ConsentChange {
            epoch: 1,
            purpose: purpose.to_owned(),
            part: part.map(str::to_owned),
            channel: None,
            state: ConsentTurn::Given,
            form: ConsentForm::General,
            grade: EvidenceGrade::Proved,
            from: None,
            until: None,
            case: None,
            scope: 0,
        });
        assert_eq!(interest.concerns(&said), expected, "{parts:?} {part:?}");
        assert!(interest.concerns(&Changed::Erasure));
    }

    #[test]
    fn a_word_is_told_to_whoever_has_its_purpose_and_a_field_of_its_part() {
        check(&[], "marketing", None, true);
        check(&[], "marketing", Some("customer.phone"), true);
        check(&[], "repair-service", None, false);
        check(&["customer.phone"], "marketing", None, true);
        check(
            &["customer.phone"],
            "marketing",
            Some("customer.phone"),
            true,
        );
        check(&["customer.phone"], "marketing", Some("customer.*"), true);
        check(&["customer.*"], "marketing", Some("customer.phone"), true);
        check(
            &["customer.phone"],
            "marketing",
            Some("customer.name"),
            false,
        );
        check(&["customer.*"], "marketing", Some("vehicle.*"), false);
        check(
            &["customer.phone"],
            "marketing",
            Some("customers.phone"),
            false,
        );
    }
}
