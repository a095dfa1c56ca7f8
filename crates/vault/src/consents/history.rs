//! What a subject said so far, each word held to the ledger, and what of it counted at a past moment.

use std::collections::BTreeMap;

use shouxin_ledger::{Entry, Kind};
use shouxin_model::{Caller, CallerKind, ConsentTurn, Moment, SubjectId, Through};
use shouxin_store::Row;

use super::{ConsentEvent, DIGEST, Subject, counting, displaces, events_query, last_epoch};
use crate::active::Told;
use crate::integrity::Consent;
use crate::ledger::decoded;
use crate::{Vault, VaultError};

/// An event with the ledger entry that tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldEvent {
    /// What was said, or what became of it.
    pub event: ConsentEvent,
    /// The index of its entry, which holds its digest.
    pub entry: u64,
}

/// What counted of a subject's words at a moment.
#[derive(Clone, Debug)]
pub struct AsOf {
    /// The ledger entry that records this look.
    pub look: u64,
    /// The moment asked about.
    pub at: Moment,
    /// By purpose, part and channel, the newest word about each.
    pub stands: Vec<Stands>,
    /// By purpose, the name and version of the notice that told of it at that moment.
    pub told: BTreeMap<String, (String, u32)>,
}

/// The newest word about a purpose, a part and a channel, as of a moment.
#[derive(Clone, Debug)]
pub struct Stands {
    /// The word, with its entry.
    pub held: HeldEvent,
    /// Whether it counted: given, begun, not yet over. A case that it is for, and a notice that was widened
    /// by then, are for who reads it to weigh.
    pub counts: bool,
    /// Whether a notice in force at that moment told more than the subject had been told.
    pub outdated: bool,
}

impl Vault {
    /// All that a subject said, in its order, each word held to the ledger entry that tells it; with the entry
    /// that records this look. A service is answered about the purposes that its key names. `None` if there
    /// is no such subject.
    ///
    /// # Errors
    /// `Corrupt` if a word was altered, exchanged, added or taken away; otherwise the store failed.
    pub async fn consent_events(
        &self,
        caller: &Caller,
        subject: SubjectId,
    ) -> Result<Option<(u64, Vec<HeldEvent>)>, VaultError> {
        let Some((_, look)) = self.watch(caller, subject).await? else {
            return Ok(None);
        };
        let Some((_, mut events)) = self.heard(subject).await? else {
            return Ok(None);
        };
        events.retain(|held| hears(caller, &held.event.purpose));
        Ok(Some((look, events)))
    }

    /// What counted of a subject's words at a moment, now if none is named, worked out anew from all that
    /// was ever said. `None` if there is no such subject.
    ///
    /// # Errors
    /// As [`Vault::consent_events`].
    pub async fn consents_as_of(
        &self,
        caller: &Caller,
        subject: SubjectId,
        at: Option<Moment>,
    ) -> Result<Option<AsOf>, VaultError> {
        let Some((_, look)) = self.watch(caller, subject).await? else {
            return Ok(None);
        };
        let Some((_, events)) = self.heard(subject).await? else {
            return Ok(None);
        };
        let told = self.active().told.clone();
        let at = at.unwrap_or_else(|| self.now());
        let mut stands: Vec<Stands> = fold(
            events
                .into_iter()
                .filter(|held| held.event.received_at <= at),
            &told,
        )
        .into_iter()
        .filter(|(held, _)| hears(caller, &held.event.purpose))
        .map(|(held, scope)| Stands {
            counts: counts_at(&held.event, at),
            outdated: told
                .number_at(&held.event.purpose, at)
                .is_some_and(|number| scope < number),
            held,
        })
        .collect();
        stands.sort_by(|one, other| place(&one.held.event).cmp(&place(&other.held.event)));
        let mut then = told.told_at(at);
        then.retain(|purpose, _| hears(caller, purpose));
        Ok(Some(AsOf {
            look,
            at,
            stands,
            told: then,
        }))
    }

    /// A subject and all that it said, each word held to the ledger.
    ///
    /// # Errors
    /// As [`Vault::consent_events`].
    pub(crate) async fn heard(
        &self,
        subject: SubjectId,
    ) -> Result<Option<(Subject, Vec<HeldEvent>)>, VaultError> {
        let found = self
            .person_and(subject, Some(events_query(subject)))
            .await?;
        let Some((person, rows)) = found else {
            return Ok(None);
        };
        let events = hold_events(&rows, &counting(&person.consents)?)?;
        let mut heard = Vec::with_capacity(events.len());
        for event in events {
            let entry = self.told_of(&person, &event).await?;
            heard.push(HeldEvent { event, entry });
        }
        Ok(Some((person, heard)))
    }

