//! Examining a ledger entry by entry, wherever it comes from.

use crate::explain::{Damage, Explanation, Found, Proven, Segment};
use crate::{
    Entry, Finding, Frontier, Hash, Kind, NoteError, NoteSignature, Problem, Report,
    SignatureProblem, SignedCheckpoint, VerifierKey,
};

/// Whose signatures count.
#[derive(Clone, Debug)]
pub enum Trust {
    /// These keys; they come from elsewhere than the ledger. At least one bears the log's name.
    Keys(Vec<VerifierKey>),
    /// The keys that the ledger itself names. This shows that it agrees with itself, not that nobody
    /// rewrote and signed all of it anew.
    OwnKeys,
}

/// What there is to see of one entry by itself: most of the work of an examination, and none of its order.
#[derive(Clone, Copy, Debug)]
pub struct LookedAt {
    number: u64,
    leaf: Hash,
    /// The hash of the content, if it is not the leaf hash beside it.
    actual: Option<Hash>,
    /// When and what, if it can be read.
    told: Option<(i64, Kind)>,
}

impl LookedAt {
    /// Hashes and reads the entry with this number, beside which this leaf hash is recorded.
    pub fn of(number: u64, leaf: Hash, body: &[u8]) -> Self {
        let actual = Hash::of_leaf(body);
        let entry = Entry::decode(body);
        Self {
            number,
            leaf,
            actual: (actual != leaf).then_some(actual),
            told: entry.ok().map(|entry| (entry.at, entry.kind)),
        }
    }
}

/// Examines a ledger that is handed over in its order: [`begin`](Self::begin), entries and checkpoints,
/// [`finish`](Self::finish). Keeps one hash for each entry since the last checkpoint.
#[derive(Debug)]
pub struct Auditor {
    trust: Trust,
    kept: Vec<SignedCheckpoint>,
    /// The keys that the ledger names; what they signed must be right even where they are not trusted.
    named: Vec<VerifierKey>,
    base: u64,
    base_root: Hash,
    edge: Option<Frontier>,
    found: Vec<Found>,
    damage: Vec<Damage>,
    /// The number that the next entry should carry.
    next: u64,
    open_gap: Option<Finding>,
    /// The greatest size at which a kept checkpoint agreed.
    agreed: u64,
    report: Report,
}

impl Auditor {
    /// Starts examining. `kept` are checkpoints that were kept elsewhere: the ledger must contain what
    /// they prove. They are checked like those of the ledger.
    pub fn begin(
        trust: Trust,
        origin: Option<String>,
        named: Vec<VerifierKey>,
        kept: &[SignedCheckpoint],
    ) -> Self {
        let keys_from_file = matches!(trust, Trust::OwnKeys);
        let mut auditor = Self {
            trust,
            kept: Vec::new(),
            named,
            base: 0,
            base_root: Hash::EMPTY_TREE,
            edge: Some(Frontier::new()),
            found: Vec::new(),
            damage: Vec::new(),
            next: 0,
            open_gap: None,
            agreed: 0,
            report: Report {
                origin,
                keys_from_file,
                ..Report::default()
            },
        };
        let trusted = auditor.trusted();
        let bears = |origin: &String| trusted.iter().any(|key| key.name() == origin);
        if auditor
            .report
            .origin
            .as_ref()
            .is_some_and(|origin| !bears(origin))
        {
            auditor.wrong(Problem::Header, Some(1));
            auditor.report.origin = None;
        }
        for checkpoint in kept {
            if auditor.is_signed(checkpoint, None, false) {
                auditor.kept.push(checkpoint.clone());
            }
        }
        auditor.kept.sort_by_key(|kept| kept.checkpoint.size);
        auditor
    }

    /// An entry: the number it carries, the leaf hash recorded for it, its bytes, and its line if it
    /// comes from a file.
    pub fn entry(&mut self, number: u64, leaf: Hash, body: &[u8], line: Option<u64>) {
        self.looked_at(LookedAt::of(number, leaf, body), line);
    }

    /// The same, of an entry that was looked at before, on whatever thread. The order counts here.
    pub fn looked_at(&mut self, entry: LookedAt, line: Option<u64>) {
        let LookedAt {
            number,
            leaf,
            actual,
            told,
        } = entry;
        self.found.push(Found {
            number,
            stated: leaf,
            actual,
            line,
        });
        self.next = number.saturating_add(1);
        self.report.entries += 1;
        match told {
            Some((at, kind)) => {
                let first = self.report.times.map_or(at, |(first, _)| first);
                self.report.times = Some((first, at));
                *self.report.kinds.entry(kind).or_default() += 1;
            }
            None => self.report.unknown += u64::from(actual.is_none()),
        }
    }

