//! Whom a purpose lets one reach now, by a way of being reached: those who agreed, and why not the others.

use std::collections::BTreeMap;

use shouxin_ledger::Kind;
use shouxin_model::{
    Caller, ConsentForm, ContactChannel, EvidenceGrade, Moment, Purpose, SubjectId,
};
use shouxin_store::{CommitError, Query, Row, Tx, Value, params};

use crate::active::Active;
use crate::consents::{has_part, hears, word};
use crate::gather::form;
use crate::integrity::{self, Consent, Facts};
use crate::vault::ATTEMPTS;
use crate::{Vault, VaultError};

/// Whom to look for.
#[derive(Clone, Debug)]
pub struct AudienceRequest {
    /// The purpose.
    pub purpose: String,
    /// `collection.field` or `collection.*`, which is to be used for it; `None`: a word about the whole purpose is
    /// needed.
    pub part: Option<String>,
    /// The way of being reached; `None`: any of them, so that a word about every one is needed.
    pub channel: Option<ContactChannel>,
    /// Whom to ask about.
    pub of: AudienceOf,
}

/// Among whom an audience is looked for.
#[derive(Clone, Debug)]
pub enum AudienceOf {
    /// These, at most [`MOST_NAMED`].
    Named(Vec<SubjectId>),
    /// Everybody after this one, by their ids; at most `limit`, at most [`MOST_NAMED`].
    Everybody {
        /// The last one that the page before gave.
        after: Option<SubjectId>,
        /// How many.
        limit: u32,
    },
}

/// Whom a purpose lets one reach now.
#[derive(Clone, Debug)]
pub struct Audience {
    /// The ledger entry that records it.
    pub entry: u64,
    /// Those who agreed, by their ids; each with how often a month at most, if they said so.
    pub subjects: Vec<(SubjectId, Option<u32>)>,
    /// How many of the others there are, by why not. Of everybody, told with the first page.
    pub others: BTreeMap<WhyNot, u64>,
    /// Whether there are more after the last.
    pub more: bool,
}

/// Why somebody is in no audience.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WhyNot {
    /// Was never asked, or said nothing.
    Missing,
    /// Refused or withdrew.
    Refused,
    /// Agreed, and the time is over.
    Expired,
    /// Agreed, and the time has not begun.
    NotYet,
    /// Agreed for one case or a single time.
    Single,
    /// Agreed before a notice told of more.
    Outdated,
    /// Agreed in a weaker form than the purpose needs.
    Weaker,
    /// Nothing proves that they agreed.
    Unproven,
    /// Has restricted processing.
    Restricted,
    /// There is no such subject.
    Unknown,
    /// What is stored about them is not what was written.
    Altered,
}

/// Why there is no audience.
#[derive(Debug, thiserror::Error)]
pub enum AudienceError {
    /// The register has no such purpose, or none that the caller's key names.
    #[error("the register has no such purpose")]
    UnknownPurpose,
    /// The purpose has no such part: neither `collection.field` nor `collection.*` of its fields.
    #[error("the purpose has no such part")]
    UnknownPart,
    /// The purpose rests on another basis: nobody's consent says who may be reached for it.
    #[error("the purpose does not rest on consent")]
    OtherBasis,
    /// Too many are named, or none.
    #[error("1 to {MOST_NAMED} subjects are named")]
    Count,
    /// The store or the ledger failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// The most subjects that one audience is asked among, and the most that one answer names.
pub const MOST_NAMED: usize = 10_000;

impl WhyNot {
    /// Every reason.
    pub const ALL: [Self; 11] = [
        Self::Missing,
        Self::Refused,
        Self::Expired,
        Self::NotYet,
        Self::Single,
        Self::Outdated,
        Self::Weaker,
        Self::Unproven,
        Self::Restricted,
        Self::Unknown,
        Self::Altered,
    ];

