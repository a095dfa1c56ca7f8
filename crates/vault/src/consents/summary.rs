//! Who agreed to what, in numbers: how many, when, under which notice, through what. Nobody is named, and no number
//! is fine enough to point at anybody.

use std::collections::BTreeMap;
use std::sync::Arc;

use shouxin_model::{ConsentTurn, EvidenceGrade, Moment, Through};
use shouxin_policy::MIN_GROUP;
use shouxin_store::{Query, Row, StoreError, params};

use super::tally::{Counted, Tally, Turns};
use crate::active::Active;
use crate::{Vault, VaultError};

/// How long a period of a summary is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A calendar day of China.
    Day,
    /// Seven of them, from Monday on.
    Week,
}

/// The most periods of one summary.
pub const MOST_PERIODS: i64 = 120;

/// So many days ahead, what expires is counted.
pub const EXPIRING_DAYS: i64 = 30;

/// A number that points at nobody: 0, or a multiple of ten that is not above the true one; `None` stands for 1 to 9.
///
/// Groups under ten are not told (decision 61). Nor may two numbers that are told differ by such a group: were a
/// day's end at 118 and the next at 119, one person would show. With every number cut to tens, no sum and no
/// difference of numbers is finer than ten.
pub type Blurred = Option<u64>;

/// `count` as it may be told.
const fn blurred(count: u64) -> Blurred {
    let least = MIN_GROUP as u64;
    if count > 0 && count < least {
        return None;
    }
    Some(count - count % least)
}

/// What subjects said about every purpose that rests on consent, within some days.
#[derive(Clone, Debug)]
pub struct ConsentSummary {
    /// The first moment of each period: midnights in China, oldest first.
    pub begins: Vec<Moment>,
    /// When the last period is over.
    pub ends: Moment,
    /// When was counted what counts now.
    pub at: Moment,
    /// How far the ledger was counted.
    pub counted_to: u64,
    /// How many entries are still to be counted: what is told of periods is not whole yet.
    pub behind: u64,
    /// When the ledger began.
    pub began_at: Option<Moment>,
    /// Whether there are more words that count than are kept in mind: then for how many they counted is not told.
    pub standing_known: bool,
    /// People who are held, visitors of pages among them.
    pub subjects: Blurred,
    /// By purpose: those of the register, as it declares them; then others that something was said about.
    pub purposes: Vec<PurposeSummary>,
}

/// The name and version of a notice; `None`: none was shown.
pub type ShownVersion = Option<(String, u32)>;

/// What subjects said about one purpose.
#[derive(Clone, Debug)]
pub struct PurposeSummary {
    /// The purpose.
    pub purpose: String,
    /// What counts now.
    pub now: NowSummary,
    /// One for each period.
    pub periods: Vec<PeriodSummary>,
    /// By the notice that was shown, or agreed to before: name and version.
    pub notices: Vec<(ShownVersion, Said, u64)>,
    /// By what it was said through.
    pub ways: Vec<(Through, Said, u64)>,
    /// How many agreed, by how well it is proved.
    pub grades: Vec<(EvidenceGrade, Blurred, u64)>,
}

/// For how many which word about a purpose as a whole counts at this moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NowSummary {
    /// By word. Whose time is over counts as expired.
    pub stands: Said,
    /// Said nothing about it as a whole.
    pub missing: Blurred,
    /// Of those who agreed: before a notice told of more.
    pub outdated: Blurred,
    /// Of those who agreed: their time is over within [`EXPIRING_DAYS`].
    pub expiring: Blurred,
    /// Of those who agreed: nothing, or not all, proves it.
    pub unproven: Blurred,
}

/// What was said within a period, and for how many each word counted at its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PeriodSummary {
    /// What was said, about the whole or a part.
    pub said: Said,
    /// What counted at its end, about the whole.
    pub stands: Said,
}

/// Blurred counts of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said([Blurred; ConsentTurn::ALL.len()]);