    /// The index of the entry that tells this event.
    async fn told_of(&self, person: &Subject, event: &ConsentEvent) -> Result<u64, VaultError> {
        let size = self.store().ledger_head().await?.size;
        let near = self.first_entry_since(event.received_at, size).await?;
        let (first, last) = (near.saturating_sub(BEFORE), size.min(near + AFTER));
        if let Some(index) = self.tells(person, event, first..last).await? {
            return Ok(index);
        }
        // A clock that was put back misleads a search by time: the whole ledger is looked through before
        // anything is called altered.
        match self.tells(person, event, 0..size).await? {
            Some(index) => Ok(index),
            None => Err(VaultError::Corrupt("consent event")),
        }
    }

    async fn tells(
        &self,
        person: &Subject,
        event: &ConsentEvent,
        range: std::ops::Range<u64>,
    ) -> Result<Option<u64>, VaultError> {
        let digest = event.digest_text();
        let names = |body: &[u8]| {
            body.windows(digest.len())
                .any(|part| part == digest.as_bytes())
        };
        let mut next = range.start;
        while next < range.end {
            let count = usize::try_from((range.end - next).min(STEP)).unwrap_or(usize::MAX);
            let page = self.store().ledger_entries(next, count).await?;
            let Some((last, _)) = page.last() else { break };
            next = last + 1;
            for (index, body) in page.iter().filter(|(_, body)| names(body)) {
                if is_told(person, event, &digest, &decoded(body)?) {
                    return Ok(Some(*index));
                }
            }
        }
        Ok(None)
    }
}

/// Whether this entry tells this event of this person.
fn is_told(person: &Subject, event: &ConsentEvent, digest: &str, entry: &Entry) -> bool {
    entry.kind == Kind::Consent
        && entry.subject == person.pseudonym
        && entry.purpose.as_ref() == Some(&event.purpose)
        && entry
            .extra
            .iter()
            .any(|(word, text)| word == DIGEST && text == digest)
}

/// The events of these rows, once they are all that was said, none more and none less, and lead to what counts.
///
/// # Errors
/// `Corrupt`.
pub(crate) fn hold_events(
    rows: &[Row],
    counting: &[Consent<'_>],
) -> Result<Vec<ConsentEvent>, VaultError> {
    let events: Vec<ConsentEvent> = rows
        .iter()
        .map(ConsentEvent::of)
        .collect::<Result<_, _>>()?;
    let in_order = (1..)
        .zip(&events)
        .all(|(epoch, event)| event.epoch == epoch);
    let all = last_epoch(counting) == events.len() as u64;
    let mut left: Vec<&ConsentEvent> = Vec::new();
    for event in &events {
        displace(&mut left, event);
    }
    let leads = left.len() == counting.len()
        && left
            .iter()
            .all(|event| counting.iter().any(|row| event.counts(row.scope) == *row));
    if in_order && all && leads {
        Ok(events)
    } else {
        Err(VaultError::Corrupt("consent event"))
    }
}

fn displace<'e>(left: &mut Vec<&'e ConsentEvent>, event: &'e ConsentEvent) {
    let new = event.counts(0);
    left.retain(|old| !displaces(&new, &old.counts(0)));
    left.push(event);
}

/// What is left of words when each takes the place of those that it covers, each with the number of the scope
/// under which it was said.
fn fold(events: impl Iterator<Item = HeldEvent>, told: &Told) -> Vec<(HeldEvent, u32)> {
    let mut left: Vec<(HeldEvent, u32)> = Vec::new();
    for held in events {
        let new = held.event.counts(0);
        let mut before = None;
        left.retain(|(old, scope)| {
            let over = displaces(&new, &old.event.counts(0));
            if over {
                before = Some(*scope);
            }
            !over
        });
        // What becomes of a word by itself was told to nobody: it stands where the word did.
        let scope = match held.event.through {
            Through::System => before.unwrap_or(0),
            _ => told.shown(held.event.notice.as_ref(), &held.event.purpose),
        };
        left.push((held, scope));
    }
    left
}

/// Whether a word, the newest about its place, counted at a moment.
fn counts_at(event: &ConsentEvent, at: Moment) -> bool {
    event.turn == ConsentTurn::Given
        && event.from.is_none_or(|from| from <= at)
        && event.until.is_none_or(|until| at < until)
}

fn place(event: &ConsentEvent) -> (&str, Option<&str>, Option<&str>) {
    let channel = event.channel.map(shouxin_model::ContactChannel::word);
    (&event.purpose, event.part.as_deref(), channel)
}

/// Whether a caller may hear what was said about a purpose: a service as far as its key reaches. A subject is
/// never asked about anybody else here.
pub fn hears(caller: &Caller, purpose: &str) -> bool {
    match &caller.kind {
        CallerKind::Service { purposes, .. } => purposes.iter().any(|one| one == purpose),
        CallerKind::Staff { .. } | CallerKind::Operator | CallerKind::Subject { .. } => true,
        CallerKind::Page { .. } => false,
    }
}

/// Entries around the moment of an event among which its own is looked for first: commits overtake each other
/// by little.
const BEFORE: u64 = 512;
const AFTER: u64 = 4_096;

/// Entries read from the store at a time.
const STEP: u64 = 1_024;
