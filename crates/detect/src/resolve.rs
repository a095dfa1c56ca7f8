//! From candidates to hits.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::page::Page;
use crate::{Candidate, Confidence, Hit, Kind, Normalised, context};

/// Settles overlaps: the surer candidate wins, then the longer, then the earlier. Candidates that are
/// empty or do not stand at borders of characters are dropped.
pub(crate) fn hits(
    text: &Normalised<'_>,
    page: &Page<'_>,
    candidates: &mut Vec<Candidate>,
) -> Vec<Hit> {
    let whole = text.as_str();
    candidates.retain(|c| c.start < c.end && whole.get(c.start..c.end).is_some());
    // Most stand apart and in order: where they begin tells nearly all of them apart.
    candidates.sort_unstable_by(|a, b| {
        a.start.cmp(&b.start).then_with(|| {
            let rest = |c: &Candidate| (c.end, c.kind, c.confidence, c.rule);
            rest(a).cmp(&rest(b))
        })
    });
    // What is taken stands in the place of what was looked at: it is never more.
    let (mut taken, mut from) = (0, 0);
    while let Some(first) = candidates.get(from) {
        // Candidates that hang together, one overlapping the next.
        let mut end = first.end;
        let hanging = candidates.iter().skip(from).take_while(|c| {
            let hangs = c.start < end;
            end = end.max(c.end);
            hangs
        });
        let upto = from + hanging.count().max(1);
        taken += settle(candidates, from..upto, taken);
        from = upto;
    }
    located(text, page, candidates.iter().take(taken))
}

/// Puts the surest of a cluster, and the surest of what does not touch it, and so on, to `place`, by start;
/// gives how many they are.
fn settle(candidates: &mut [Candidate], cluster: Range<usize>, place: usize) -> usize {
    let own = candidates.get(cluster).unwrap_or_default();
    let only = match own {
        [only] => Some(*only),
        several => surest(several),
    };
    let kept = match only {
        Some(_) => Vec::new(),
        None => apart(own),
    };
    let chosen = only.iter().chain(&kept);
    let mut count = 0;
    for (to, from) in candidates.iter_mut().skip(place).zip(chosen) {
        *to = *from;
        count += 1;
    }
    count
}

/// Those of a cluster that stand, by start, if several do.
fn apart(cluster: &[Candidate]) -> Vec<Candidate> {
    let mut ranked = cluster.to_vec();
    ranked.sort_by_key(rank);
    let mut kept: BTreeMap<usize, Candidate> = BTreeMap::new();
    for candidate in ranked {
        let before = kept.range(..candidate.end).next_back();
        if before.is_none_or(|(_, other)| other.end <= candidate.start) {
            kept.insert(candidate.start, candidate);
        }
    }
    kept.into_values().collect()
}

/// One candidate that stands above all it overlaps, which is the common case: no map is needed.
fn surest(cluster: &[Candidate]) -> Option<Candidate> {
    let best = *cluster.iter().min_by_key(|c| rank(c))?;
    let covers = |c: &Candidate| c.start < best.end && best.start < c.end;
    cluster.iter().all(covers).then_some(best)
}

/// The surer candidate comes first, then the longer, then the earlier.
fn rank(c: &Candidate) -> (Reverse<(Confidence, usize)>, usize, Kind) {
    (Reverse((c.confidence, c.end - c.start)), c.start, c.kind)
}

/// How many characters begin in these bytes: all that continue none (10xxxxxx), eight at a time.
fn characters(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let (eights, rest) = bytes.as_chunks();
    let continued = |eight: &[u8; 8]| {
        let word = u64::from_le_bytes(*eight);
        let marks = (word >> 7) & !(word >> 6) & ONES;
        (marks.wrapping_mul(ONES) >> 56) as usize
    };
    let inner: usize = eights.iter().map(continued).sum();
    bytes.len() - inner - rest.iter().filter(|b| matches!(b, 0x80..0xC0)).count()
}

/// Offsets of the source, with characters counted in one pass.
fn located<'c>(
    text: &Normalised<'_>,
    page: &Page<'_>,
    taken: impl Iterator<Item = &'c Candidate>,
) -> Vec<Hit> {
    let source = text.source();
    let (mut byte, mut char) = (0, 0);
    let mut count = |upto: usize| {
        let part = source.as_bytes().get(byte..upto).unwrap_or_default();
        char += characters(part);
        byte = upto;
        char
    };
    taken
        .map(|c| {
            let bytes = text.to_source(c.start..c.end);
            let start = count(bytes.start);
            let end = count(bytes.end);
            Hit {
                bytes,
                chars: start..end,
                kind: c.kind,
                confidence: c.confidence,
                rule: c.rule,
                check: c.check,
                context: context::of(page, c).map(|word| text.to_source(word)),
                class: c.kind.class(),
            }
        })
        .collect()
}