    /// Something that cannot be read, where an entry or checkpoint should be.
    pub fn damaged(&mut self, line: Option<u64>) {
        self.damage.push(Damage {
            number: self.next,
            line,
        });
    }

    /// Whether `edge` leads to the root of the last checkpoint.
    pub(crate) fn is_edge(&self, edge: &Frontier) -> bool {
        edge.size() == self.base && edge.root() == self.base_root
    }

    /// Anything else that is wrong.
    pub(crate) fn wrong(&mut self, problem: Problem, line: Option<u64>) {
        self.report.add(Finding::new(problem).line(line));
    }

    /// A checkpoint. Says whether it is signed as it must be and was compared with the entries.
    pub fn checkpoint(&mut self, text: &str, line: Option<u64>) -> bool {
        let Ok(signed) = SignedCheckpoint::parse(text) else {
            self.wrong(Problem::Signature(SignatureProblem::Unreadable), line);
            return false;
        };
        if !self.is_signed(&signed, line, true) {
            return false;
        }
        let checkpoint = &signed.checkpoint;
        let (size, root) = (checkpoint.size, checkpoint.root);
        if size < self.base {
            self.wrong(Problem::Checkpoint, line);
            return false;
        }
        if size == self.base && root != self.base_root {
            let forked = Finding::new(Problem::Forked).line(line);
            self.report.add(forked.entries(0..=size.saturating_sub(1)));
            return false;
        }
        if size > self.base {
            let proven = self.settle(size, Some(root), line);
            self.check_kept(
                size,
                root,
                proven.as_ref().map(|proven| proven.leaves.as_slice()),
            );
            self.edge = proven.map(|proven| proven.edge);
            (self.base, self.base_root) = (size, root);
        }
        self.next = self.next.max(size);
        self.report.checkpoints += 1;
        self.report.signed = Some((size, root));
        self.report.signed_at = checkpoint.at();
        true
    }

    /// Whether the entries before the last checkpoint did not lead to its root, so that nothing after
    /// it can be compared until [`edge`](Self::edge) says how the tree looked there.
    pub const fn is_lost(&self) -> bool {
        self.edge.is_none()
    }

    /// The peaks of the tree at the last checkpoint, as recorded beside it. They must lead to its root.
    pub fn edge(&mut self, peaks: &[Hash], line: Option<u64>) {
        let recorded = Frontier::from_peaks(self.base, peaks.to_vec());
        let recorded = recorded.filter(|edge| edge.root() == self.base_root);
        if recorded.is_none() {
            self.wrong(Problem::Edge, line);
        }
        self.edge = self.edge.take().or(recorded);
    }

    /// Ends the examination. `complete` says whether the ledger ended as it should.
    pub fn finish(mut self, complete: bool) -> Report {
        let last = self.found.iter().map(|found| found.number).max();
        let size = last
            .map_or(self.base, |last| last.saturating_add(1))
            .max(self.base);
        self.settle(size, None, None);
        let longest = self.kept.last().map_or(0, |kept| kept.checkpoint.size);
        if longest > size {
            self.report
                .add(Finding::new(Problem::Cut).entries(size..=longest - 1));
        } else if !complete {
            self.report.add(Finding::new(Problem::Cut).entry(self.next));
        }
        self.report
    }

    fn trusted(&self) -> &[VerifierKey] {
        match &self.trust {
            Trust::Keys(keys) => keys,
            Trust::OwnKeys => &self.named,
        }
    }

    /// Whether a checkpoint is of this log and signed by a trusted key; says what is wrong with it.
    fn is_signed(&mut self, signed: &SignedCheckpoint, line: Option<u64>, strict: bool) -> bool {
        let origin = &signed.checkpoint.origin;
        if self.report.origin.as_ref().is_some_and(|own| own != origin) {
            self.wrong(Problem::Checkpoint, line);
            return false;
        }
        let signers: Vec<VerifierKey> = match signed.verify(self.trusted()) {
            Ok(signers) => signers.into_iter().cloned().collect(),
            Err(error) => {
                let problem = match error {
                    NoteError::Signature(_) => SignatureProblem::Wrong,
                    _ => SignatureProblem::Untrusted,
                };
                self.wrong(Problem::Signature(problem), line);
                return false;
            }
        };
        // In a ledger that names its keys, every signature must be accounted for: otherwise a line
        // could be altered until it seems to be by a stranger, whom the specification lets pass.
        let others: Vec<VerifierKey> = self
            .named
            .iter()
            .filter(|key| !signers.contains(key))
            .cloned()
            .collect();
        let is_known =
            |line: &NoteSignature| signers.iter().chain(&others).any(|key| line.is_by(key));
        if matches!(signed.note.check(&others), Err(NoteError::Signature(_))) {
            self.wrong(Problem::Signature(SignatureProblem::Wrong), line);
        } else if strict && !self.named.is_empty() && !signed.note.signatures.iter().all(is_known) {
            self.wrong(Problem::Signature(SignatureProblem::Stranger), line);
        }
        self.count(&signers);
        true
    }

