//! From candidates to hits.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::{Candidate, Confidence, Hit, Kind, Normalised};

/// Settles overlaps: the surer candidate wins, then the longer, then the earlier. Candidates that are
/// empty or do not stand at borders of characters are dropped.
pub(crate) fn hits(text: &Normalised<'_>, mut candidates: Vec<Candidate>) -> Vec<Hit> {
    let whole = text.as_str();
    candidates.retain(|c| c.start < c.end && whole.get(c.start..c.end).is_some());
    // Most stand apart and in order: where they begin tells nearly all of them apart.
    candidates.sort_unstable_by(|a, b| {
        a.start.cmp(&b.start).then_with(|| {
            let rest = |c: &Candidate| (c.end, c.kind, c.confidence, c.rule);
            rest(a).cmp(&rest(b))
        })
    });
    let mut taken: Vec<Candidate> = Vec::with_capacity(candidates.len());
    let mut rest = candidates.as_slice();
    while let Some(first) = rest.first() {
        // Candidates that hang together, one overlapping the next.
        let mut end = first.end;
        let count = rest
            .iter()
            .take_while(|c| {
                let hangs = c.start < end;
                end = end.max(c.end);
                hangs
            })
            .count();
        let (cluster, after) = rest.split_at(count.max(1));
        settle(cluster, &mut taken);
        rest = after;
    }
    located(text, taken.iter())
}

/// The surest of a cluster, and the surest of what does not touch it, and so on.
fn settle(cluster: &[Candidate], taken: &mut Vec<Candidate>) {
    if let [only] = cluster {
        taken.push(*only);
        return;
    }
    if let Some(only) = surest(cluster) {
        taken.push(only);
        return;
    }
    let mut ranked = cluster.to_vec();
    ranked.sort_by_key(rank);
    let mut kept: BTreeMap<usize, Candidate> = BTreeMap::new();
    for candidate in ranked {
        let before = kept.range(..candidate.end).next_back();
        if before.is_none_or(|(_, other)| other.end <= candidate.start) {
            kept.insert(candidate.start, candidate);
        }
    }
    taken.extend(kept.into_values());
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

/// How many characters begin in these bytes, summed as single bytes: the processor adds many at once.
fn characters(bytes: &[u8]) -> usize {
    let begins = |b: &u8| u8::from(!matches!(b, 0x80..0xC0));
    let sums = bytes
        .chunks(255)
        .map(|part| part.iter().map(begins).sum::<u8>());
    sums.map(usize::from).sum()
}

/// Offsets of the source, with characters counted in one pass.
fn located<'c>(text: &Normalised<'_>, taken: impl Iterator<Item = &'c Candidate>) -> Vec<Hit> {
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
                class: c.kind.class(),
            }
        })
        .collect()
}