impl Said {
    /// How many of this kind.
    pub const fn of(&self, turn: ConsentTurn) -> Blurred {
        self.0[turn as usize]
    }
}

impl Default for Said {
    fn default() -> Self {
        Turns::default().into()
    }
}

impl From<Turns> for Said {
    fn from(turns: Turns) -> Self {
        let mut said = Self([Some(0); ConsentTurn::ALL.len()]);
        for turn in ConsentTurn::ALL {
            said.0[*turn as usize] = blurred(turns.of(*turn));
        }
        said
    }
}

/// What is kept in mind for summaries.
#[derive(Debug, Default)]
pub(crate) struct Summed {
    tally: Tally,
    now: Option<Now>,
}

/// What counted at one moment. It is counted anew after [`KEPT_SECONDS`]: the scan is the dear part, and whoever asks
/// again and again does not see numbers turn at the very moment of somebody's word.
#[derive(Clone, Debug)]
struct Now {
    at: Moment,
    declared: String,
    subjects: u64,
    purposes: BTreeMap<String, NowSummary>,
}

impl Vault {
    /// Counts on what the ledger tells of consents, at most `most` entries. Gives how many are left.
    ///
    /// # Errors
    /// The store could not be read, or holds what is no entry.
    pub async fn follow_consents(&self, most: u64) -> Result<u64, VaultError> {
        let mut summed = self.summed().lock().await;
        self.tally_on(&mut summed.tally, most).await
    }

    /// What subjects said about the purposes that rest on consent, from the calendar day of China of `from` to that
    /// of `to`, both among them, in whole periods. Periods are counted from the ledger; what counts now from the
    /// rows that reads are decided by.
    ///
    /// `None` if `to` is before `from`, or there are more than [`MOST_PERIODS`].
    ///
    /// # Errors
    /// As [`Vault::follow_consents`].
    pub async fn consent_summary(
        &self,
        from: Moment,
        to: Moment,
        step: Step,
    ) -> Result<Option<ConsentSummary>, VaultError> {
        let Some((begins, end)) = periods(from.china_day(), to.china_day(), step) else {
            return Ok(None);
        };
        let active = self.active();
        let mut summed = self.summed().lock().await;
        let behind = self.tally_on(&mut summed.tally, AT_ONCE).await?;
        let now = self.counted_now(&mut summed.now, &active).await?;
        let mut counted = summed.tally.within(&begins, end);
        let (counted_to, standing_known) = (summed.tally.next(), summed.tally.knows_standing());
        drop(summed);
        let began_at = match counted_to {
            0 => None,
            _ => Some(self.made_at(0).await?),
        };
        let declared = active.register.purposes.iter().map(|one| one.name.clone());
        let mut names: Vec<String> = declared
            .filter(|name| now.purposes.contains_key(name))
            .collect();
        let others = counted.keys().map(|name| (**name).to_owned());
        let others: Vec<String> = others.filter(|name| !names.contains(name)).collect();
        names.extend(others);
        let purposes = names.into_iter().map(|purpose| {
            let counted = counted.remove(&*purpose).unwrap_or_default();
            let stands = now.purposes.get(&purpose).copied().unwrap_or_default();
            summary(purpose, stands, counted, begins.len())
        });
        Ok(Some(ConsentSummary {
            purposes: purposes.collect(),
            begins: begins.iter().map(|day| midnight(*day)).collect(),
            ends: midnight(end),
            at: now.at,
            counted_to,
            behind,
            began_at,
            standing_known,
            subjects: blurred(now.subjects),
        }))
    }

