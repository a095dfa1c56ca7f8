//! What the ledger tells of people, of what was seen of them today, and of rights that were given and taken.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};
use shouxin_ledger::{Entry, Kind};
use shouxin_model::Moment;

use crate::consents::DIGEST;
use crate::marked::Marked;
use crate::{Vault, VaultError};

/// Everything that the ledger told so far.
pub(super) struct Told {
    next: u64,
    /// Everybody an entry tells of, with the first that does.
    pub(super) people: BTreeMap<[u8; 16], u64>,
    /// What each person said: after each word, its entry and the digest over all words so far.
    pub(super) said: BTreeMap<[u8; 16], Vec<(u64, Chain)>>,
    /// How each row that gives rights must stand, by the last entry about it.
    stands: BTreeMap<(Marked, String), &'static str>,
    /// Whom each actor saw today, by purpose, under the register in force.
    seen: BTreeMap<(String, String), BTreeSet<[u8; 16]>>,
    /// How many these were when the ledger was read first.
    seen_before: Vec<(String, String, u64)>,
    day: i64,
    register: u32,
    /// Purposes whose quota counts people.
    counted: BTreeSet<String>,
}

impl Told {
    /// Reads the whole ledger.
    pub(super) async fn all(vault: &Vault) -> Result<Self, VaultError> {
        let active = vault.active();
        let purposes = &active.register.purposes;
        let counts = |purpose: &&shouxin_model::Purpose| purpose.quota.subjects_per_day.is_some();
        let mut told = Self {
            next: 0,
            people: BTreeMap::new(),
            said: BTreeMap::new(),
            stands: BTreeMap::new(),
            seen: BTreeMap::new(),
            seen_before: Vec::new(),
            day: vault.now().china_day(),
            register: active.register_version,
            counted: purposes
                .iter()
                .filter(counts)
                .map(|purpose| purpose.name.clone())
                .collect(),
        };
        told.read(vault, |_| {}).await?;
        told.seen_before = told
            .seen
            .iter()
            .map(|((actor, purpose), seen)| (actor.clone(), purpose.clone(), seen.len() as u64))
            .collect();
        Ok(told)
    }

    /// Reads what was appended since, and gives the ids of what it tells of.
    pub(super) async fn catch_up(&mut self, vault: &Vault) -> Result<BTreeSet<String>, VaultError> {
        let mut ids = BTreeSet::new();
        self.read(vault, |entry| {
            ids.extend(entry.extra.iter().map(|(_, id)| id.clone()));
        })
        .await?;
        Ok(ids)
    }

    /// By actor and purpose, how many people were seen today when the ledger was read first.
    pub(super) fn seen_before(&self) -> Vec<(String, String, u64)> {
        self.seen_before.clone()
    }

    /// The state in which the row must be, if it is in another.
    pub(super) fn differs(
        &self,
        marked: Marked,
        id: &str,
        state: Option<&str>,
    ) -> Option<&'static str> {
        let wanted = *self.stands.get(&(marked, id.to_owned()))?;
        // An approval that was given may be spent or withdrawn by entries that name it otherwise.
        (state != Some(wanted)).then_some(wanted)
    }

    /// What must be there, and may not be: reviews and accounts are never deleted.
    pub(super) fn absent(&self) -> Vec<(Marked, String, &'static str)> {
        let kept = |marked: Marked| matches!(marked, Marked::Review | Marked::Staff);
        let of = self.stands.iter().filter(|((marked, _), _)| kept(*marked));
        of.map(|((marked, id), state)| (*marked, id.clone(), *state))
            .collect()
    }

    async fn read(
        &mut self,
        vault: &Vault,
        mut hear: impl FnMut(&Entry),
    ) -> Result<(), VaultError> {
        let head = vault.store().ledger_head().await?.size;
        while self.next < head {
            let page = vault.store().ledger_entries(self.next, ENTRIES).await?;
            if page.is_empty() {
                break;
            }
            self.next += page.len() as u64;
            for (index, bytes) in page {
                // One that cannot be read is the ledger's own matter.
                if let Ok(entry) = Entry::decode(&bytes) {
                    hear(&entry);
                    self.note(index, &entry);
                }
            }
        }
        Ok(())
    }

    fn note(&mut self, index: u64, entry: &Entry) {
        if let Some(subject) = entry.subject {
            self.people.entry(subject).or_insert(index);
            self.note_seen(subject, entry);
            self.note_said(subject, index, entry);
        }
        let of = |word: &str| {
            let pair = entry.extra.iter().find(|(name, _)| name == word);
            pair.map(|(_, text)| text.clone())
        };
        // An approval is used up under whatever entry names who gave it.
        if of("approved-by").is_some()
            && let Some(approval) = of("approval")
        {
            self.stands.insert((Marked::Approval, approval), "spent");
        }
        let did = of("did").unwrap_or_default();
        let (marked, word, state) = match (entry.kind, did.as_str()) {
            (Kind::Staff, "disabled") => (Marked::Staff, "staff", "disabled"),
            (Kind::Staff, "enabled" | "opened" | "opened-ready") => {
                (Marked::Staff, "staff", "active")
            }
            (Kind::ApiKey, "revoked") => (Marked::ApiKey, "key", "revoked"),
            (Kind::SignOut, "") => (Marked::Session, "session", "ended"),
            (Kind::Staff, "removed-device") => (Marked::Device, "device", "removed"),
            (Kind::Approval, "rejected") => (Marked::Approval, "approval", "rejected"),
            (Kind::Approval, "withdrawn") => (Marked::Approval, "approval", "withdrawn"),
            (Kind::Grant | Kind::Emergency, "revoked") => (Marked::Grant, "grant", "revoked"),
            (Kind::Emergency, "opened") => (Marked::Review, "grant", "due"),
            (Kind::Review, "reviewed") => (Marked::Review, "grant", "done"),
            _ => return,
        };
        if let Some(id) = of(word) {
            self.stands.insert((marked, id), state);
        }
    }

    fn note_said(&mut self, subject: [u8; 16], index: u64, entry: &Entry) {
        let pair = entry.extra.iter().find(|(name, _)| name == DIGEST);
        if let Some((_, digest)) = pair.filter(|_| entry.kind == Kind::Consent) {
            let said = self.said.entry(subject).or_default();
            let before = said.last().map(|(_, chain)| *chain).unwrap_or_default();
            said.push((index, before.and(digest)));
        }
    }

    fn note_seen(&mut self, subject: [u8; 16], entry: &Entry) {
        let opened = matches!(entry.kind, Kind::Read | Kind::Reveal);
        let today = Moment::from_micros(entry.at).china_day() == self.day;
        let Some(purpose) = entry.purpose.as_ref().filter(|p| self.counted.contains(*p)) else {
            return;
        };
        // A quota that another register did not have was not counted.
        if opened && today && entry.register == self.register {
            let of = (entry.actor.clone(), purpose.clone());
            self.seen.entry(of).or_default().insert(subject);
        }
    }
}

/// A digest over words in their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Chain {
    pub(super) count: usize,
    digest: [u8; 32],
}

impl Chain {
    /// With one more word, by the digest of its event.
    pub(super) fn and(self, event: &str) -> Self {
        let mut digest = Sha256::new_with_prefix(self.digest);
        digest.update(event);
        Self {
            count: self.count + 1,
            digest: digest.finalize().into(),
        }
    }
}

/// Entries read at a time.
const ENTRIES: usize = 4_096;
