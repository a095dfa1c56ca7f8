//! Whose contact this is: the one search that a person makes about themselves before being signed in.

use std::collections::BTreeSet;

use shouxin_ledger::Kind;
use shouxin_model::{
    ContactChannel, Field, FieldKind, FieldRef, Personal, RecordId, Register, SearchMode,
    SubjectId, Suite,
};
use shouxin_policy::Verdict;
use shouxin_seal::{BlindIndex, query_term};
use shouxin_store::{CommitError, Tx, params};

use super::{Own, OwnError, caller, own_purpose};
use crate::active::Active;
use crate::gather::{Wanted, seen_mark};
use crate::open;
use crate::permit::{Permit, RecordedPermit};
use crate::vault::ATTEMPTS;
use crate::{Vault, VaultError};

/// Somebody whose contact was found.
#[derive(Debug)]
pub struct Reached {
    /// Who.
    pub subject: SubjectId,
    /// The field that holds the contact.
    pub field: FieldRef,
    /// How it is reached: by text message or mail.
    pub by: ContactChannel,
    /// The contact as it is on record.
    pub contact: Personal<String>,
}

/// More people than this with one contact, and nobody is told apart.
const MOST_WITH_ONE_CONTACT: usize = 8;

impl Vault {
    /// The one subject with this phone number or mailbox on record. Of several it is the one with this name;
    /// where that leaves more than one, or nobody, it is nobody.
    ///
    /// Whoever comes into question has an entry in the ledger before anything of theirs is opened for the
    /// comparison; where nobody does, there is none.
    ///
    /// # Errors
    /// [`OwnError`].
    pub async fn find_own(
        &self,
        typed: &Personal<String>,
        name: Option<&Personal<String>>,
    ) -> Result<Option<Reached>, OwnError> {
        let active = self.active();
        let mut found = Vec::new();
        for (field, declared, by) in contacts(&active.register)? {
            // Into a keyed digest, and compared with what is opened below.
            let Some(term) = query_term(declared.kind, SearchMode::Exact, typed.expose()) else {
                continue;
            };
            let candidates = self.candidates(&active, &field, &term).await?;
            for (subject, record) in candidates {
                let opened = self.open_own(subject, &field, Some(record)).await?;
                let same = |value: &Personal<String>| {
                    let (value, typed) = (value.expose(), typed.expose());
                    shouxin_seal::matches(declared.kind, SearchMode::Exact, value, typed)
                };
                if let Some(opened) = opened.filter(|opened| same(&opened.contact)) {
                    found.push((
                        Reached {
                            subject,
                            field: field.clone(),
                            by,
                            contact: opened.contact,
                        },
                        opened.names,
                    ));
                }
            }
        }
        // One person may have the contact in several records.
        found.dedup_by_key(|(reached, _)| reached.subject);
        if found.len() > 1 {
            found.retain(|(_, names)| {
                let typed = name.map(|name| name.expose().trim());
                names.iter().any(|name| Some(name.expose().trim()) == typed)
            });
        }
        let only = found.len() == 1;
        Ok(found.pop().filter(|_| only).map(|(reached, _)| reached))
    }

    /// The contact in this field of a subject who is signed in, under an entry of its own. `None` if there is
    /// none any more.
    ///
    /// # Errors
    /// [`OwnError`].
    pub async fn own_contact(
        &self,
        own: &Own,
        field: &FieldRef,
    ) -> Result<Option<Reached>, OwnError> {
        let active = self.active();
        let mut known = contacts(&active.register)?.into_iter();
        let Some((_, _, by)) = known.find(|(name, _, _)| name == field) else {
            return Ok(None);
        };
        let opened = self.open_own(own.subject, field, None).await?;
        Ok(opened.map(|opened| Reached {
            subject: own.subject,
            field: field.clone(),
            by,
            contact: opened.contact,
        }))
    }

    /// Records whose contact may be this one.
    async fn candidates(
        &self,
        active: &Active,
        field: &FieldRef,
        term: &str,
    ) -> Result<BTreeSet<(SubjectId, RecordId)>, VaultError> {
        let keyrings = self.keyrings_of(&active.register, std::slice::from_ref(field))?;
        // Under both suites: a change of suite may be under way.
        let tag =
            |suite| BlindIndex::of(keyrings.of(""), field, SearchMode::Exact, suite).tag(term);
        let sql = "SELECT subject, record FROM blind WHERE field = $1 AND mode = $2 AND tag IN ($3, $4) \
                   ORDER BY subject, record LIMIT $5";
        let most = i64::try_from(MOST_WITH_ONE_CONTACT + 1).unwrap_or(i64::MAX);
        let params = params![
            field.to_string(),
            SearchMode::Exact.word(),
            tag(Suite::International),
            tag(Suite::National),
            most
        ];
        let rows = self.store().query(sql, params).await?;
        if rows.len() > MOST_WITH_ONE_CONTACT {
            return Ok(BTreeSet::new());
        }
        let pair = |row: &shouxin_store::Row| {
            let subject = row.id(0, SubjectId::from_slice)?;
            Ok((subject, row.id(1, RecordId::from_slice)?))
        };
        rows.iter().map(pair).collect()
    }