    /// Its word in JSON and in the ledger.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Refused => "refused",
            Self::Expired => "expired",
            Self::NotYet => "not-yet",
            Self::Single => "single",
            Self::Outdated => "outdated",
            Self::Weaker => "weaker",
            Self::Unproven => "unproven",
            Self::Restricted => "restricted",
            Self::Unknown => "unknown",
            Self::Altered => "altered",
        }
    }
}

impl Vault {
    /// Those who agreed to this purpose and way of being reached, and of whom that counts at this moment. One
    /// ledger entry tells who asked and how many were found. Everybody who is named was held to their marks;
    /// of everybody, the counts of the others are the database's word.
    ///
    /// # Errors
    /// [`AudienceError`].
    pub async fn audience(
        &self,
        caller: &Caller,
        request: &AudienceRequest,
    ) -> Result<Audience, AudienceError> {
        for _ in 0..ATTEMPTS {
            let active = self.active();
            let declared = active.register.purpose(&request.purpose);
            let Some(purpose) = declared.filter(|one| hears(caller, &one.name)) else {
                self.unless_newer(&active, AudienceError::UnknownPurpose)
                    .await?;
                continue;
            };
            if !active.register.needs_consent(purpose) {
                return Err(AudienceError::OtherBasis);
            }
            if let Some(part) = &request.part
                && !has_part(&active.register, &purpose.name, part)
            {
                self.unless_newer(&active, AudienceError::UnknownPart)
                    .await?;
                continue;
            }
            let search = Search {
                vault: self,
                purpose,
                part: request.part.as_deref().unwrap_or_default(),
                around: request.part.as_deref().map_or_else(String::new, around),
                channel: request.channel,
                scope: active
                    .told
                    .purposes
                    .get(&purpose.name)
                    .map_or(0, |scope| i64::from(scope.number)),
                now: self.now(),
            };
            let mut audience = match &request.of {
                AudienceOf::Named(named) => search.named(named).await?,
                AudienceOf::Everybody { after, limit } => search.everybody(*after, *limit).await?,
            };
            match self
                .record_audience(caller, &active, request, &search, &audience)
                .await
            {
                Ok(entry) => {
                    audience.entry = entry;
                    return Ok(audience);
                }
                Err(CommitError::Conflict { .. }) => self.refresh().await?,
                Err(error) => return Err(VaultError::from(error).into()),
            }
        }
        Err(VaultError::Busy.into())
    }

    async fn record_audience(
        &self,
        caller: &Caller,
        active: &Active,
        request: &AudienceRequest,
        search: &Search<'_>,
        audience: &Audience,
    ) -> Result<u64, CommitError> {
        let mut entry = self.begin(search.now, Kind::Search, caller, active);
        entry.purpose = Some(request.purpose.clone());
        let mut add = |name: &str, text: String| entry.extra.push((name.to_owned(), text));
        add("did", "audience".to_owned());
        if let Some(part) = &request.part {
            add("part", part.clone());
        }
        if let Some(channel) = request.channel {
            add("channel", channel.word().to_owned());
        }
        add("found", audience.subjects.len().to_string());
        for (why, count) in &audience.others {
            add(why.word(), count.to_string());
        }
        let mut tx = Tx::new();
        tx.guard(
            1,
            "SELECT 1 FROM setting WHERE name = 'declared' AND value = $1",
            params![active.mark()],
        );
        let bytes = self
            .bytes(&entry)
            .map_err(|_| shouxin_store::StoreError::Statement("entry".to_owned()))?;
        tx.append(bytes);
        Ok(self.store().commit(tx).await?.entries[0])
    }
}

/// What is looked for.
struct Search<'a> {
    vault: &'a Vault,
    purpose: &'a Purpose,
    /// The part that is asked about; empty: the whole purpose.
    part: &'a str,
    /// The whole collection around it, as `collection.*`; empty without a part.
    around: String,
    channel: Option<ContactChannel>,
    scope: i64,
    now: Moment,
}

