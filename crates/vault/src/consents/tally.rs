//! What was said about purposes, a day at a time, out of the ledger's entries in their order.
//!
//! An entry of consent tells purpose, word, notice, way and grade, and of whom by a pseudonym: enough to say how
//! many agreed at the end of each day, and nothing that an aggregate would have to forget. The counts live in
//! memory and follow the ledger's tail, as the data map's do: there is no second truth to keep in step.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use shouxin_ledger::{Entry, Kind};
use shouxin_model::{ConsentTurn, EvidenceGrade, Moment, Through};

use crate::VaultError;
use crate::ledger::decoded;

/// How many words of each kind, in the order of [`ConsentTurn::ALL`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turns([u64; ConsentTurn::ALL.len()]);

impl Turns {
    /// How many of this kind.
    pub const fn of(&self, turn: ConsentTurn) -> u64 {
        self.0[turn as usize]
    }

    /// Whether there are none of any kind.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|count| *count == 0)
    }

    pub(super) fn add(&mut self, turn: ConsentTurn, count: u64) {
        self.0[turn as usize] += count;
    }
}

/// What was counted so far. Each entry is counted once: they come in the order of their indices.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// The first entry that was not counted.
    next: u64,
    purposes: Names,
    notices: Names,
    /// What counts for whom about which purpose as a whole.
    standing: HashMap<([u8; 16], u16), Stand>,
    /// Whether there were more than [`MOST`]: what stands is not known then.
    is_full: bool,
    days: BTreeMap<i64, Day>,
}

/// A word that counts, and the notice under which it was said.
#[derive(Clone, Copy, Debug)]
struct Stand {
    turn: ConsentTurn,
    notice: Option<u16>,
}

#[derive(Debug, Default)]
struct Day {
    said: HashMap<Saying, Heard>,
    /// By how many more, or fewer, people a word counted at the end of the day than before.
    moved: HashMap<(u16, ConsentTurn), i64>,
}

/// One way in which something was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Saying {
    purpose: u16,
    turn: ConsentTurn,
    /// The notice that was shown; of a withdrawal, the one that was agreed to.
    notice: Option<u16>,
    through: Through,
    grade: EvidenceGrade,
}

/// How often, and the newest entry that says so.
#[derive(Clone, Copy, Debug, Default)]
struct Heard {
    count: u64,
    last: u64,
}

/// So many words that count are held: 24 bytes each, and the slack of the table.
const MOST: usize = 8_000_000;

/// Texts that repeat, by number.
#[derive(Debug, Default)]
struct Names {
    all: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, u16>,
}

impl Names {
    fn number(&mut self, text: &str) -> Result<u16, VaultError> {
        if let Some(number) = self.numbers.get(text) {
            return Ok(*number);
        }
        let number =
            u16::try_from(self.all.len()).map_err(|_| VaultError::Corrupt("ledger entry"))?;
        let text: Arc<str> = text.into();
        self.all.push(text.clone());
        self.numbers.insert(text, number);
        Ok(number)
    }

    fn text(&self, number: u16) -> Arc<str> {
        self.all[usize::from(number)].clone()
    }
}

/// What was counted of one purpose within some days.
#[derive(Debug, Default)]
pub(super) struct Counted {
    /// What was said in each period, and for how many each word counted at its end.
    pub(super) periods: Vec<(Turns, Turns)>,
    /// By the notice that was shown, `name@version`; `None`: none was.
    pub(super) notices: BTreeMap<Option<Arc<str>>, (Turns, u64)>,
    /// By what it was said through.
    pub(super) ways: BTreeMap<Through, (Turns, u64)>,
    /// What was agreed to, by how well it is proved.
    pub(super) grades: BTreeMap<EvidenceGrade, (u64, u64)>,
}

impl Tally {
    /// The first entry that was not counted.
    pub(super) const fn next(&self) -> u64 {
        self.next
    }

    /// Whether for how many a word counts can be told.
    pub(super) const fn knows_standing(&self) -> bool {
        !self.is_full
    }

    /// Counts the entry at `index`, unless it was counted before.
    ///
    /// # Errors
    /// `Corrupt` if it is no entry.
    pub(super) fn add(&mut self, index: u64, body: &[u8]) -> Result<(), VaultError> {
        if index < self.next {
            return Ok(());
        }
        if may_matter(body) {
            self.take(index, &decoded(body)?)?;
        }
        self.next = index + 1;
        Ok(())
    }

    fn take(&mut self, index: u64, entry: &Entry) -> Result<(), VaultError> {
        let day = Moment::from_micros(entry.at).china_day();
        match (entry.kind, entry.subject) {
            (Kind::Erasure, Some(person)) => self.forget(day, person),
            (Kind::Consent, person) => self.hear(day, index, entry, person)?,
            _ => {}
        }
        Ok(())
    }