    async fn tally_on(&self, tally: &mut Tally, most: u64) -> Result<u64, VaultError> {
        let size = self.store().ledger_head().await?.size;
        if tally.next() > size {
            // The ledger was put back: what was counted of the longer one does not hold.
            *tally = Tally::default();
        }
        let end = size.min(tally.next().saturating_add(most));
        while tally.next() < end {
            let count = usize::try_from((end - tally.next()).min(PAGE)).unwrap_or(1);
            let page = self.store().ledger_entries(tally.next(), count).await?;
            if page.is_empty() {
                return Err(StoreError::LedgerForked { size }.into());
            }
            for (index, body) in page {
                tally.add(index, &body)?;
            }
            // Whoever waits for this thread comes first.
            tokio::task::yield_now().await;
        }
        Ok(size - tally.next())
    }

    /// What counts now, of less than [`KEPT_SECONDS`] ago.
    async fn counted_now(
        &self,
        known: &mut Option<Now>,
        active: &Active,
    ) -> Result<Now, VaultError> {
        let (now, declared) = (self.now(), active.mark());
        // A clock that was put back has counted nothing yet.
        let is_fresh = |known: &&Now| {
            known.declared == declared
                && known.at <= now
                && now < known.at.plus_seconds(KEPT_SECONDS)
        };
        if let Some(fresh) = known.as_ref().filter(is_fresh) {
            return Ok(fresh.clone());
        }
        let register = &active.register;
        let purposes = register
            .purposes
            .iter()
            .filter(|one| register.needs_consent(one));
        let names: Vec<&str> = purposes.map(|one| one.name.as_str()).collect();
        let soon = now.plus_seconds(EXPIRING_DAYS * 86_400);
        let mut queries = vec![Query {
            sql: "SELECT COUNT(*) FROM subject WHERE state = 'active'",
            params: params![],
        }];
        queries.extend(names.iter().map(|name| {
            let told = active.told.purposes.get(*name);
            let scope = told.map_or(0, |scope| i64::from(scope.number));
            Query {
                sql: STANDING,
                params: params![*name, now, scope, soon],
            }
        }));
        let answers = self.store().query_all(queries).await?;
        let subjects = match answers.first().and_then(|rows| rows.first()) {
            Some(row) => row.int(0)?.unsigned_abs(),
            None => 0,
        };
        let mut by_purpose = BTreeMap::new();
        for (name, rows) in names.iter().zip(answers.iter().skip(1)) {
            let row = rows.first().ok_or(VaultError::Corrupt("consent"))?;
            by_purpose.insert((*name).to_owned(), standing(row, subjects)?);
        }
        let counted = Now {
            at: now,
            declared,
            subjects,
            purposes: by_purpose,
        };
        *known = Some(counted.clone());
        Ok(counted)
    }
}

/// What the row of [`STANDING`] says.
fn standing(row: &Row, subjects: u64) -> Result<NowSummary, VaultError> {
    let count = |column: usize| row.int(column).map(i64::unsigned_abs);
    let mut stands = Turns::default();
    for (column, turn) in (1..).zip(ConsentTurn::ALL) {
        stands.add(*turn, count(column)?);
    }
    Ok(NowSummary {
        stands: stands.into(),
        missing: blurred(subjects.saturating_sub(count(0)?)),
        outdated: blurred(count(6)?),
        expiring: blurred(count(7)?),
        unproven: blurred(count(8)?),
    })
}

/// A word that is a yes at this moment.
macro_rules! agrees {
    () => {
        "state = 'given' AND (expires_at IS NULL OR expires_at > $2)"
    };
}

/// How many said anything; each word in the order of [`ConsentTurn::ALL`]; of those who agree, under an older scope,
/// for less than so long, without proof. One pass over the index `consent_by_purpose` alone, without sorting.
const STANDING: &str = concat!(
    "SELECT COUNT(*), COUNT(CASE WHEN ",
    agrees!(),
    " THEN 1 END), COUNT(CASE WHEN state = 'refused' THEN 1 END), COUNT(CASE WHEN state = 'withdrawn' THEN 1 END), \
     COUNT(CASE WHEN state = 'expired' OR (state = 'given' AND expires_at <= $2) THEN 1 END), \
     COUNT(CASE WHEN state = 'spent' THEN 1 END), COUNT(CASE WHEN scope < $3 AND ",
    agrees!(),
    " THEN 1 END), COUNT(CASE WHEN expires_at <= $4 AND ",
    agrees!(),
    " THEN 1 END), COUNT(CASE WHEN grade <> 'proved' AND ",
    agrees!(),
    " THEN 1 END) FROM consent WHERE purpose = $1 AND part = '' AND channel = ''"
);

