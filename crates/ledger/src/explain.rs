//! Comparing the entries between two checkpoints with the signed root, and naming what differs.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Range, RangeInclusive};

use crate::{Finding, Frontier, Hash, Problem};

/// One entry as it was found.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// The number it carries.
    pub(crate) number: u64,
    /// The leaf hash written beside it.
    pub(crate) stated: Hash,
    /// The hash of its content, if that differs.
    pub(crate) actual: Option<Hash>,
    /// Its line.
    pub(crate) line: Option<u64>,
}

/// A line or row that could not be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Damage {
    /// The entry that was expected there.
    pub(crate) number: u64,
    /// The line.
    pub(crate) line: Option<u64>,
}

/// What was found between two checkpoints.
#[derive(Debug)]
pub(crate) struct Segment<'a> {
    /// The size at the earlier checkpoint.
    pub(crate) base: u64,
    /// The right edge of the tree there, if known.
    pub(crate) edge: Option<&'a Frontier>,
    /// The size at the later checkpoint; at least `base`.
    pub(crate) size: u64,
    /// The signed root there, if there is one.
    pub(crate) root: Option<Hash>,
    pub(crate) found: &'a [Found],
    pub(crate) damage: &'a [Damage],
}

/// What became of a segment.
#[derive(Debug, Default)]
pub(crate) struct Explanation {
    pub(crate) findings: Vec<Finding>,
    /// The leaf hashes that lead to the signed root, if such were found.
    pub(crate) proven: Option<Proven>,
    /// Entries whose number lies before this segment.
    pub(crate) late: Vec<Found>,
    /// Entries whose number lies after this segment.
    pub(crate) early: Vec<Found>,
    /// Whether the later checkpoint stands behind entries that it does not cover.
    pub(crate) misplaced: bool,
    /// The finding that is a gap at the very end, so that the next number tells more.
    pub(crate) open_gap: Option<Finding>,
}

/// Leaf hashes that a signed root proves.
#[derive(Debug)]
pub(crate) struct Proven {
    pub(crate) leaves: Vec<Hash>,
    /// The right edge of the tree behind them.
    pub(crate) edge: Frontier,
}