    fn hear(
        &mut self,
        day: i64,
        index: u64,
        entry: &Entry,
        person: Option<[u8; 16]>,
    ) -> Result<(), VaultError> {
        let word = |name: &str| {
            let pair = entry.extra.iter().find(|(word, _)| word == name);
            pair.map(|(_, text)| text.as_str())
        };
        // Other entries of this kind tell of pages opened and evidence kept.
        let (Some(turn), Some(purpose), Some(through)) = (
            word("state").and_then(ConsentTurn::of_word),
            entry.purpose.as_deref(),
            word("through").and_then(Through::of_word),
        ) else {
            return Ok(());
        };
        let purpose = self.purposes.number(purpose)?;
        let shown = word("notice")
            .map(|notice| self.notices.number(notice))
            .transpose()?;
        let grade = word("grade").and_then(EvidenceGrade::of_word);
        let whole = word("part").is_none() && word("channel").is_none();
        let person = person.map(|person| (person, purpose));
        let before = person.and_then(|key| self.standing.get(&key).copied());
        let notice = shown.or_else(|| before.filter(|_| ends(turn)).and_then(|old| old.notice));
        let saying = Saying {
            purpose,
            turn,
            notice,
            through,
            grade: grade.unwrap_or(EvidenceGrade::Proved),
        };
        let heard = self.day(day).said.entry(saying).or_default();
        heard.count += 1;
        heard.last = index;
        if let Some(key) = person.filter(|_| whole) {
            self.stand(day, key, Some(Stand { turn, notice }));
        }
        Ok(())
    }

    /// What counts for this person about this purpose from now on.
    fn stand(&mut self, day: i64, key: ([u8; 16], u16), now: Option<Stand>) {
        if self.is_full {
            return;
        }
        let before = match now {
            Some(now) => self.standing.insert(key, now),
            None => self.standing.remove(&key),
        };
        let moved = &mut self.day(day).moved;
        for (stand, by) in [(before, -1), (now, 1)] {
            if let Some(stand) = stand {
                *moved.entry((key.1, stand.turn)).or_default() += by;
            }
        }
        if self.standing.len() > MOST {
            self.is_full = true;
            self.standing = HashMap::new();
        }
    }

    /// Whoever was erased counts no more.
    fn forget(&mut self, day: i64, person: [u8; 16]) {
        for purpose in 0..self.purposes.all.len() {
            let purpose = u16::try_from(purpose).unwrap_or(u16::MAX);
            if self.standing.contains_key(&(person, purpose)) {
                self.stand(day, (person, purpose), None);
            }
        }
    }

    fn day(&mut self, day: i64) -> &mut Day {
        self.days.entry(day).or_default()
    }

    /// What was counted by purpose within periods that follow each other: the first day of each, and the day after
    /// the last.
    pub(super) fn within(&self, begins: &[i64], end: i64) -> BTreeMap<Arc<str>, Counted> {
        let mut found: BTreeMap<u16, Counted> = BTreeMap::new();
        let mut standing: BTreeMap<(u16, ConsentTurn), i64> = BTreeMap::new();
        let first = begins.first().copied().unwrap_or(end);
        let go_on = |standing: &mut BTreeMap<_, i64>, from: i64, to: i64| {
            let days = self.days.range(from..to.max(from));
            for (what, by) in days.flat_map(|(_, day)| &day.moved) {
                *standing.entry(*what).or_default() += by;
            }
        };
        go_on(&mut standing, i64::MIN, first);
        for (at, from) in begins.iter().enumerate() {
            let to = begins.get(at + 1).copied().unwrap_or(end);
            go_on(&mut standing, *from, to);
            for ((purpose, turn), count) in &standing {
                let stands = &mut period(&mut found, *purpose, at, begins.len()).1;
                stands.add(*turn, count.unsigned_abs());
            }
            let days = self.days.range(*from..to.max(*from));
            for (saying, heard) in days.flat_map(|(_, day)| &day.said) {
                let said = &mut period(&mut found, saying.purpose, at, begins.len()).0;
                said.add(saying.turn, heard.count);
                let counted = found.entry(saying.purpose).or_default();
                let notice = saying.notice.map(|number| self.notices.text(number));
                more(
                    counted.notices.entry(notice).or_default(),
                    saying.turn,
                    heard,
                );
                more(
                    counted.ways.entry(saying.through).or_default(),
                    saying.turn,
                    heard,
                );
                if saying.turn == ConsentTurn::Given {
                    let (count, last) = counted.grades.entry(saying.grade).or_default();
                    (*count, *last) = (*count + heard.count, heard.last.max(*last));
                }
            }
        }
        let named = found.into_iter();
        named
            .map(|(purpose, counted)| (self.purposes.text(purpose), counted))
            .collect()
    }
}

fn more((turns, last): &mut (Turns, u64), turn: ConsentTurn, heard: &Heard) {
    turns.add(turn, heard.count);
    *last = heard.last.max(*last);
}

fn period(
    found: &mut BTreeMap<u16, Counted>,
    purpose: u16,
    at: usize,
    all: usize,
) -> &mut (Turns, Turns) {
    let counted = found.entry(purpose).or_default();
    counted.periods.resize_with(all, Default::default);
    &mut counted.periods[at]
}

