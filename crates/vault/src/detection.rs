//! Finding personal information in texts that callers hold themselves: nothing of them is kept.

use std::collections::{BTreeMap, BTreeSet};

use shouxin_ledger::Kind;
use shouxin_model::Caller;
use shouxin_store::Tx;

mod stand_ins;

use shouxin_detect::Operator;
pub use shouxin_detect::{Hit, Kind as Found, Replace};
pub use stand_ins::{Coarser, StandIns, label, plain_value};

use crate::parted::DETECTOR;
use crate::{Vault, VaultError};

/// What to look for in texts, and what to make of them.
#[derive(Clone, Debug, Default)]
pub struct Looking {
    /// The kinds; `None`: every kind.
    pub kinds: Option<BTreeSet<Found>>,
    /// What takes the place of what is found.
    pub redact: Option<Redaction>,
}

/// What takes the place of what is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redaction {
    /// As many `*` as it had characters.
    Mask,
    /// Its kind: `[PHONE]`.
    Label,
    /// Nothing.
    Remove,
    /// A coarser truth: [`Coarser`].
    Generalise,
    /// A pseudonym of this deployment, which [`Vault::stand_ins`] gives first.
    Pseudonym,
}

/// What was found in one text.
#[derive(Debug)]
pub struct Detected {
    /// By start, none overlapping.
    pub hits: Vec<Hit>,
    /// The text without it, if that was asked for. With pseudonyms it comes from [`Detected::stand_in`].
    pub redacted: Option<String>,
}

impl Detected {
    /// Puts the text together with the pseudonyms that were given for it.
    pub fn stand_in(&mut self, text: &str, given: &StandIns) {
        let redacted = shouxin_detect::redact(text, &self.hits, Operator::By(given));
        self.redacted = Some(redacted);
    }
}

/// How many texts were looked through, and how many of each kind were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DetectionCounts {
    /// Texts.
    pub texts: u64,
    /// Lines that were no text.
    pub faults: u64,
    /// By the word of the kind.
    pub found: BTreeMap<&'static str, u64>,
}

impl Looking {
    /// Looks through one text, in time linear in its length.
    pub fn at(&self, text: &str, counts: &mut DetectionCounts) -> Detected {
        let mut hits = DETECTOR.detect(text);
        if let Some(kinds) = &self.kinds {
            hits.retain(|hit| kinds.contains(&hit.kind));
        }
        counts.texts += 1;
        for hit in &hits {
            *counts.found.entry(hit.kind.word()).or_default() += 1;
        }
        let redact = |operator| shouxin_detect::redact(text, &hits, operator);
        let redacted = self.redact.and_then(|redaction| match redaction {
            Redaction::Mask => Some(redact(Operator::Mask)),
            Redaction::Label => Some(redact(Operator::Label)),
            Redaction::Remove => Some(redact(Operator::Remove)),
            Redaction::Generalise => Some(redact(Operator::By(&Coarser))),
            Redaction::Pseudonym => None,
        });
        Detected { hits, redacted }
    }
}

impl Vault {
    /// Says in the ledger that texts were looked through: how many, and how many of each kind were found. `did` is
    /// `detected`, or of a stream `began`, `ended` or `broken`.
    ///
    /// # Errors
    /// The store or the ledger failed.
    pub async fn record_detections(
        &self,
        caller: &Caller,
        did: &str,
        counts: &DetectionCounts,
    ) -> Result<u64, VaultError> {
        let (texts, faults) = (counts.texts.to_string(), counts.faults.to_string());
        let found = counts.found.iter();
        let found: Vec<String> = found
            .map(|(kind, count)| format!("{kind} {count}"))
            .collect();
        let mut extra = vec![("did", did), ("texts", &texts)];
        if counts.faults > 0 {
            extra.push(("faults", &faults));
        }
        extra.extend(found.iter().map(|told| ("found", told.as_str())));
        Ok(self
            .record(caller, Kind::Detection, &extra, Tx::new())
            .await?)
    }
}
