//! Facts: what is true of a caller and a subject at the moment of a request.

use std::collections::{BTreeMap, BTreeSet};

use shouxin_model::{
    Caller, ConsentForm, EvidenceGrade, Field, FieldKind, FieldRef, Moment, Purpose, RecordId,
    Register, RowCondition, SubjectId,
};
use shouxin_policy::{ConsentState, Consents, Relation, Used};
use shouxin_seal::WrappedKey;
use shouxin_store::{Query, Row, StoreError, Value, params};

use crate::active::Told;
use crate::consents::{Spendable, is_spendable};
use crate::integrity::{self, Consent, Facts};
use crate::parted::is_parted;
use crate::{Vault, VaultError, open, retention};

/// What the store knows of one subject, read in one snapshot.
pub(crate) struct Known {
    /// Whose facts these are.
    pub(crate) subject: SubjectId,
    /// The zone apart in which the caller named the subject, if not by its id.
    pub(crate) named_in: Option<String>,
    /// The `kind` of the quota row that says: this subject was counted today.
    pub(crate) mark: String,
    /// Bumped by every change of anything about the subject: guards the facts until the commit.
    pub(crate) version: i64,
    /// The subject's name in the ledger.
    pub(crate) pseudonym: Option<[u8; 16]>,
    pub(crate) relation: Relation,
    pub(crate) consent: Consents,
    /// What spends a consent about this purpose that is for a single time, where there is one.
    pub(crate) spendable: Option<Box<Spendable>>,
    pub(crate) restricted: bool,
    /// The subject's records in the collections asked for.
    pub(crate) records: Vec<StoredRecord>,
    /// The subject's wrapped keys by zone.
    pub(crate) keys: BTreeMap<String, WrappedKey>,
    /// Whether the caller has read this subject for this purpose today; `false` where the purpose sets no
    /// limit to it.
    pub(crate) seen_today: bool,
    /// When this was asked.
    pub(crate) at: Moment,
}

impl Known {
    /// Those of the fields whose keeping period is over in every record that could hold them.
    pub(crate) fn expired(&self, register: &Register, fields: &[FieldRef]) -> BTreeSet<FieldRef> {
        let is_expired = |name: &&FieldRef| {
            let Some(field) = register.field(name) else {
                return false;
            };
            let mut records = self
                .records
                .iter()
                .filter(|r| r.collection == name.collection())
                .peekable();
            records.peek().is_some()
                && records.all(|record| record.is_over(register, field, self.at))
        };
        fields.iter().filter(is_expired).cloned().collect()
    }
}

impl Known {
    /// The kinds of what was sealed apart from the free texts among these fields: names alone tell, nothing is
    /// opened for it.
    pub(crate) fn pieces(
        &self,
        register: &Register,
        fields: &[FieldRef],
    ) -> Result<BTreeSet<FieldKind>, VaultError> {
        let mut found = BTreeSet::new();
        let is_text = |name: &&FieldRef| register.field(name).is_some_and(is_parted);
        let texts: Vec<&FieldRef> = fields.iter().filter(is_text).collect();
        for record in &self.records {
            let mut within = texts
                .iter()
                .filter(|name| name.collection() == record.collection)
                .peekable();
            if within.peek().is_none() {
                continue;
            }
            let sealed = open::sealed(record)?;
            for name in within {
                found.extend(sealed.parts(name.field()).filter_map(FieldKind::from_word));
            }
        }
        Ok(found)
    }
}

/// One record as it lies in the store.
pub(crate) struct StoredRecord {
    pub(crate) collection: String,
    pub(crate) id: RecordId,
    pub(crate) plain: BTreeMap<String, String>,
    pub(crate) sealed: Vec<u8>,
    pub(crate) updated_at: Moment,
}