impl Segment<'_> {
    /// Compares the segment with its signed root. Tries, in this order: the lines as they stand; the
    /// lines sorted by their numbers; the lines less one, or with two exchanged. What leads to the
    /// root is proven, and what had to be put right on the way is named. If nothing leads there, what
    /// the numbers and the leaf hashes tell is named, and failing that the whole segment.
    pub(crate) fn explain(&self) -> Explanation {
        self.as_it_stands()
            .or_else(|| self.by_number())
            .or_else(|| self.by_search())
            .unwrap_or_else(|| self.unproven())
    }

    fn as_it_stands(&self) -> Option<Explanation> {
        if self.found.len() != self.wanted() {
            return None;
        }
        let others: Vec<_> = (0..)
            .zip(self.found)
            .filter_map(|(n, f)| Some((n, f.actual?)))
            .collect();
        let proven = self.fit(
            self.found.iter().map(|found| found.stated).collect(),
            &others,
        )?;
        let mut findings = self.garbage();
        for ((number, found), hash) in (self.base..).zip(self.found).zip(&proven.leaves) {
            findings.extend(
                found
                    .compared(hash)
                    .map(|problem| found.finding(problem).entry(number)),
            );
            if found.number != number {
                findings.push(
                    found
                        .finding(Problem::Renumbered(found.number))
                        .entry(number),
                );
            }
        }
        Some(Explanation {
            findings,
            proven: Some(proven),
            ..Explanation::default()
        })
    }

    fn by_number(&self) -> Option<Explanation> {
        let Sorted { slots, late, early } = self.sorted();
        if slots.len() != self.wanted() {
            return None;
        }
        let stated: Vec<_> = slots.values().map(|found| found[0].stated).collect();
        let others: Vec<_> = (0..)
            .zip(slots.values())
            .flat_map(|(slot, found)| {
                let hashes = found
                    .iter()
                    .flat_map(|one| [Some(one.stated), one.actual])
                    .flatten();
                hashes
                    .filter(|hash| *hash != found[0].stated)
                    .map(move |hash| (slot, hash))
            })
            .collect();
        let proven = self.fit(stated, &others)?;
        let mut findings = self.garbage();
        for (found, hash) in slots.values().zip(&proven.leaves) {
            let right = |one: &Found| one.stated == *hash || one.actual == Some(*hash);
            let kept = found.iter().position(|one| right(one)).unwrap_or(0);
            findings.extend(found.iter().enumerate().filter_map(|(place, one)| {
                let problem = match place {
                    _ if place == kept => one.compared(hash)?,
                    _ if right(one) => Problem::Duplicated,
                    _ => Problem::Inserted,
                };
                Some(one.finding(problem))
            }));
        }
        findings.extend(self.out_of_order());
        let misplaced = !early.is_empty();
        Some(Explanation {
            findings,
            proven: Some(proven),
            late,
            early,
            misplaced,
            open_gap: None,
        })
    }

    /// For lines that were renumbered: one too many, or two exchanged. Bounded, because each guess
    /// hashes the segment anew.
    fn by_search(&self) -> Option<Explanation> {
        let stated: Vec<_> = self.found.iter().map(|found| found.stated).collect();
        let count = stated.len();
        if count > SEARCHED || self.found.iter().any(|found| found.actual.is_some()) {
            return None;
        }
        let (problem, places, proven) = if count.checked_sub(1) == Some(self.wanted()) {
            (0..count).find_map(|place| {
                let mut fewer = stated.clone();
                fewer.remove(place);
                Some((Problem::Inserted, vec![place], self.fit(fewer, &[])?))
            })?
        } else if count == self.wanted() {
            let reach = if count <= SEARCHED_PAIRS { count } else { 2 };
            let pairs = (0..count)
                .flat_map(|one| (one + 1..count.min(one + reach)).map(move |other| (one, other)));
            pairs.into_iter().find_map(|(one, other)| {
                let mut exchanged = stated.clone();
                exchanged.swap(one, other);
                Some((
                    Problem::Reordered,
                    vec![one, other],
                    self.fit(exchanged, &[])?,
                ))
            })?
        } else {
            return None;
        };
        let mut findings = self.garbage();
        findings.extend(places.into_iter().map(|place| {
            let number = self.base + place as u64;
            self.found[place].finding(problem.clone()).entry(number)
        }));
        Some(Explanation {
            findings,
            proven: Some(proven),
            ..Explanation::default()
        })
    }

    fn unproven(&self) -> Explanation {
        let Sorted {
            slots,
            late,
            mut early,
        } = self.sorted();
        let mut findings = Vec::new();
        let mut missing = gaps(self.base, self.size, slots.keys().copied());
        let mut last_claimed = None;
        for damage in self.damage {
            let finding = Finding::new(Problem::Damaged).line(damage.line);
            // Unreadable lines in a row all expect the number behind the last readable one.
            let after = last_claimed.map_or(damage.number, |last: u64| damage.number.max(last + 1));
            findings.push(if claim(&mut missing, after) {
                last_claimed = Some(after);
                finding.entry(after)
            } else {
                finding
            });
        }
        let mut open_gap = None;
        for gap in &missing {
            let mut finding = Finding::new(Problem::Deleted).entries(gap.start..=gap.end - 1);
            if gap.end == self.size && gap.start > self.base && self.root.is_some() {
                finding.or_within = Some(self.numbers());
                open_gap = Some(finding);
            } else {
                findings.push(finding);
            }
        }
        for found in slots.values() {
            findings.extend(found[1..].iter().map(|one| {
                let same = one.stated == found[0].stated;
                one.finding(if same {
                    Problem::Duplicated
                } else {
                    Problem::Inserted
                })
            }));
            let changed = found.iter().filter(|one| one.actual.is_some());
            findings.extend(changed.map(|one| one.finding(Problem::Changed)));
        }
        findings.extend(self.out_of_order());
        if self.base < self.size {
            if self.root.is_none() || self.edge.is_none() {
                findings.push(Finding::new(Problem::Unchecked).entries(self.numbers()));
            } else if missing.is_empty() && !early.is_empty() {
                let extra = Problem::InsertedAmong(early.len() as u64);
                findings.push(Finding::new(extra).entries(self.numbers()));
                early.clear();
            } else if findings.iter().all(|finding| finding.entries.is_none())
                && late.is_empty()
                && open_gap.is_none()
            {
                findings.push(Finding::new(Problem::Rewritten).entries(self.numbers()));
            }
        }
        Explanation {
            findings,
            proven: None,
            late,
            early,
            misplaced: false,
            open_gap,
        }
    }

    fn wanted(&self) -> usize {
        usize::try_from(self.size - self.base).unwrap_or(usize::MAX)
    }

    fn numbers(&self) -> RangeInclusive<u64> {
        self.base..=self.size.saturating_sub(1)
    }

    /// The hashes that lead to the signed root: `stated`, with some of `others` in their places.
    fn fit(&self, stated: Vec<Hash>, others: &[(usize, Hash)]) -> Option<Proven> {
        let (edge, root) = (self.edge?, self.root?);
        let choices = match others.len() {
            few @ 0..=6 => (0..1u64 << few).collect(),
            _ => vec![0, u64::MAX],
        };
        choices.into_iter().find_map(|choice| {
            let mut leaves = stated.clone();
            for (bit, (slot, hash)) in others.iter().enumerate() {
                if choice >> bit.min(63) & 1 == 1 {
                    leaves[*slot] = *hash;
                }
            }
            let edge = edge.extended(&leaves);
            (edge.root() == root).then_some(Proven { leaves, edge })
        })
    }

    fn sorted(&self) -> Sorted<'_> {
        let mut sorted = Sorted::default();
        for found in self.found {
            if found.number < self.base {
                sorted.late.push(found.clone());
            } else if found.number < self.size {
                sorted.slots.entry(found.number).or_default().push(found);
            } else {
                sorted.early.push(found.clone());
            }
        }
        sorted
    }

    /// Unreadable lines where no entry is missing.
    fn garbage(&self) -> Vec<Finding> {
        self.damage
            .iter()
            .map(|damage| Finding::new(Problem::Damaged).line(damage.line))
            .collect()
    }

    /// The fewest entries that must have been moved for their numbers to stand as they do: those
    /// outside a longest increasing run.
    fn out_of_order(&self) -> Vec<Finding> {
        let mut seen = BTreeSet::new();
        let firsts: Vec<&Found> = self
            .found
            .iter()
            .filter(|found| {
                (self.base..self.size).contains(&found.number) && seen.insert(found.number)
            })
            .collect();
        if firsts.is_sorted_by_key(|found| found.number) {
            return Vec::new();
        }
        // Patience sorting: `ends[n]` is where the run of length n + 1 with the least end stops.
        let mut ends: Vec<usize> = Vec::new();
        let mut before = vec![None; firsts.len()];
        for (place, found) in firsts.iter().enumerate() {
            let length = ends.partition_point(|end| firsts[*end].number < found.number);
            before[place] = length.checked_sub(1).map(|shorter| ends[shorter]);
            match ends.get_mut(length) {
                Some(end) => *end = place,
                None => ends.push(place),
            }
        }
        let in_order: BTreeSet<usize> =
            std::iter::successors(ends.last().copied(), |place| before[*place]).collect();
        let moved = firsts
            .iter()
            .enumerate()
            .filter(|(place, _)| !in_order.contains(place));
        moved
            .map(|(_, found)| found.finding(Problem::Reordered))
            .collect()
    }
}