    fn count(&mut self, signers: &[VerifierKey]) {
        for key in signers {
            match self
                .report
                .signers
                .iter_mut()
                .find(|(known, _)| known == key)
            {
                Some((_, count)) => *count += 1,
                None => self.report.signers.push((key.clone(), 1)),
            }
        }
    }

    /// Compares the entries since the last checkpoint with the signed root at `size`; gives what is
    /// proven if they lead there.
    fn settle(&mut self, size: u64, root: Option<Hash>, line: Option<u64>) -> Option<Proven> {
        let found = std::mem::take(&mut self.found);
        let damage = std::mem::take(&mut self.damage);
        let segment = Segment {
            base: self.base,
            edge: self.edge.as_ref(),
            size,
            root,
            found: &found,
            damage: &damage,
        };
        let mut explanation = segment.explain();
        if let Some(gap) = self.open_gap.take() {
            let gap = self.close_gap(gap, found.first(), &mut explanation.late);
            self.report.add(gap);
        }
        let Explanation {
            findings,
            proven,
            late,
            early,
            misplaced,
            open_gap,
        } = explanation;
        findings
            .into_iter()
            .for_each(|finding| self.report.add(finding));
        late.iter().for_each(|late| self.place_late(late));
        if misplaced {
            self.wrong(Problem::Checkpoint, line);
        }
        (self.open_gap, self.found) = (open_gap, early);
        proven
    }

    /// What a gap just before the last checkpoint was, now that the entries behind it are known. They
    /// may be those that were missing; or go on behind the gap; or begin with the first missing number,
    /// which shows that the lines were renumbered.
    fn close_gap(&self, mut gap: Finding, first: Option<&Found>, late: &mut Vec<Found>) -> Finding {
        let missing = gap.entries.clone().unwrap_or(self.base..=self.base);
        let count = missing.end() - missing.start() + 1;
        let moved = |found: &Found| missing.contains(&found.number);
        if late.iter().filter(|late| moved(late)).count() as u64 == count {
            late.retain(|late| !moved(late));
            gap.problem = Problem::Reordered;
            gap.or_within = None;
        } else if first.is_some_and(|first| first.number == self.base) {
            gap.or_within = None;
        } else if first.is_some_and(|first| first.number == *missing.start()) {
            gap.problem = Problem::DeletedAmong(count);
            gap.entries = gap.or_within.take();
        }
        gap
    }

    /// An entry that stands behind the checkpoint that covers it: one that was missing there, or a
    /// second copy.
    fn place_late(&mut self, late: &Found) {
        let place = |problem| Finding::new(problem).entry(late.number).line(late.line);
        let gap = self.report.findings.iter_mut().find(|finding| {
            finding.problem == Problem::Deleted
                && finding
                    .entries
                    .as_ref()
                    .is_some_and(|gap| gap.contains(&late.number))
        });
        match gap {
            Some(gap) if gap.entries == Some(late.number..=late.number) => {
                *gap = place(Problem::Reordered);
            }
            Some(_) => self.report.add(place(Problem::Reordered)),
            None => self.report.add(place(Problem::Duplicated)),
        }
    }

    /// Compares the kept checkpoints up to `size` with what is proven.
    fn check_kept(&mut self, size: u64, root: Hash, proven: Option<&[Hash]>) {
        let mut tree = self.edge.clone();
        let mut hashes = proven.unwrap_or_default().iter();
        for kept in std::mem::take(&mut self.kept) {
            let at = kept.checkpoint.size;
            if at > size || at <= self.base {
                self.kept.push(kept);
                continue;
            }
            let here = if at == size {
                Some(root)
            } else {
                tree.as_mut().filter(|_| proven.is_some()).map(|tree| {
                    let more = usize::try_from(at - tree.size()).unwrap_or(0);
                    tree.extend(hashes.by_ref().take(more).copied());
                    tree.root()
                })
            };
            match here {
                Some(here) if here == kept.checkpoint.root => self.agreed = at,
                Some(_) => {
                    let forked = Finding::new(Problem::Forked).entries(self.agreed..=at - 1);
                    self.report.add(forked);
                }
                None => {}
            }
        }
    }
}
