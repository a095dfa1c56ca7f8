//! From candidates to hits.

use crate::{Candidate, Hit, Normalised};

/// Settles overlaps: the surer candidate wins, then the longer, then the earlier. Candidates that are
/// empty or do not stand at borders of characters are dropped.
pub(crate) fn hits(text: &Normalised<'_>, mut candidates: Vec<Candidate>) -> Vec<Hit> {
    let whole = text.as_str();
    candidates.retain(|c| c.start < c.end && whole.get(c.start..c.end).is_some());
    candidates.sort_by_key(|c| {
        let length = c.end - c.start;
        (std::cmp::Reverse((c.confidence, length)), c.start, c.kind)
    });
    let mut taken: std::collections::BTreeMap<usize, Candidate> = std::collections::BTreeMap::new();
    for candidate in candidates {
        let before = taken.range(..candidate.end).next_back();
        if before.is_none_or(|(_, other)| other.end <= candidate.start) {
            taken.insert(candidate.start, candidate);
        }
    }
    located(text, taken.values())
}

/// Offsets of the source, with characters counted in one pass.
fn located<'c>(text: &Normalised<'_>, taken: impl Iterator<Item = &'c Candidate>) -> Vec<Hit> {
    let source = text.source();
    let (mut byte, mut char) = (0, 0);
    let mut count = |upto: usize| {
        char += source
            .get(byte..upto)
            .map_or(0, |part| part.chars().count());
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