impl Search<'_> {
    async fn named(&self, named: &[SubjectId]) -> Result<Audience, AudienceError> {
        if !(1..=MOST_NAMED).contains(&named.len()) {
            return Err(AudienceError::Count);
        }
        let mut audience = Audience {
            entry: 0,
            subjects: Vec::new(),
            others: BTreeMap::new(),
            more: false,
        };
        let mut named = named.to_vec();
        named.sort_unstable();
        named.dedup();
        self.sift(&named, &mut audience).await?;
        Ok(audience)
    }

    /// Puts each of these where they belong, by their own rows held to their marks.
    async fn sift(&self, of: &[SubjectId], audience: &mut Audience) -> Result<(), VaultError> {
        for few in of.chunks(AT_A_TIME) {
            let queries = few.iter().flat_map(|id| {
                let person = Query {
                    sql: integrity::SUBJECT,
                    params: params![*id],
                };
                [person, integrity::consents_query(*id)]
            });
            let answers = self
                .vault
                .store()
                .query_groups(queries.collect(), 2)
                .await?;
            for (id, rows) in few.iter().zip(answers.chunks_exact(2)) {
                match self.stands(*id, &rows[0], &rows[1])? {
                    Ok(most) => audience.subjects.push((*id, most)),
                    Err(why) => *audience.others.entry(why).or_default() += 1,
                }
            }
        }
        Ok(())
    }

    /// How often somebody may be reached, or why not at all.
    fn stands(
        &self,
        id: SubjectId,
        person: &[Row],
        consents: &[Row],
    ) -> Result<Result<Option<u32>, WhyNot>, VaultError> {
        let Some(row) = person.first() else {
            return Ok(Err(WhyNot::Unknown));
        };
        let Ok(facts) = Facts::of(self.vault, id, row) else {
            return Ok(Err(WhyNot::Altered));
        };
        let Ok(said) = facts.hold(self.vault, consents) else {
            return Ok(Err(WhyNot::Altered));
        };
        if facts.is_restricted() {
            return Ok(Err(WhyNot::Restricted));
        }
        let about: Vec<&Consent<'_>> = said.iter().filter(|one| self.bears(one)).collect();
        let mut narrowest = about.clone();
        narrowest.retain(|one| !about.iter().any(|other| self.is_within(other, one)));
        if about.is_empty() {
            return Ok(Err(WhyNot::Missing));
        }
        // One word about the field and one about the way of being reached: neither is narrower, both must allow it.
        let obstacles = narrowest.iter().filter_map(|one| self.obstacle(one));
        Ok(match obstacles.max_by_key(|why| why.word()) {
            Some(why) => Err(why),
            None => Ok(narrowest.iter().filter_map(|one| most_per_month(one)).min()),
        })
    }

    /// Whether a word is about what is asked about, or about something wider.
    fn bears(&self, one: &Consent<'_>) -> bool {
        let channel = self.channel.map_or("", ContactChannel::word);
        one.purpose == self.purpose.name
            && ["", &self.around, self.part].contains(&one.part)
            && (one.channel.is_empty() || one.channel == channel)
    }

    /// Whether one word that bears is about less than another.
    fn is_within(&self, one: &Consent<'_>, other: &Consent<'_>) -> bool {
        let part = one.part == other.part || other.part.is_empty() || one.part == self.part;
        let channel = one.channel == other.channel || other.channel.is_empty();
        let same = one.part == other.part && one.channel == other.channel;
        part && channel && !same
    }

    /// Why a word does not count now. The order is that of [`Self::why`] in SQL.
    fn obstacle(&self, one: &Consent<'_>) -> Option<WhyNot> {
        let single = one.case.is_some()
            || one.state == "spent"
            || (one.form == "once" && one.from.is_none() && one.expires_at.is_none());
        let obstacles = [
            (
                matches!(one.state, "refused" | "withdrawn"),
                WhyNot::Refused,
            ),
            (
                one.state == "expired" || one.expires_at.is_some_and(|at| at <= self.now),
                WhyNot::Expired,
            ),
            (one.from.is_some_and(|at| self.now < at), WhyNot::NotYet),
            (single, WhyNot::Single),
            (one.scope < self.scope, WhyNot::Outdated),
            (!self.suffices(form(one.form)), WhyNot::Weaker),
            (
                one.grade == EvidenceGrade::Unproven.word(),
                WhyNot::Unproven,
            ),
        ];
        obstacles
            .into_iter()
            .find(|(stands, _)| *stands)
            .map(|(_, why)| why)
    }

    fn suffices(&self, given: ConsentForm) -> bool {
        match self.needed() {
            ConsentForm::General => true,
            ConsentForm::Separate => given != ConsentForm::General,
            needed => given == needed,
        }
    }

    fn needed(&self) -> ConsentForm {
        self.purpose.consent.unwrap_or(ConsentForm::General)
    }

    async fn everybody(
        &self,
        after: Option<SubjectId>,
        limit: u32,
    ) -> Result<Audience, AudienceError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        if !(1..=MOST_NAMED).contains(&limit) {
            return Err(AudienceError::Count);
        }
        let mut audience = Audience {
            entry: 0,
            subjects: Vec::new(),
            others: BTreeMap::new(),
            more: false,
        };
        if after.is_none() {
            audience.others = self.counts().await?;
        }
        let mut found = self.found(after, limit + 1).await?;
        audience.more = found.len() > limit;
        found.truncate(limit);
        let mut sifted = Audience {
            others: BTreeMap::new(),
            ..audience.clone()
        };
        self.sift(&found, &mut sifted).await?;
        audience.subjects = sifted.subjects;
        for (why, count) in sifted.others {
            *audience.others.entry(why).or_default() += count;
        }
        Ok(audience)
    }

    /// The first after this one of whom a word counts, as the rows say, held to no mark.
    async fn found(
        &self,
        after: Option<SubjectId>,
        limit: usize,
    ) -> Result<Vec<SubjectId>, VaultError> {
        let from = after.map_or([0; 16], |id| *id.as_bytes());
        let ask = |sql, mut params: Vec<Value>| {
            params.extend(params![from, i64::try_from(limit).unwrap_or(i64::MAX)]);
            Query { sql, params }
        };
        let queries = match (self.part.is_empty(), self.channel) {
            (false, _) => vec![ask(FOUND_OF_PART, self.params())],
            (true, None) => vec![ask(FOUND, self.params())],
            (true, Some(_)) => vec![
                ask(FOUND, self.params()),
                ask(FOUND_WITHOUT_NARROW, self.params()),
            ],
        };
        let answers = self.vault.store().query_all(queries).await?;
        let ids = answers.iter().flatten();
        let ids = ids.map(|row| row.id(0, SubjectId::from_slice));
        let mut found: Vec<SubjectId> = ids.collect::<Result<_, _>>()?;
        // At most two lists, and nobody in both.
        found.sort_unstable();
        found.truncate(limit);
        Ok(found)
    }

    /// How many there are of whom a word does not count, by why; as the rows say, held to no mark.
    async fn counts(&self) -> Result<BTreeMap<WhyNot, u64>, VaultError> {
        let subjects = Query {
            sql: "SELECT COUNT(*) FROM subject WHERE state = 'active'",
            params: params![],
        };
        let (folds, mut queries): (Vec<Fold>, Vec<Query>) = self.folds().into_iter().unzip();
        queries.push(subjects);
        let mut answers = self.vault.store().query_all(queries).await?;
        let all = answers.pop().unwrap_or_default();
        let all = all.first().map(|row| row.int(0)).transpose()?.unwrap_or(0);
        let mut counts = Counts::default();
        for (fold, rows) in folds.into_iter().zip(&answers) {
            for row in rows {
                counts.fold(fold, row.text(0)?, row.int(1)?);
            }
        }
        *counts.by_why.entry(WhyNot::Missing).or_default() += all - counts.said;
        let some = counts.by_why.into_iter().filter(|(_, count)| *count > 0);
        Ok(some
            .map(|(why, count)| (why, count.unsigned_abs()))
            .collect())
    }

    /// The questions that add up to the counts, each answered out of an index: one pass over those who agree, and
    /// nothing grouped but what stands in the way.
    fn folds(&self) -> Vec<(Fold, Query)> {
        if !self.part.is_empty() {
            let sql = COUNTS_OF_PART;
            let params = self.params();
            return vec![(Fold::Words, Query { sql, params })];
        }
        let ask = |fold, sql, params| (fold, Query { sql, params });
        let words = |channel: &str| {
            [
                ask(Fold::Said, WORDS, params![&self.purpose.name, channel]),
                ask(Fold::Obstacles, OBSTACLES, self.params_by(channel)),
            ]
        };
        let mut folds = Vec::from(words(""));
        if let Some(channel) = self.channel {
            folds.extend(words(channel.word()));
            folds.push(ask(Fold::Narrowed, NARROWED, self.params()));
        }
        folds.push(ask(Fold::Restricted, RESTRICTED, self.params()));
        folds
    }

    /// `$1` to `$5` of the statements, and `$6` and `$7` of those for parts.
    fn params(&self) -> Vec<Value> {
        self.params_by(self.channel.map_or("", ContactChannel::word))
    }

    /// The same about this way of being reached.
    fn params_by(&self, channel: &str) -> Vec<Value> {
        let mut params = params![
            &self.purpose.name,
            channel,
            self.now,
            self.scope,
            word(self.needed())
        ];
        if !self.part.is_empty() {
            params.extend(params![self.part, self.around.as_str()]);
        }
        params
    }
}

