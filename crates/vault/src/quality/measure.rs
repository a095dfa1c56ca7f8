//! What two people's marks say of the detector, and of each other. Pure: offsets and kinds in, figures out; the
//! same input gives the same figures, for the dice of the bootstrap are seeded by the caller.

use std::collections::{BTreeMap, BTreeSet};

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};
use shouxin_detect::Kind;

use crate::interval::{Share, wilson};

/// A stretch of a text: characters (Unicode scalar values) from `start` to before `end`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// The first character, from 0.
    pub start: u32,
    /// The one after the last.
    pub end: u32,
    /// A word of [`Kind`].
    pub kind: String,
}

/// Whether these can be the marks of a text of so many characters: in order, apart, within it, of known kinds.
pub(super) fn fit(spans: &[Span], chars: u32) -> bool {
    let single = |span: &Span| {
        span.start < span.end && span.end <= chars && Kind::from_word(&span.kind).is_some()
    };
    spans.iter().all(single) && spans.windows(2).all(|pair| pair[0].end <= pair[1].start)
}

/// A text without its words.
#[derive(Clone, Debug, Default)]
pub(super) struct Judged {
    pub(super) chars: u32,
    /// What counts.
    pub(super) gold: Vec<Span>,
    /// What each of the two marked.
    pub(super) marks: [Vec<Span>; 2],
    /// What the detector found.
    pub(super) found: Vec<Span>,
}

/// The figures. Shares are 0 to 1 with intervals of 95 %; `None` where nothing could be counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    /// How many texts.
    pub texts: u64,
    /// How many characters.
    pub chars: u64,
    /// How many of them are personal, as people say.
    pub personal_chars: u64,
    /// The share of personal characters that the detector left.
    pub left: Option<Share>,
    /// Characters that the detector covered and that are nobody's, per 1,000 characters.
    pub over_per_thousand: Option<Share>,
    /// The share of texts in which nothing personal was left.
    pub clean_texts: Share,
    /// Exact agreement of detector and people over all kinds.
    pub f1: Option<Share>,
    /// The same by kind.
    pub kinds: Vec<KindScore>,
    /// Cohen's kappa of the two people, over characters; from -1 to 1.
    pub kappa: Option<Share>,
}

/// How well one kind is found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KindScore {
    /// A word of [`Kind`].
    pub kind: String,
    /// How many there are, as people say.
    pub gold: u64,
    /// How many the detector found.
    pub found: u64,
    /// How many of these are exactly right.
    pub right: u64,
    /// The harmonic mean of precision and recall.
    pub f1: Option<Share>,
}

/// Draws of texts with replacement.
const DRAWS: usize = 1_000;
const LABELS: usize = Kind::ALL.len() + 1;

/// The figures over these texts.
///
/// Source of the intervals: B. Efron, "Bootstrap methods", Annals of Statistics 7 (1979), percentiles over texts,
/// for characters of one text are not independent; E. B. Wilson (1927) where the draws cannot differ. Of kappa:
/// J. Cohen, Educational and Psychological Measurement 20 (1960).
pub(super) fn measure(texts: &[Judged], seed: [u8; 32]) -> Measures {
    let counts: Vec<Counts> = texts.iter().map(Counts::of).collect();
    let all = Counts::sum(counts.iter());
    let draws = draws(&counts, seed);
    let shown = |figure: &dyn Fn(&Counts) -> Option<f64>, trials: u64| {
        interval(&all, &draws, figure, trials)
    };
    let kinds = Kind::ALL.iter().enumerate().filter_map(|(n, kind)| {
        let score = all.kinds.get(&n)?;
        Some(KindScore {
            kind: kind.word().to_owned(),
            gold: score[0],
            found: score[1],
            right: score[2],
            f1: shown(
                &|counts| counts.kinds.get(&n).and_then(f1),
                score[0].max(score[1]),
            ),
        })
    });
    let kinds: Vec<KindScore> = kinds.collect();
    let spans: u64 = kinds.iter().map(|one| one.gold.max(one.found)).sum();
    Measures {
        texts: texts.len() as u64,
        chars: all.chars,
        personal_chars: all.gold,
        left: shown(&|counts| ratio(counts.left, counts.gold), all.spans),
        over_per_thousand: shown(&|counts| ratio(counts.over, counts.chars), all.chars)
            .map(|share| share.times(1000.0)),
        clean_texts: wilson(all.clean, all.texts),
        f1: shown(&|counts| f1(&counts.every()), spans),
        kinds,
        kappa: shown(&Counts::kappa, 0),
    }
}

impl Share {
    fn times(self, factor: f64) -> Self {
        Self {
            share: self.share * factor,
            low: self.low * factor,
            high: self.high * factor,
        }
    }
}

/// What is counted of one text, or of several.
#[derive(Clone, Debug, Default)]
struct Counts {
    texts: u64,
    clean: u64,
    chars: u64,
    /// Personal characters; of them those that were left.
    gold: u64,
    left: u64,
    /// Characters that were covered without need.
    over: u64,
    /// Stretches that are personal.
    spans: u64,
    /// By kind: gold, found, right.
    kinds: BTreeMap<usize, [u64; 3]>,
    /// Characters by what the one and the other called them.
    labels: BTreeMap<(usize, usize), u64>,
}