    /// Opens the contact of one subject, and the names beside it, once the entry about it stands.
    async fn open_own(
        &self,
        subject: SubjectId,
        field: &FieldRef,
        record: Option<RecordId>,
    ) -> Result<Option<OpenedOwn>, OwnError> {
        for _ in 0..ATTEMPTS {
            let active = self.active();
            let register = &active.register;
            let purpose = own_purpose(register).ok_or(OwnError::NotDeclared)?;
            let own = Own {
                caller: caller(purpose, subject, None, None),
                subject,
                purpose: purpose.name.clone(),
            };
            let keyrings = self.keyrings_of(register, std::slice::from_ref(field))?;
            let wanted = Wanted {
                vault: self,
                register,
                told: &active.told,
                purpose,
                caller: &own.caller,
                case: None,
                spends: false,
                collections: BTreeSet::from([field.collection()]),
                now: self.now(),
            };
            let people = vec![(subject, seen_mark(subject))];
            let (_, mut known) = wanted.known_of(None, people).await?;
            let Some(known) = known.pop().flatten() else {
                return Ok(None);
            };
            let names = names(register, field.collection());
            let extra = [("did", "code-asked")];
            let mut entry = self.own_doing(&active, &own, Kind::Search, known.pseudonym, &extra);
            for name in std::iter::once(field).chain(&names) {
                entry.add_field("compared", "own-contact", name.to_string());
            }
            let mut tx = Tx::new();
            tx.guard(
                1,
                "SELECT 1 FROM subject WHERE id = $1 AND version = $2",
                params![subject, known.version],
            );
            tx.append(self.bytes(&entry)?);
            let permit = Permit::new(Verdict {
                refusal: None,
                fields: Vec::new(),
                pieces: Vec::new(),
                joined_by: Vec::new(),
            });
            let permit = match RecordedPermit::commit(self.store(), vec![permit], tx).await {
                Ok(mut permits) => permits.remove(0),
                Err(CommitError::Conflict { .. }) => {
                    self.refresh().await?;
                    continue;
                }
                Err(error) => return Err(VaultError::from(error).into()),
            };
            let mut records: Vec<RecordId> = known.records.iter().map(|r| r.id).collect();
            records.retain(|id| record.is_none_or(|record| record == *id));
            let value = |record: RecordId, name: &FieldRef| {
                open::for_comparison(&keyrings, &active, subject, &known, record, name, &permit)
            };
            for record in records {
                let Some(contact) = value(record, field)? else {
                    continue;
                };
                let mut opened = OpenedOwn {
                    contact,
                    names: Vec::new(),
                };
                for name in &names {
                    opened.names.extend(value(record, name)?);
                }
                return Ok(Some(opened));
            }
            return Ok(None);
        }
        Err(VaultError::Busy.into())
    }
}

struct OpenedOwn {
    contact: Personal<String>,
    names: Vec<Personal<String>>,
}

/// The fields by which a subject is reached: one record a person, whole values indexed, in the main database,
/// and within the purpose.
fn contacts(register: &Register) -> Result<Vec<(FieldRef, &Field, ContactChannel)>, OwnError> {
    let purpose = own_purpose(register).ok_or(OwnError::NotDeclared)?;
    let mut contacts = Vec::new();
    for (name, field) in register.fields() {
        let by = match field.kind {
            FieldKind::Mobile => ContactChannel::Sms,
            FieldKind::Email => ContactChannel::Email,
            _ => continue,
        };
        let single = register
            .collection(name.collection())
            .is_some_and(|collection| collection.single);
        if single
            && field.search.contains(&SearchMode::Exact)
            && register.apart(name.collection()).is_none()
            && purpose.fields.contains(&name)
        {
            contacts.push((name, field, by));
        }
    }
    Ok(contacts)
}

/// The names of people in a collection.
fn names(register: &Register, collection: &str) -> Vec<FieldRef> {
    let fields = register.fields();
    fields
        .filter(|(name, field)| name.collection() == collection && field.kind == FieldKind::Name)
        .map(|(name, _)| name)
        .collect()
}