/// The whole collection of a part, as `collection.*`.
fn around(part: &str) -> String {
    let (collection, _) = part.split_once('.').unwrap_or((part, ""));
    format!("{collection}.*")
}

/// How many said something, and of how many it does not count, while they are added up.
#[derive(Debug, Default)]
struct Counts {
    said: i64,
    by_why: BTreeMap<WhyNot, i64>,
}

/// What the rows of a question, `(why, how many)`, do to the counts.
#[derive(Clone, Copy, Debug)]
enum Fold {
    /// They said something.
    Said,
    /// Of those who said something, these do not count.
    Obstacles,
    /// They said something, and it counts or does not.
    Words,
    /// A narrower word of theirs counts in place of this one.
    Narrowed,
    /// Whatever they said, they have restricted processing.
    Restricted,
}

impl Counts {
    fn fold(&mut self, fold: Fold, why: &str, count: i64) {
        let (said, because) = match fold {
            Fold::Said => (count, 0),
            Fold::Obstacles => (0, count),
            Fold::Words => (count, count),
            Fold::Narrowed => (-count, -count),
            Fold::Restricted => (0, -count),
        };
        self.said += said;
        if let Some(why) = WhyNot::ALL.into_iter().find(|one| one.word() == why) {
            *self.by_why.entry(why).or_default() += because;
        }
        if matches!(fold, Fold::Restricted) {
            *self.by_why.entry(WhyNot::Restricted).or_default() += count;
        }
    }
}