impl Counts {
    fn of(text: &Judged) -> Self {
        let (gold, found) = (labels(text, &text.gold), labels(text, &text.found));
        let pairs = || gold.iter().zip(&found);
        let left = pairs()
            .filter(|(gold, found)| **gold != 0 && **found == 0)
            .count() as u64;
        let mut counts = Self {
            texts: 1,
            clean: u64::from(left == 0),
            chars: u64::from(text.chars),
            gold: gold.iter().filter(|label| **label != 0).count() as u64,
            left,
            over: pairs()
                .filter(|(gold, found)| **gold == 0 && **found != 0)
                .count() as u64,
            spans: text.gold.len() as u64,
            ..Self::default()
        };
        let (right, wanted): (BTreeSet<&Span>, BTreeSet<&Span>) =
            (text.found.iter().collect(), text.gold.iter().collect());
        for span in &text.gold {
            counts.kinds.entry(label(span) - 1).or_default()[0] += 1;
        }
        for span in &text.found {
            let score = counts.kinds.entry(label(span) - 1).or_default();
            score[1] += 1;
            score[2] += u64::from(wanted.contains(span) && right.contains(span));
        }
        let [one, other] = &text.marks;
        let marked = labels(text, one).into_iter().zip(labels(text, other));
        for pair in marked {
            *counts.labels.entry(pair).or_default() += 1;
        }
        counts
    }

    fn sum<'a>(all: impl Iterator<Item = &'a Self>) -> Self {
        let mut sum = Self::default();
        for one in all {
            sum.texts += one.texts;
            sum.clean += one.clean;
            sum.chars += one.chars;
            sum.gold += one.gold;
            sum.left += one.left;
            sum.over += one.over;
            sum.spans += one.spans;
            for (kind, score) in &one.kinds {
                let total = sum.kinds.entry(*kind).or_default();
                (0..3).for_each(|n| total[n] += score[n]);
            }
            for (pair, count) in &one.labels {
                *sum.labels.entry(*pair).or_default() += count;
            }
        }
        sum
    }

    fn every(&self) -> [u64; 3] {
        let mut total = [0; 3];
        for score in self.kinds.values() {
            (0..3).for_each(|n| total[n] += score[n]);
        }
        total
    }

    fn kappa(&self) -> Option<f64> {
        let all: u64 = self.labels.values().sum();
        if all == 0 {
            return None;
        }
        let (mut rows, mut columns) = ([0u64; LABELS], [0u64; LABELS]);
        let mut same = 0;
        for ((one, other), count) in &self.labels {
            rows[*one] += count;
            columns[*other] += count;
            same += if one == other { *count } else { 0 };
        }
        let all = all as f64;
        let by_chance: f64 = rows
            .iter()
            .zip(&columns)
            .map(|(row, column)| (*row as f64 / all) * (*column as f64 / all))
            .sum();
        // Both called everything the same: there is nothing that chance could not have done.
        (by_chance < 1.0).then(|| (same as f64 / all - by_chance) / (1.0 - by_chance))
    }
}

/// What each character is called: 0 for nothing, else one more than the place of its kind.
fn labels(text: &Judged, spans: &[Span]) -> Vec<usize> {
    let mut labels = vec![0; text.chars as usize];
    for span in spans {
        let (start, end) = (span.start as usize, span.end as usize);
        if let Some(stretch) = labels.get_mut(start..end) {
            stretch.fill(label(span));
        }
    }
    labels
}

fn label(span: &Span) -> usize {
    let place = Kind::ALL.iter().position(|kind| kind.word() == span.kind);
    place.unwrap_or_default() + 1
}

fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn f1([gold, found, right]: &[u64; 3]) -> Option<f64> {
    ratio(2 * right, gold + found)
}

/// Sums over texts drawn with replacement.
fn draws(counts: &[Counts], seed: [u8; 32]) -> Vec<Counts> {
    if counts.len() < 2 {
        return Vec::new();
    }
    let mut dice = ChaCha20Rng::from_seed(seed);
    let mut pick = || {
        // Fewer texts than 2^32 by far: what the remainder favours lies below a billionth.
        let place = dice.next_u64() % counts.len() as u64;
        &counts[usize::try_from(place).unwrap_or_default()]
    };
    (0..DRAWS)
        .map(|_| {
            let drawn: Vec<&Counts> = counts.iter().map(|_| pick()).collect();
            Counts::sum(drawn.into_iter())
        })
        .collect()
}