impl Found {
    fn finding(&self, problem: Problem) -> Finding {
        Finding::new(problem).entry(self.number).line(self.line)
    }

    /// What is wrong with this entry, whose leaf hash is proven to be `hash`.
    fn compared(&self, hash: &Hash) -> Option<Problem> {
        match self.actual? {
            actual if actual == *hash => Some(Problem::LeafHash),
            _ => Some(Problem::Changed),
        }
    }
}

#[derive(Default)]
struct Sorted<'a> {
    slots: BTreeMap<u64, Vec<&'a Found>>,
    late: Vec<Found>,
    early: Vec<Found>,
}

/// The runs of numbers from `base` to before `size` that are not in `present`, which is sorted.
fn gaps(base: u64, size: u64, present: impl Iterator<Item = u64>) -> Vec<Range<u64>> {
    let mut next = base;
    let mut missing = Vec::new();
    for number in present.chain([size]) {
        missing.extend((next < number).then_some(next..number));
        next = number.saturating_add(1);
    }
    missing
}

/// Takes `number` out of the missing ones; says whether it was missing.
fn claim(missing: &mut Vec<Range<u64>>, number: u64) -> bool {
    let Some(place) = missing.iter().position(|gap| gap.contains(&number)) else {
        return false;
    };
    let rest = [missing[place].start..number, number + 1..missing[place].end];
    missing.splice(
        place..=place,
        rest.into_iter().filter(|rest| !rest.is_empty()),
    );
    true
}

/// Longer segments are not searched for a line too many or two exchanged neighbours.
const SEARCHED: usize = 1024;
/// Longer segments are not searched for two exchanged lines that are no neighbours.
const SEARCHED_PAIRS: usize = 64;
