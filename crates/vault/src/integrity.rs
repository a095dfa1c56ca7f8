//! Marks over what is stored in the clear, so that a change made past this program is noticed.
//!
//! Sealed values authenticate themselves. What decides about them does not: whether a person is active,
//! restricted, has consented, in which state a case is, when a record was last changed. A person's own
//! facts are summed up in the person's row ([`Facts`], checked by every read); a record's plain values and
//! times bear a mark under the person's key ([`row_mark`], checked by [`crate::Vault::examine`]).

use std::collections::BTreeMap;

use data_encoding::BASE32_DNSSEC;
use shouxin_model::{FieldRef, Moment, RecordId, SubjectId};
use shouxin_seal::{Binding, SubjectKey};
use shouxin_store::{Query, Row, params};

use crate::{Vault, VaultError};

/// Where a record's own mark stands among the marks of its fields: no field is called so.
pub(crate) const ROW: &str = "";

/// The mark of a record's plain values and times, under the key of its subject.
pub(crate) fn row_mark(
    key: &SubjectKey,
    subject: SubjectId,
    (collection, zone): (&str, &str),
    record: RecordId,
    plain: &BTreeMap<String, String>,
    created_at: Moment,
    updated_at: Moment,
) -> Result<String, VaultError> {
    let row = serde_json::to_vec(&(plain, created_at.micros(), updated_at.micros()))
        .map_err(|_| VaultError::Corrupt("record"))?;
    let binding = Binding {
        zone,
        field: &FieldRef::new(collection, ROW),
        subject,
        record,
    };
    Ok(BASE32_DNSSEC.encode(&key.mark(&binding, &row)))
}

/// What is known of a person beside records: the row itself, consents, restriction. `subject.salt` holds
/// the sum of a keyed digest of each consent and of the restriction, and a keyed digest of that sum with
/// the row. So a change to one of them needs no look at the others, and none can be altered, taken away,
/// exchanged or put back to what it was.
///
/// A sum of keyed digests of rows is as hard to forge as the digests themselves are to guess, for the
/// sum is authenticated with the row. Source: Clarke et al., "Incremental Multiset Hash Functions and
/// Their Application to Memory Integrity Checking", ASIACRYPT 2003 (MSet-Add-Hash).
pub(crate) struct Facts {
    subject: SubjectId,
    pseudonym: Option<Vec<u8>>,
    source: String,
    created_at: Moment,
    restriction: Option<(String, Moment)>,
    sum: [u8; 32],
}

/// The SELECT for an active person, restricted or not, as [`Facts::of`] takes its row.
pub(crate) const SUBJECT: &str = "SELECT version, pseudonym, source, created_at, salt, reason, at FROM subject \
     LEFT JOIN restriction ON restriction.subject = subject.id WHERE id = $1 AND state = 'active'";

/// The SELECT for a person's consents, as [`consent_digest`] takes their rows.
pub(crate) fn consents_query(subject: SubjectId) -> Query {
    Query {
        sql: "SELECT state, form, expires_at, purpose, at, part, channel, valid_from, case_id, scope, grade, epoch, \
              most_per_month FROM consent WHERE subject = $1 ORDER BY purpose, part, channel",
        params: params![subject],
    }
}

impl Facts {
    /// Those of somebody new: neither consent nor restriction.
    pub(crate) fn new(
        subject: SubjectId,
        pseudonym: Option<[u8; 16]>,
        source: &str,
        created_at: Moment,
    ) -> Self {
        Self {
            subject,
            pseudonym: pseudonym.map(|p| p.to_vec()),
            source: source.to_owned(),
            created_at,
            restriction: None,
            sum: [0; 32],
        }
    }

    /// Those of an active person, by its row.
    ///
    /// # Errors
    /// `Corrupt` if the row is not the one that was written.
    pub(crate) fn of(vault: &Vault, subject: SubjectId, row: &Row) -> Result<Self, VaultError> {
        let stored = row.opt_bytes(4)?.unwrap_or_default();
        let (sum, _) = stored.split_first_chunk().ok_or(ALTERED)?;
        let facts = Self {
            subject,
            pseudonym: row.opt_bytes(1)?.map(<[u8]>::to_vec),
            source: row.text(2)?.to_owned(),
            created_at: row.moment(3)?,
            restriction: match row.opt_text(5)? {
                Some(reason) => Some((reason.to_owned(), row.moment(6)?)),
                None => None,
            },
            sum: *sum,
        };
        // Compared in the open: whoever can try has the database, and each try costs a request.
        if facts.stored(vault) == stored {
            Ok(facts)
        } else {
            Err(ALTERED)
        }
    }