impl StoredRecord {
    /// Whether the keeping period of one of its fields is over.
    pub(crate) fn is_over(&self, register: &Register, field: &Field, now: Moment) -> bool {
        let collection = register.collection(&self.collection);
        collection.is_some_and(|c| retention::is_over(c, field, &self.plain, self.updated_at, now))
    }
}

/// The plain values of a record as they lie in the store.
pub(crate) fn plain(json: &str) -> Result<BTreeMap<String, String>, VaultError> {
    serde_json::from_str(json).map_err(|_| VaultError::Corrupt("record"))
}

/// What to find out.
pub(crate) struct Wanted<'a> {
    pub(crate) vault: &'a Vault,
    pub(crate) register: &'a Register,
    pub(crate) told: &'a Told,
    pub(crate) purpose: &'a Purpose,
    pub(crate) caller: &'a Caller,
    pub(crate) case: Option<RecordId>,
    pub(crate) collections: BTreeSet<&'a str>,
    pub(crate) now: Moment,
    /// Whether whoever asks can spend a consent that is for a single time. It counts for nobody else.
    pub(crate) spends: bool,
}

impl Wanted<'_> {
    /// What counts for this purpose of all that a subject said. What was said about a way of being reached
    /// alone bears on no read.
    fn consents(&self, said: &[Consent<'_>]) -> Consents {
        let told = self.told.purposes.get(&self.purpose.name);
        let state = |one: &Consent<'_>| ConsentState {
            given: matches!(one.state, "given" | "spent" | "expired"),
            form: form(one.form),
            from: one.from,
            // What has ended stays so, also where a clock was put back.
            expires: if one.state == "expired" {
                Some(Moment::from_micros(i64::MIN))
            } else {
                one.expires_at
            },
            outdated: told.is_some_and(|scope| one.scope < i64::from(scope.number)),
            unproven: one.grade == EvidenceGrade::Unproven.word(),
            other_case: one.case.is_some() && one.case != self.case,
            spent: one.state == "spent" || (!self.spends && is_spendable(one)),
        };
        let mut consents = Consents {
            told: told.map(|scope| scope.fields.clone()),
            ..Consents::default()
        };
        for one in said {
            if one.purpose != self.purpose.name || !one.channel.is_empty() {
                continue;
            }
            if one.part.is_empty() {
                consents.whole = Some(state(one));
            } else {
                consents.parts.push((one.part.to_owned(), state(one)));
            }
        }
        consents
    }

    /// The SELECTs for one subject, in the order that [`Wanted::known`] takes their answers.
    fn queries(&self, subject: SubjectId, mark: &str) -> Vec<Query> {
        let mut queries = vec![
            query(integrity::SUBJECT, params![subject]),
            query(
                "SELECT zone, epoch, wrapped FROM subject_key WHERE subject = $1",
                params![subject],
            ),
            integrity::consents_query(subject),
        ];
        if self.counts_subjects() {
            queries.push(query(
                "SELECT used FROM quota WHERE actor = $1 AND day = $2 AND purpose = $3 AND kind = $4",
                params![
                    self.caller.actor(),
                    self.now.china_day(),
                    &self.purpose.name,
                    mark
                ],
            ));
        }
        if self.asks_cases() {
            queries.push(query(
                "SELECT collection, field, value, record FROM facet WHERE subject = $1",
                params![subject],
            ));
        }
        for collection in &self.collections {
            queries.push(query(
                "SELECT collection, id, plain, sealed, updated_at FROM record WHERE subject = $1 AND collection = $2 ORDER BY id",
                params![subject, *collection],
            ));
        }
        queries
    }

    /// What the store knows of each of these subjects, in their order, `None` where there is no such subject;
    /// and the answer to `beside`, which is asked in the same breath. Each comes with its mark of having been
    /// seen. The facts of one subject are of one state of the data.
    ///
    /// # Errors
    /// `Corrupt` if what is stored is not what was written.
    pub(crate) async fn known_of(
        &self,
        beside: Option<Query>,
        people: Vec<(SubjectId, String)>,
    ) -> Result<(Vec<Row>, Vec<Option<Known>>), VaultError> {
        let of_people = people.iter().flat_map(|(id, mark)| self.queries(*id, mark));
        let per_subject = self.queries_per_subject();
        let store = self.vault.store();
        let (beside, answers) = match beside {
            Some(beside) if people.len() == 1 => {
                let queries = std::iter::once(beside).chain(of_people).collect();
                let mut answers = store.query_all(queries).await?.into_iter();
                (answers.next().unwrap_or_default(), answers.collect())
            }
            beside => {
                let groups = of_people.collect();
                let rows = match beside {
                    Some(Query { sql, params }) => store.query(sql, params).await?,
                    None => Vec::new(),
                };
                (rows, store.query_groups(groups, per_subject).await?)
            }
        };
        let mut answers = answers.into_iter();
        let mut known = Vec::with_capacity(people.len());
        for (id, mark) in people {
            let rows = answers.by_ref().take(per_subject).collect();
            known.push(self.known(id, mark, rows)?);
        }
        Ok((beside, known))
    }

    /// How many SELECTs one subject takes.
    fn queries_per_subject(&self) -> usize {
        3 + usize::from(self.counts_subjects())
            + usize::from(self.asks_cases())
            + self.collections.len()
    }

    /// Whether it matters which cases the subject has.
    fn asks_cases(&self) -> bool {
        !matches!(
            self.purpose.condition,
            RowCondition::None | RowCondition::OwnRecord
        )
    }

    /// Whether it matters how many subjects the caller has read today.
    fn counts_subjects(&self) -> bool {
        self.purpose.quota.subjects_per_day.is_some()
    }

    /// What the answers say; `None` if there is no such subject.
    ///
    /// # Errors
    /// `Corrupt` if what is stored is not what was written.
    fn known(
        &self,
        id: SubjectId,
        mark: String,
        answers: Vec<Vec<Row>>,
    ) -> Result<Option<Known>, VaultError> {
        let mut answers = answers.into_iter();
        let mut next = || answers.next().unwrap_or_default();
        let subject = next();
        let Some(subject) = subject.first() else {
            return Ok(None);
        };
        let keys = next()
            .iter()
            .map(|row| {
                let wrapped = WrappedKey {
                    epoch: count(row.int(1)?),
                    bytes: row.bytes(2)?.to_vec(),
                };
                Ok((row.text(0)?.to_owned(), wrapped))
            })
            .collect::<Result<_, StoreError>>()?;
        let consents = next();
        let facts = Facts::of(self.vault, id, subject)?;
        let said = facts.hold(self.vault, &consents)?;
        let consent = self.consents(&said);
        let spendable = self.spends
            && said
                .iter()
                .any(|one| one.purpose == self.purpose.name && is_spendable(one));
        let seen_today = self.counts_subjects() && !next().is_empty();
        let mut relation = if self.asks_cases() {
            self.relation(&next())?
        } else {
            Relation::default()
        };
        relation.own = self.caller.subject() == Some(id);
        let mut records = Vec::new();
        for row in answers.flatten() {
            records.push(StoredRecord {
                collection: row.text(0)?.to_owned(),
                id: row.id(1, RecordId::from_slice)?,
                plain: plain(row.text(2)?)?,
                sealed: row.bytes(3)?.to_vec(),
                updated_at: row.moment(4)?,
            });
        }
        let version = subject.int(0)?;
        let pseudonym = subject
            .opt_bytes(1)?
            .and_then(|bytes| bytes.try_into().ok());
        let restricted = facts.is_restricted();
        let spendable =
            spendable.then(|| Box::new(Spendable::new((id, version), pseudonym, facts, consents)));
        Ok(Some(Known {
            subject: id,
            named_in: None,
            mark,
            version,
            pseudonym,
            relation,
            consent,
            spendable,
            restricted,
            records,
            keys,
            seen_today,
            at: self.now,
        }))
    }

    /// What ties the caller to the subject, from the facets of the subject's cases.
    fn relation(&self, facets: &[Row]) -> Result<Relation, StoreError> {
        let mut cases: BTreeMap<(&str, RecordId), BTreeMap<&str, &str>> = BTreeMap::new();
        for row in facets {
            let record = row.id(3, RecordId::from_slice)?;
            cases
                .entry((row.text(0)?, record))
                .or_default()
                .insert(row.text(1)?, row.text(2)?);
        }
        let mut relation = Relation::default();
        for ((collection, record), fields) in cases {
            let shape = self
                .register
                .collection(collection)
                .and_then(|c| c.case.as_ref());
            let Some(shape) = shape else { continue };
            if self.case.is_some_and(|case| case != record) {
                continue;
            }
            let value =
                |field: &Option<String>| field.as_deref().and_then(|f| fields.get(f).copied());
            let is = |field: &Option<String>, wanted: Option<&str>| {
                wanted.is_some() && value(field) == wanted
            };
            let assigned = is(&shape.assignee, self.caller.login());
            let site = is(&shape.site, self.caller.site.as_deref());
            let region = is(&shape.region, self.caller.region.as_deref());
            let status = fields
                .get(shape.status.as_str())
                .copied()
                .unwrap_or_default();
            if shape.open.iter().any(|open| open == status) {
                relation.open = true;
                relation.assigned |= assigned;
                relation.site |= site;
                relation.region |= region;
            } else {
                relation.closed |= match self.purpose.condition {
                    RowCondition::AssignedOpenCase => assigned,
                    RowCondition::SiteOpenCase => site,
                    RowCondition::RegionOpenCase => region,
                    RowCondition::OpenCase => true,
                    RowCondition::None | RowCondition::CountsOnly | RowCondition::OwnRecord => {
                        false
                    }
                };
            }
        }
        Ok(relation)
    }
}

