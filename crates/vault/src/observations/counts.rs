//! Counts of field uses, a day at a time, out of entries in their order.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use shouxin_ledger::{Entry, Kind};
use shouxin_model::Moment;

use super::flow::Act;

/// One way in which a field was used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Way {
    pub(super) field: Arc<str>,
    /// Writes have none.
    pub(super) purpose: Option<Arc<str>>,
    pub(super) actor: Arc<str>,
    pub(super) act: Act,
    pub(super) form: Arc<str>,
    /// Whether somebody's grant opened it.
    pub(super) granted: bool,
}

/// How often, when, and under which versions of the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) count: u64,
    pub(super) first: i64,
    pub(super) last: i64,
    pub(super) register_from: u32,
    pub(super) register_to: u32,
}

impl Tally {
    pub(super) fn join(&mut self, other: &Self) {
        self.count += other.count;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.register_from = self.register_from.min(other.register_from);
        self.register_to = self.register_to.max(other.register_to);
    }
}

/// What was counted so far. Each entry is counted once: they come in the order of their indices.
#[derive(Default)]
pub(crate) struct Counts {
    /// Whether it was decided where to begin.
    begun: bool,
    /// The first entry that was not counted.
    next: u64,
    began_at: Option<Moment>,
    days: BTreeMap<i64, Day>,
    /// Each text once: days repeat them.
    names: HashSet<Arc<str>>,
}

#[derive(Default)]
struct Day {
    entries: u64,
    ways: HashMap<Way, Tally>,
}

impl Counts {
    /// Nothing yet, of a ledger that began then; the first entry to count has this index.
    pub(super) fn from(next: u64, began_at: Option<Moment>) -> Self {
        Self {
            begun: began_at.is_some(),
            next,
            began_at,
            ..Self::default()
        }
    }

    /// Whether these can be counts of a ledger of `size` entries. One that was put back is shorter.
    pub(super) const fn fits(&self, size: u64) -> bool {
        self.begun && self.next <= size
    }

    pub(super) const fn next(&self) -> u64 {
        self.next
    }

    pub(super) const fn began_at(&self) -> Option<Moment> {
        self.began_at
    }

    /// Counts the entry at `index`, unless it was counted before.
    pub(super) fn add(&mut self, index: u64, entry: &Entry) {
        if index < self.next {
            return;
        }
        self.next = index + 1;
        let Some(act) = act(entry) else { return };
        let day = Moment::from_micros(entry.at).china_day();
        let actor = self.name(&entry.actor);
        let purpose = entry.purpose.as_deref().map(|purpose| self.name(purpose));
        let granted = entry.extra.iter().any(|(word, _)| word == "grant");
        let tally = Tally {
            count: 1,
            first: entry.at,
            last: entry.at,
            register_from: entry.register,
            register_to: entry.register,
        };
        let mut ways = Vec::new();
        for (treatment, fields) in &entry.fields {
            let form = self.name(&treatment.form);
            for field in fields {
                ways.push(Way {
                    field: self.name(field),
                    purpose: purpose.clone(),
                    actor: actor.clone(),
                    act,
                    form: form.clone(),
                    granted,
                });
            }
        }
        let day = self.days.entry(day).or_default();
        day.entries += 1;
        for way in ways {
            day.ways
                .entry(way)
                .and_modify(|known| known.join(&tally))
                .or_insert(tally);
        }
    }

    /// How many entries tell of this day or a later one, and in which ways fields were used.
    pub(super) fn since(&self, day: i64) -> (u64, HashMap<Way, Tally>) {
        let mut entries = 0;
        let mut ways: HashMap<Way, Tally> = HashMap::new();
        for day in self.days.range(day..).map(|(_, day)| day) {
            entries += day.entries;
            for (way, tally) in &day.ways {
                match ways.get_mut(way) {
                    Some(known) => known.join(tally),
                    None => {
                        ways.insert(way.clone(), *tally);
                    }
                }
            }
        }
        (entries, ways)
    }

    /// Lets go of days before this one.
    pub(super) fn forget_before(&mut self, day: i64) {
        self.days = self.days.split_off(&day);
    }

    fn name(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.names.get(text) {
            return known.clone();
        }
        let name: Arc<str> = text.into();
        self.names.insert(name.clone());
        name
    }
}