/// A figure with its interval. Where no draw differs from another, the score interval over `trials` is told, for
/// that nothing was missed in a sample does not say that nothing is.
fn interval(
    all: &Counts,
    draws: &[Counts],
    figure: &dyn Fn(&Counts) -> Option<f64>,
    trials: u64,
) -> Option<Share> {
    let share = figure(all)?;
    let mut values: Vec<f64> = draws.iter().filter_map(figure).collect();
    values.sort_by(f64::total_cmp);
    let at = |part: f64| {
        let place = (part * (values.len().saturating_sub(1)) as f64).round() as usize;
        values.get(place).copied()
    };
    match (at(0.025), at(0.975)) {
        (Some(low), Some(high)) if high - low > f64::EPSILON => Some(Share {
            share,
            low: low.min(share),
            high: high.max(share),
        }),
        _ if trials > 0 => {
            let hits = (share.clamp(0.0, 1.0) * trials as f64).round() as u64;
            let bound = wilson(hits, trials);
            Some(Share {
                share,
                low: bound.low.min(share),
                high: bound.high.max(share),
            })
        }
        _ => Some(Share {
            share,
            low: share,
            high: share,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(text: &str) -> Vec<Span> {
        let span = |part: &str| {
            let words: Vec<&str> = part.split(':').collect();
            Span {
                start: words[0].parse().unwrap(),
                end: words[1].parse().unwrap(),
                kind: words[2].to_owned(),
            }
        };
        text.split_whitespace().map(span).collect()
    }

    fn judged(gold: &str, found: &str, other: &str) -> Judged {
        Judged {
            chars: 100,
            gold: spans(gold),
            marks: [spans(gold), spans(other)],
            found: spans(found),
        }
    }

    #[test]
    fn marks_are_in_order_apart_and_within_the_text() {
        assert!(fit(&spans("0:3:PERSON 3:14:PHONE"), 14));
        for wrong in [
            "0:3:PERSON 2:5:PHONE",
            "3:3:PHONE",
            "4:3:PHONE",
            "0:15:PHONE",
            "0:3:NAME",
            "5:6:QQ 0:1:QQ",
        ] {
            assert!(!fit(&spans(wrong), 14), "{wrong}");
        }
    }

    #[test]
    fn what_was_left_and_covered_without_need_is_counted_by_character() {
        let texts = [
            judged(
                "0:10:PHONE 20:30:PERSON",
                "0:10:PHONE 20:25:PERSON 50:60:QQ",
                "0:10:PHONE 20:30:PERSON",
            ),
            judged("", "", ""),
        ];
        let found = measure(&texts, [7; 32]);
        assert_eq!(
            (found.texts, found.chars, found.personal_chars),
            (2, 200, 20)
        );
        assert!((found.left.unwrap().share - 0.25).abs() < 1e-9);
        assert!((found.over_per_thousand.unwrap().share - 50.0).abs() < 1e-9);
        assert!((found.clean_texts.share - 0.5).abs() < 1e-9);
        let of = |kind: &str| found.kinds.iter().find(|one| one.kind == kind).unwrap();
        assert_eq!(
            (of("PHONE").gold, of("PHONE").found, of("PHONE").right),
            (1, 1, 1)
        );
        assert_eq!((of("PERSON").right, of("QQ").gold), (0, 0));
        // One of two gold and three found is right.
        assert!((found.f1.unwrap().share - 0.4).abs() < 1e-9);
        assert!((found.kappa.unwrap().share - 1.0).abs() < 1e-9);
    }

    #[test]
    fn kappa_is_that_of_the_literature() {
        // Cohen (1960): of 100, both yes 20+, agreement 70 %, by chance 50 %: kappa 0.4.
        let text = Judged {
            chars: 50,
            gold: Vec::new(),
            marks: [spans("0:25:PERSON"), spans("0:20:PERSON 25:35:PERSON")],
            found: Vec::new(),
        };
        let found = measure(&[text], [0; 32]).kappa.unwrap();
        assert!((found.share - 0.4).abs() < 1e-9, "{found:?}");
    }

    #[test]
    fn nothing_missed_is_no_proof_that_nothing_is() {
        let texts = vec![judged("0:10:PHONE", "0:10:PHONE", "0:10:PHONE"); 20];
        let left = measure(&texts, [1; 32]).left.unwrap();
        assert_eq!((left.share, left.low), (0.0, 0.0));
        // Twenty stretches: Wilson's upper bound.
        assert!((left.high - 0.1611).abs() < 1e-3, "{left:?}");
    }

    #[test]
    fn the_interval_holds_the_figure_and_is_the_same_again() {
        let found = ["0:10:PHONE", "", "0:5:PHONE", "0:10:PHONE"];
        let texts: Vec<Judged> = found
            .iter()
            .cycle()
            .take(40)
            .map(|found| judged("0:10:PHONE", found, "0:9:PHONE"))
            .collect();
        let one = measure(&texts, [3; 32]);
        assert_eq!(one, measure(&texts, [3; 32]));
        let left = one.left.unwrap();
        assert!((left.share - 0.375).abs() < 1e-9);
        assert!(left.low < left.share && left.share < left.high, "{left:?}");
        assert!(left.low > 0.2 && left.high < 0.55, "{left:?}");
        let kappa = one.kappa.unwrap();
        assert!(kappa.share > 0.9 && kappa.share < 1.0, "{kappa:?}");
    }

    #[test]
    fn of_nothing_there_are_no_figures() {
        let found = measure(&[], [0; 32]);
        assert_eq!((found.left, found.f1, found.kappa), (None, None, None));
        assert_eq!(found.clean_texts.high, 1.0);
    }
}