    /// The consents of these rows, once they and the restriction are what was summed up.
    ///
    /// # Errors
    /// `Corrupt` if one was altered, taken away, added or put back.
    pub(crate) fn hold<'r>(
        &self,
        vault: &Vault,
        consents: &'r [Row],
    ) -> Result<Vec<Consent<'r>>, VaultError> {
        let mut sum = [0; 32];
        let consents: Vec<_> = consents.iter().map(Consent::of).collect::<Result<_, _>>()?;
        for consent in &consents {
            add(&mut sum, &self.consent_digest(vault, consent));
        }
        if let Some((reason, at)) = &self.restriction {
            add(&mut sum, &self.restriction_digest(vault, reason, *at));
        }
        if sum == self.sum {
            Ok(consents)
        } else {
            Err(ALTERED)
        }
    }

    /// A word counts from now on.
    pub(crate) fn add_consent(&mut self, vault: &Vault, new: &Consent<'_>) {
        let digest = self.consent_digest(vault, new);
        add(&mut self.sum, &digest);
    }

    /// A word that counted no longer does.
    pub(crate) fn remove_consent(&mut self, vault: &Vault, old: &Consent<'_>) {
        let digest = self.consent_digest(vault, old);
        subtract(&mut self.sum, &digest);
    }

    /// Whether the person's data may only be kept.
    pub(crate) fn is_restricted(&self) -> bool {
        self.restriction.is_some()
    }

    /// A restriction comes in place of another or of none, or goes.
    pub(crate) fn put_restriction(&mut self, vault: &Vault, new: Option<(String, Moment)>) {
        if let Some((reason, at)) = &self.restriction {
            let digest = self.restriction_digest(vault, reason, *at);
            subtract(&mut self.sum, &digest);
        }
        if let Some((reason, at)) = &new {
            let digest = self.restriction_digest(vault, reason, *at);
            add(&mut self.sum, &digest);
        }
        self.restriction = new;
    }

    /// What `subject.salt` holds.
    pub(crate) fn stored(&self, vault: &Vault) -> Vec<u8> {
        let row = (
            self.subject.as_bytes(),
            &self.pseudonym,
            &self.source,
            self.created_at.micros(),
            self.sum,
        );
        let digest = digest(vault, "facts", &row);
        [self.sum, digest].concat()
    }

    fn consent_digest(&self, vault: &Vault, consent: &Consent<'_>) -> [u8; 32] {
        let times = [Some(consent.at), consent.from, consent.expires_at];
        let row = (
            self.subject.as_bytes(),
            (consent.purpose, consent.part, consent.channel),
            (consent.state, consent.form, consent.grade),
            times.map(|at| at.map(Moment::micros)),
            consent.case.as_ref().map(RecordId::as_bytes),
            (consent.scope, consent.epoch, consent.most_per_month),
        );
        digest(vault, "facts-consent", &row)
    }

    fn restriction_digest(&self, vault: &Vault, reason: &str, at: Moment) -> [u8; 32] {
        let row = (self.subject.as_bytes(), reason, at.micros());
        digest(vault, "facts-restriction", &row)
    }
}

/// A row of `consent`: what counts now of what a subject said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Consent<'a> {
    pub(crate) purpose: &'a str,
    /// Empty for the whole purpose.
    pub(crate) part: &'a str,
    /// Empty for every channel.
    pub(crate) channel: &'a str,
    pub(crate) state: &'a str,
    pub(crate) form: &'a str,
    pub(crate) at: Moment,
    pub(crate) from: Option<Moment>,
    pub(crate) expires_at: Option<Moment>,
    pub(crate) case: Option<RecordId>,
    pub(crate) scope: i64,
    pub(crate) grade: &'a str,
    pub(crate) epoch: i64,
    pub(crate) most_per_month: Option<i64>,
}

impl<'a> Consent<'a> {
    /// The row as [`consents_query`] gives it.
    pub(crate) fn of(row: &'a Row) -> Result<Self, VaultError> {
        Ok(Self {
            state: row.text(0)?,
            form: row.text(1)?,
            expires_at: row.opt_moment(2)?,
            purpose: row.text(3)?,
            at: row.moment(4)?,
            part: row.text(5)?,
            channel: row.text(6)?,
            from: row.opt_moment(7)?,
            case: match row.opt_bytes(8)? {
                Some(_) => Some(row.id(8, RecordId::from_slice)?),
                None => None,
            },
            scope: row.int(9)?,
            grade: row.text(10)?,
            epoch: row.int(11)?,
            most_per_month: row.opt_int(12)?,
        })
    }
}

/// What was stored is not what was written: an incident.
const ALTERED: VaultError = VaultError::Corrupt("facts about a subject");

fn digest(vault: &Vault, kind: &str, row: &impl serde::Serialize) -> [u8; 32] {
    let bytes = serde_json::to_vec(row).expect("texts, numbers and bytes are JSON");
    vault.token_digest(kind, &bytes)
}

/// Sums modulo 2²⁵⁶.
fn add(sum: &mut [u8; 32], digest: &[u8; 32]) {
    let mut carry = 0u16;
    for (byte, more) in sum.iter_mut().zip(digest) {
        carry += u16::from(*byte) + u16::from(*more);
        *byte = carry.to_le_bytes()[0];
        carry >>= 8;
    }
}

fn subtract(sum: &mut [u8; 32], digest: &[u8; 32]) {
    // Two's complement.
    let mut negative = digest.map(|byte| !byte);
    let mut one = [0; 32];
    one[0] = 1;
    add(&mut negative, &one);
    add(sum, &negative);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_can_be_taken_away_in_any_order() {
        let digests: Vec<[u8; 32]> = (1..=5u8).map(|n| [n.wrapping_mul(87); 32]).collect();
        let mut sum = [0; 32];
        digests.iter().for_each(|d| add(&mut sum, d));
        assert_ne!(sum, [0; 32]);
        digests.iter().rev().for_each(|d| subtract(&mut sum, d));
        assert_eq!(sum, [0; 32]);
        subtract(&mut sum, &digests[0]);
        add(&mut sum, &digests[0]);
        assert_eq!(sum, [0; 32]);
    }
}