/// Whether a word is about one that was said before.
const fn ends(turn: ConsentTurn) -> bool {
    matches!(
        turn,
        ConsentTurn::Withdrawn | ConsentTurn::Expired | ConsentTurn::Spent
    )
}

/// Whether an entry's bytes can be of a kind that is counted: the kind stands second, after the time. Most entries
/// tell of reads, and need not be decoded.
fn may_matter(body: &[u8]) -> bool {
    let head = &body[..body.len().min(HEAD)];
    [&b"\"k\":\"consent\""[..], b"\"k\":\"erasure\""]
        .iter()
        .any(|kind| head.windows(kind.len()).any(|part| part == *kind))
}

const HEAD: usize = 48;

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000_000;

    fn said(day: i64, person: u8, state: &str, more: &[(&str, &str)]) -> Entry {
        let mut entry = Entry::new(day * DAY, Kind::Consent, "stf_1");
        entry.purpose = Some("marketing".to_owned());
        entry.subject = Some([person; 16]);
        let words = [("state", state), ("through", "web")].into_iter();
        let words = words.chain(more.iter().copied());
        entry.extra = words.map(|(w, t)| (w.to_owned(), t.to_owned())).collect();
        entry
    }

    fn tally(entries: &[Entry]) -> Tally {
        let mut tally = Tally::default();
        for (index, entry) in (0..).zip(entries) {
            let bytes = entry.encode().unwrap();
            tally.add(index, &bytes).unwrap();
            // Told twice, counted once.
            tally.add(index, &bytes).unwrap();
        }
        tally
    }

    /// `said|standing` of each day from 0 on, as given/refused/withdrawn/expired/spent.
    fn check(entries: &[Entry], days: i64, expected: &[&str]) {
        let begins: Vec<i64> = (0..days).collect();
        let found = tally(entries).within(&begins, days);
        let line = |turns: &Turns| turns.0.map(|count| count.to_string()).join("/");
        let lines: Vec<String> = found["marketing"]
            .periods
            .iter()
            .map(|(said, stands)| format!("{} {}", line(said), line(stands)))
            .collect();
        assert_eq!(lines, expected);
    }

    #[test]
    fn what_stands_at_the_end_of_a_day_is_what_each_said_last() {
        let entries = [
            said(0, 1, "given", &[]),
            said(0, 2, "given", &[]),
            said(0, 3, "refused", &[]),
            said(1, 1, "withdrawn", &[]),
            said(1, 3, "given", &[]),
            said(2, 3, "given", &[]),
        ];
        check(
            &entries,
            3,
            &[
                "2/1/0/0/0 2/1/0/0/0",
                "1/0/1/0/0 2/0/1/0/0",
                "1/0/0/0/0 2/0/1/0/0",
            ],
        );
    }

    #[test]
    fn a_word_about_a_part_is_counted_as_said_and_stands_for_nobody() {
        let entries = [
            said(0, 1, "given", &[]),
            said(0, 1, "refused", &[("channel", "phone")]),
            said(0, 2, "given", &[("part", "customer.email")]),
        ];
        check(&entries, 1, &["2/1/0/0/0 1/0/0/0/0"]);
    }

    #[test]
    fn whoever_was_erased_counts_no_more() {
        let mut erased = Entry::new(DAY, Kind::Erasure, "stf_1");
        erased.subject = Some([1; 16]);
        let entries = [said(0, 1, "given", &[]), said(0, 2, "given", &[]), erased];
        check(&entries, 2, &["2/0/0/0/0 2/0/0/0/0", "0/0/0/0/0 1/0/0/0/0"]);
    }

    #[test]
    fn a_withdrawal_is_counted_against_the_notice_that_was_agreed_to() {
        let entries = [
            said(0, 1, "given", &[("notice", "shop@1")]),
            said(0, 2, "given", &[("notice", "shop@2")]),
            said(0, 3, "refused", &[]),
            said(1, 1, "withdrawn", &[]),
        ];
        let found = tally(&entries).within(&[0], 2);
        let notices: Vec<_> = found["marketing"]
            .notices
            .iter()
            .map(|(notice, (turns, last))| format!("{:?} {:?} {last}", notice.as_deref(), turns.0))
            .collect();
        assert_eq!(
            notices,
            [
                "None [0, 1, 0, 0, 0] 2",
                "Some(\"shop@1\") [1, 0, 1, 0, 0] 3",
                "Some(\"shop@2\") [1, 0, 0, 0, 0] 1"
            ]
        );
    }

    #[test]
    fn other_entries_are_passed_over() {
        let mut page = said(0, 1, "given", &[]);
        page.extra = vec![("did", "counter-page")]
            .into_iter()
            .map(|(w, t)| (w.to_owned(), t.to_owned()))
            .collect();
        let mut read = said(0, 1, "given", &[]);
        read.kind = Kind::Read;
        let tally = tally(&[page, read]);
        assert!(tally.within(&[0], 1).is_empty());
        assert_eq!(tally.next(), 2);
    }
}