/// What was done with the fields of this entry; `None` if it tells of no use, or of one that another tells.
fn act(entry: &Entry) -> Option<Act> {
    if entry.fields.is_empty() {
        return None;
    }
    let says = |word: &str| entry.extra.iter().any(|(key, _)| key == word);
    match entry.kind {
        Kind::Read | Kind::Reveal => Some(Act::Read),
        // Whoever was found has an entry of their own: the search was one.
        Kind::Search => says("mode").then_some(Act::Search),
        Kind::Count => Some(Act::Count),
        // The entry that opens an export lists the columns; each person's own entry counts.
        Kind::Export => entry.subject.map(|_| Act::Export),
        Kind::Import | Kind::RecordWrite | Kind::Case => Some(Act::Write),
        Kind::Refusal if entry.purpose.is_none() => Some(Act::Write),
        Kind::Refusal if says("mode") => Some(Act::Search),
        Kind::Refusal if says("export") || says("did") => Some(Act::Export),
        Kind::Refusal if entry.subject.is_none() => Some(Act::Count),
        Kind::Refusal => Some(Act::Read),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000_000;

    fn entry(at: i64, kind: Kind, fields: &[(&str, &str)]) -> Entry {
        let mut entry = Entry::new(at, kind, "stf_1");
        entry.purpose = Some("repair-contact".to_owned());
        entry.subject = Some([7; 16]);
        entry.register = 1;
        for (form, field) in fields {
            entry.add_field(form, "rule", *field);
        }
        entry
    }

    fn counted(entries: &[Entry], since: i64) -> Vec<String> {
        let mut counts = Counts::from(0, Some(Moment::from_micros(0)));
        for (index, entry) in (0..).zip(entries) {
            counts.add(index, entry);
            // Told twice, counted once.
            counts.add(index, entry);
        }
        let (_, ways) = counts.since(since);
        let mut lines: Vec<String> = ways
            .iter()
            .map(|(way, tally)| {
                format!(
                    "{} {} {} {}",
                    way.act.word(),
                    way.field,
                    way.form,
                    tally.count
                )
            })
            .collect();
        lines.sort();
        lines
    }

    #[test]
    fn each_field_of_each_person_counts_once_by_form() {
        let entries = [
            entry(0, Kind::Read, &[("masked", "c.a"), ("withheld", "c.b")]),
            entry(1, Kind::Reveal, &[("clear", "c.a")]),
            entry(2, Kind::Read, &[("masked", "c.a")]),
        ];
        let found = counted(&entries, 0);
        assert_eq!(
            found,
            [
                "read c.a clear 1",
                "read c.a masked 2",
                "read c.b withheld 1"
            ]
        );
    }

    #[test]
    fn a_search_an_export_and_a_trial_are_not_counted_twice() {
        let mut search = entry(0, Kind::Search, &[("search", "c.a")]);
        search.extra.push(("mode".to_owned(), "exact".to_owned()));
        let mut opening = entry(0, Kind::Export, &[("clear", "c.a")]);
        opening.subject = None;
        let entries = [
            search,
            entry(1, Kind::Search, &[("found", "c.a")]),
            opening,
            entry(2, Kind::Export, &[("clear", "c.a")]),
            entry(3, Kind::Explain, &[("clear", "c.a")]),
        ];
        assert_eq!(
            counted(&entries, 0),
            ["export c.a clear 1", "search c.a search 1"]
        );
    }

    #[test]
    fn earlier_days_are_left_out() {
        let entries = [
            entry(0, Kind::Read, &[("masked", "c.a")]),
            entry(3 * DAY, Kind::Read, &[("masked", "c.a")]),
        ];
        assert_eq!(counted(&entries, 1), ["read c.a masked 1"]);
        assert_eq!(counted(&entries, 0), ["read c.a masked 2"]);
    }

    #[test]
    fn what_was_counted_of_a_longer_ledger_does_not_fit_a_shorter() {
        let mut counts = Counts::from(0, Some(Moment::from_micros(0)));
        assert!(!Counts::default().fits(0));
        counts.add(4, &entry(0, Kind::Read, &[("masked", "c.a")]));
        assert!(counts.fits(5) && !counts.fits(4));
    }
}