fn summary(purpose: String, now: NowSummary, counted: Counted, periods: usize) -> PurposeSummary {
    let told = |(said, stands): (Turns, Turns)| PeriodSummary {
        said: said.into(),
        stands: stands.into(),
    };
    let mut told: Vec<PeriodSummary> = counted.periods.into_iter().map(told).collect();
    told.resize_with(periods, PeriodSummary::default);
    let notices = counted.notices.into_iter();
    let ways = counted.ways.into_iter();
    let grades = counted.grades.into_iter();
    PurposeSummary {
        purpose,
        now,
        periods: told,
        notices: notices
            .map(|(notice, (turns, last))| (notice.and_then(edition), turns.into(), last))
            .collect(),
        ways: ways
            .map(|(way, (turns, last))| (way, turns.into(), last))
            .collect(),
        grades: grades
            .map(|(grade, (count, last))| (grade, blurred(count), last))
            .collect(),
    }
}

/// The notice and version that `name@version` writes.
fn edition(text: Arc<str>) -> ShownVersion {
    let (name, version) = text.rsplit_once('@')?;
    Some((name.to_owned(), version.parse().ok()?))
}

/// The first days of the periods that cover these days, and the day after the last.
fn periods(first: i64, last: i64, step: Step) -> Option<(Vec<i64>, i64)> {
    let (days, first) = match step {
        Step::Day => (1, first),
        // 1970-01-01 was a Thursday.
        Step::Week => (7, first - (first + 3).rem_euclid(7)),
    };
    let count = last.checked_sub(first)?.div_euclid(days) + 1;
    (1..=MOST_PERIODS).contains(&count).then(|| {
        (
            (0..count).map(|at| first + at * days).collect(),
            first + count * days,
        )
    })
}

fn midnight(china_day: i64) -> Moment {
    Moment::from_seconds(china_day * 86_400 - CHINA_SECONDS)
}

/// How long what counts now is told again.
const KEPT_SECONDS: i64 = 60;

/// Entries read from the store at a time.
const PAGE: u64 = 1_000;

/// Entries that one question counts; what is left is counted beside requests.
const AT_ONCE: u64 = 10_000;

const CHINA_SECONDS: i64 = 8 * 3600;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_and_no_difference_of_numbers_is_finer_than_ten() {
        assert_eq!(blurred(0), Some(0));
        assert!((1..10).all(|count| blurred(count).is_none()));
        assert_eq!(
            (blurred(10), blurred(19), blurred(20)),
            (Some(10), Some(10), Some(20))
        );
        let told: Vec<u64> = (0..1_000).filter_map(blurred).collect();
        assert!(told.iter().all(|count| count % 10 == 0));
    }

    #[test]
    fn periods_are_whole_and_weeks_begin_on_monday() {
        // 2026-11-22 is a Sunday, day 20,779.
        let sunday = Moment::parse_rfc3339("2026-11-22T03:00:00Z").unwrap();
        let day = sunday.china_day();
        assert_eq!(periods(day, day, Step::Day), Some((vec![day], day + 1)));
        assert_eq!(
            periods(day, day + 1, Step::Week),
            Some((vec![day - 6, day + 1], day + 8))
        );
        assert_eq!(periods(day, day - 1, Step::Day), None);
        assert_eq!(periods(day, day + MOST_PERIODS, Step::Day), None);
        assert_eq!(periods(i64::MIN, i64::MAX, Step::Day), None);
    }
}