fn most_per_month(one: &Consent<'_>) -> Option<u32> {
    one.most_per_month.and_then(|most| u32::try_from(most).ok())
}

/// Why a word `c` does not count, or `''`: as [`Search::obstacle`] says it.
macro_rules! why {
    () => {
        "CASE WHEN c.state IN ('refused', 'withdrawn') THEN 'refused' \
         WHEN c.state = 'expired' OR c.expires_at <= $3 THEN 'expired' \
         WHEN c.valid_from > $3 THEN 'not-yet' \
         WHEN c.case_id IS NOT NULL OR c.state = 'spent' \
           OR (c.form = 'once' AND c.valid_from IS NULL AND c.expires_at IS NULL) THEN 'single' \
         WHEN c.scope < $4 THEN 'outdated' \
         WHEN NOT ($5 = 'general' OR ($5 = 'separate' AND c.form <> 'general') OR c.form = $5) THEN 'weaker' \
         WHEN c.grade = 'unproven' THEN 'unproven' ELSE '' END"
    };
}

/// The words about a purpose as a whole and one way of being reached, or all of them (`''`).
macro_rules! words {
    () => {
        "FROM consent c WHERE c.purpose = $1 AND c.part = '' AND c.channel = $2"
    };
}

/// Whether nothing was said about the way that is asked about.
macro_rules! without_narrow {
    () => {
        "c.channel = '' AND NOT EXISTS (SELECT 1 FROM consent d \
         WHERE d.subject = c.subject AND d.purpose = $1 AND d.part = '' AND d.channel = $2)"
    };
}