/// The SELECT for what a caller has used of a purpose today.
pub(crate) fn used_query(caller: &Caller, purpose: &str, now: Moment) -> Query {
    query(
        "SELECT kind, used FROM quota WHERE actor = $1 AND day = $2 AND purpose = $3 AND kind IN ('subjects', 'clear', 'searches')",
        params![caller.actor(), now.china_day(), purpose],
    )
}

/// What the answer of [`used_query`] says.
pub(crate) fn used(rows: &[Row]) -> Result<Used, StoreError> {
    let mut used = Used::default();
    for row in rows {
        let amount = count(row.int(1)?);
        match row.text(0)? {
            "subjects" => used.subjects = amount,
            "clear" => used.clear = amount,
            _ => used.searches = amount,
        }
    }
    Ok(used)
}

/// The `kind` of the quota row that says: this subject was counted today.
pub(crate) fn seen_mark(subject: SubjectId) -> String {
    subject.to_string()
}

fn query(sql: &'static str, params: Vec<Value>) -> Query {
    Query { sql, params }
}

pub(crate) fn form(word: &str) -> ConsentForm {
    form_of(word).unwrap_or(ConsentForm::General)
}

/// The form that this word names.
pub(crate) fn form_of(word: &str) -> Option<ConsentForm> {
    Some(match word {
        "general" => ConsentForm::General,
        "separate" => ConsentForm::Separate,
        "written" => ConsentForm::Written,
        "guardian" => ConsentForm::Guardian,
        "once" => ConsentForm::Once,
        _ => return None,
    })
}

fn count(n: i64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl crate::Vault {
    /// What the caller has used of a purpose today.
    pub(crate) async fn used(
        &self,
        caller: &Caller,
        purpose: &Purpose,
        now: Moment,
    ) -> Result<Used, crate::VaultError> {
        let floor = self.floor(caller, purpose, now);
        let Query { sql, params } = used_query(caller, &purpose.name, now);
        floor.hold(used(&self.store().query(sql, params).await?)?)
    }
}