/// Those after `$6` of whom a word counts, in their order.
macro_rules! counting {
    () => {
        concat!(
            " AND c.subject > $6 AND NOT EXISTS (SELECT 1 FROM restriction r WHERE r.subject = c.subject) AND ",
            why!(),
            " = '' ORDER BY c.subject LIMIT $7"
        )
    };
}

const WORDS: &str = concat!("SELECT '', COUNT(*) ", words!());

const OBSTACLES: &str = concat!(
    "SELECT ",
    why!(),
    ", COUNT(*) ",
    words!(),
    " AND ",
    why!(),
    " <> '' GROUP BY 1"
);

const NARROWED: &str = concat!(
    "SELECT ",
    why!(),
    ", COUNT(*) FROM consent d JOIN consent c ON c.subject = d.subject AND c.purpose = d.purpose \
     AND c.part = '' AND c.channel = '' WHERE d.purpose = $1 AND d.part = '' AND d.channel = $2 GROUP BY 1"
);

/// From the restrictions, which are few.
const RESTRICTED: &str = concat!(
    "SELECT ",
    why!(),
    ", COUNT(*) FROM restriction r CROSS JOIN consent c WHERE c.subject = r.subject AND c.purpose = $1 \
     AND c.part = '' AND (c.channel = $2 OR (",
    without_narrow!(),
    ")) GROUP BY 1"
);

const FOUND: &str = concat!("SELECT c.subject ", words!(), counting!());

const FOUND_WITHOUT_NARROW: &str = concat!(
    "SELECT c.subject FROM consent c WHERE c.purpose = $1 AND c.part = '' AND ",
    without_narrow!(),
    counting!()
);

/// [`why`] where the restriction `r` is joined.
macro_rules! why_or_restricted {
    () => {
        concat!(
            "CASE WHEN r.subject IS NOT NULL THEN 'restricted' ELSE ",
            why!(),
            " END"
        )
    };
}

/// The narrowest words of each about a part and a way of being reached: [`Search::is_within`] in SQL.
macro_rules! words_of_part {
    () => {
        "FROM consent c LEFT JOIN restriction r ON r.subject = c.subject \
         WHERE c.purpose = $1 AND c.part IN ('', $6, $7) AND c.channel IN ('', $2) AND NOT EXISTS \
         (SELECT 1 FROM consent d WHERE d.purpose = $1 AND d.part IN ('', $6, $7) AND d.channel IN ('', $2) \
         AND d.subject = c.subject AND (d.part = c.part OR c.part = '' OR d.part = $6) \
         AND (d.channel = c.channel OR c.channel = '') AND NOT (d.part = c.part AND d.channel = c.channel))"
    };
}

const COUNTS_OF_PART: &str = concat!(
    "SELECT t.why, COUNT(*) FROM (SELECT c.subject, MAX(",
    why_or_restricted!(),
    ") AS why ",
    words_of_part!(),
    " GROUP BY c.subject) t GROUP BY t.why"
);

const FOUND_OF_PART: &str = concat!(
    "SELECT c.subject ",
    words_of_part!(),
    " AND c.subject > $8 GROUP BY c.subject HAVING MAX(",
    why_or_restricted!(),
    ") = '' ORDER BY c.subject LIMIT $9"
);

/// People looked at in one question.
const AT_A_TIME: usize = 500;
