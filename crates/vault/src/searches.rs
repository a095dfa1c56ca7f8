//! Searches over blind indexes. Every false positive is removed by opening, after the entry stands.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use shouxin_ledger::Kind;
use shouxin_model::{Caller, FieldRef, GrantId, Personal, RecordId, SearchMode, SubjectId, Suite};
use shouxin_policy::{
    Ask, Because, Consents, Facts, Layer, Pieces, Relation, Verdict, decide, decide_search,
    may_name, role_grants,
};
use shouxin_seal::{BlindIndex, query_term};
use shouxin_store::{CommitError, Tx, params};

use crate::active::Active;
use crate::gather::{Known, Wanted, seen_mark};
use crate::grants::guard_grant;
use crate::open;
use crate::permit::{Permit, RecordedPermit};
use crate::reads::{charge, used_beside};
use crate::spent::one_more;
use crate::vault::ATTEMPTS;
use crate::{Vault, VaultError};

/// What to look for, and what for.
#[derive(Debug)]
pub struct SearchRequest {
    /// The field.
    pub field: FieldRef,
    /// How.
    pub mode: SearchMode,
    /// What to look for, as typed.
    pub value: Personal<String>,
    /// The purpose.
    pub purpose: String,
    /// The most matches wanted; 1 to 100.
    pub limit: usize,
}

/// What a search found.
#[derive(Debug)]
pub struct SearchOutcome {
    /// The ledger entry that records it.
    pub entry: u64,
    /// Why it was refused, if it was.
    pub refusal: Option<Arc<Because>>,
    /// Subjects and records that match and that the purpose ties to the caller.
    pub matches: Vec<(SubjectId, RecordId)>,
    /// Whether there are more than were asked for.
    pub more: bool,
}

/// Why a search cannot be decided at all.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The register has no such purpose.
    #[error("the register has no such purpose")]
    UnknownPurpose,
    /// The register has no such field.
    #[error("the register has no field {0}")]
    UnknownField(FieldRef),
    /// The typed text gives nothing to look for in this mode.
    #[error("the text gives nothing to look for in mode {}", .0.word())]
    Empty(SearchMode),
    /// The store, the ledger or the keys failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// The most candidates that one search opens. An index entry that more people share (a surname, a
/// district) is too coarse to find anyone by: the caller is told that there is more.
const MAX_CANDIDATES: i64 = 500;

impl Vault {
    /// Searches a sealed field through its blind index, within the purpose and its quota.
    ///
    /// # Errors
    /// [`SearchError`]; a refusal by policy is an outcome, not an error.
    pub async fn search(
        &self,
        caller: &Caller,
        request: &SearchRequest,
    ) -> Result<SearchOutcome, SearchError> {
        for _ in 0..ATTEMPTS {
            let active = self.active();
            match self.search_once(&active, caller, request).await {
                Err(SearchError::Vault(VaultError::Busy)) => self.refresh().await?,
                Err(error @ (SearchError::UnknownPurpose | SearchError::UnknownField(_))) => {
                    self.unless_newer(&active, error).await?;
                }
                result => return result,
            }
        }
        Err(VaultError::Busy.into())
    }

    async fn search_once(
        &self,
        active: &Active,
        caller: &Caller,
        request: &SearchRequest,
    ) -> Result<SearchOutcome, SearchError> {
        let register = &active.register;
        let purpose = register
            .purpose(&request.purpose)
            .ok_or(SearchError::UnknownPurpose)?;
        let field = register
            .field(&request.field)
            .ok_or_else(|| SearchError::UnknownField(request.field.clone()))?;
        // The typed text goes into a keyed digest and is compared with opened candidates below.
        let term = query_term(field.kind, request.mode, request.value.expose())
            .ok_or(SearchError::Empty(request.mode))?;
        // Before anything is looked up: without keys that open, what was found could not be compared.
        let keyrings = self.keyrings_of(register, std::slice::from_ref(&request.field))?;
        let now = self.now();
        let used = self.used(caller, purpose, now).await?;
        let ask = Ask {
            now,
            caller: caller.clone(),
            purpose: purpose.name.clone(),
            used,
            training_until: None,
            pledge_until: None,
        };
        let ruling = decide_search(
            &active.policies,
            register,
            &ask,
            &request.field,
            request.mode,
        );
        let form = if ruling.allowed { "search" } else { "withheld" };
        let kind = if ruling.allowed {
            Kind::Search
        } else {
            Kind::Refusal
        };
        let mut entry = self.begin(now, kind, caller, active);
        entry.purpose = Some(purpose.name.clone());
        entry.add_field(form, &ruling.because.rule, request.field.to_string());
        entry
            .extra
            .push(("mode".to_owned(), request.mode.word().to_owned()));
        let mut tx = Tx::new();
        tx.guard(
            1,
            "SELECT 1 FROM setting WHERE name = 'declared' AND value = $1",
            params![active.mark()],
        );
        if !ruling.allowed {
            tx.append(self.bytes(&entry)?);
            let committed = self.store().commit(tx).await.map_err(VaultError::from)?;
            return Ok(SearchOutcome {
                entry: committed.entries[0],
                refusal: Some(ruling.because),
                matches: Vec::new(),
                more: false,
            });
        }

        // Under both suites: a change of suite may be under way, and opening removes false hits.
        let zone = self.zone_apart(register, request.field.collection())?;
        let of_field = keyrings.of(zone.map_or("", |zone| &zone.name));
        let tag = |suite| BlindIndex::of(of_field, &request.field, request.mode, suite).tag(&term);
        // Whoever holds a pseudonym looks for it as for a value.
        let of_pseudonym = match request.mode {
            SearchMode::Exact => {
                self.pseudonym_tags(&request.field, field.kind, &request.value)
                    .await?
            }
            _ => Vec::new(),
        };
        let typed = [tag(Suite::International), tag(Suite::National)];
        let sought = |at: usize| of_pseudonym.get(at).unwrap_or(&typed[at % 2]).clone();
        let candidates = zone
            .map_or(self.store(), |zone| &zone.store)
            .query(
                "SELECT subject, record FROM blind WHERE field = $1 AND mode = $2 AND tag IN ($3, $4) \
                 ORDER BY subject, record LIMIT $5",
                params![
                    request.field.to_string(),
                    request.mode.word(),
                    sought(0),
                    sought(1),
                    MAX_CANDIDATES + 1
                ],
            )
            .await
            .map_err(VaultError::from)?;
        let mut too_many = candidates.len() > MAX_CANDIDATES as usize;
        let mut pairs = Vec::with_capacity(candidates.len());
        for row in candidates.iter().take(MAX_CANDIDATES as usize) {
            let subject = row.id(0, SubjectId::from_slice).map_err(VaultError::from)?;
            let record = row.id(1, RecordId::from_slice).map_err(VaultError::from)?;
            pairs.push(match zone {
                Some(zone) => (zone.subject(subject), zone.record(record)),
                None => (subject, record),
            });
        }
        let wanted = Wanted {
            vault: self,
            register,
            told: &active.told,
            purpose,
            caller,
            case: None,
            collections: zone.map_or_else(
                || BTreeSet::from([request.field.collection()]),
                |_| BTreeSet::new(),
            ),
            now,
            spends: false,
        };
        let subjects: Vec<SubjectId> = pairs
            .iter()
            .map(|(subject, _)| *subject)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        let mark = |subject: SubjectId| match zone {
            Some(zone) => zone.seen_mark(zone.alias(subject)),
            None => seen_mark(subject),
        };
        let people = subjects.iter().map(|id| (*id, mark(*id))).collect();
        let (_, found) = wanted.known_of(None, people).await?;
        let mut known = Vec::with_capacity(subjects.len());
        for (subject, facts) in subjects.into_iter().zip(found) {
            if let Some(mut facts) = facts {
                facts.named_in = zone.map(|zone| zone.name.clone());
                known.push((subject, facts));
            }
        }
        if let Some(zone) = zone {
            let apart = vec![(zone, vec![request.field.collection()])];
            self.add_apart(&apart, known.iter_mut().map(|(_, facts)| facts))
                .await?;
        }

        // Each subject must pass the read's own rules before even its existence is told.
        known.retain(|(_, facts)| ties(active, &ask, &request.field, facts));
        entry
            .extra
            .push(("candidates".to_owned(), known.len().to_string()));
        for (subject, facts) in &known {
            guard(&mut tx, *subject, facts);
        }
        if let Some(limit) = purpose.quota.searches_per_day {
            charge(&mut tx, caller, &purpose.name, now, "searches", 1, limit);
        }
        tx.append(self.bytes(&entry)?);
        let permit = Permit::new(Verdict {
            refusal: None,
            fields: Vec::new(),
            pieces: Vec::new(),
            joined_by: Vec::new(),
        });
        let recorded = match RecordedPermit::commit(self.store(), vec![permit], tx).await {
            Ok(mut permits) => permits.remove(0),
            Err(CommitError::Conflict { .. }) => return Err(VaultError::Busy.into()),
            Err(error) => return Err(VaultError::from(error).into()),
        };
        self.note_spent(caller, purpose, now, one_more(used));

        let mut matches = Vec::new();
        for (subject, record) in pairs {
            let Some((_, facts)) = known.iter().find(|(id, _)| *id == subject) else {
                continue;
            };
            let Some(value) = open::for_comparison(
                &keyrings,
                active,
                subject,
                facts,
                record,
                &request.field,
                &recorded,
            )?
            else {
                continue;
            };
            // Compared with the typed term and dropped.
            let is_sought = if of_pseudonym.is_empty() {
                let typed = request.value.expose();
                shouxin_seal::matches(field.kind, request.mode, value.expose(), typed)
            } else {
                self.stands_for(field.kind, &request.value, &value)
            };
            if is_sought {
                matches.push((subject, record));
            }
        }
        too_many |= matches.len() > request.limit;
        matches.truncate(request.limit);
        // Whoever was found is told of it in the ledger, before the caller is told of them.
        let mut tx = Tx::new();
        let found: BTreeSet<SubjectId> = matches.iter().map(|(subject, _)| *subject).collect();
        let named = match zone {
            None => BTreeMap::new(),
            Some(_) => self.named(active, &ask, &request.field, &found).await?,
        };
        for (subject, facts) in known.iter().filter(|(subject, _)| found.contains(subject)) {
            // Nobody is told of as found after what tied them to the caller has ended.
            guard(&mut tx, *subject, facts);
            let mut entry = self.begin(now, Kind::Search, caller, active);
            entry.purpose = Some(purpose.name.clone());
            entry.subject = facts.pseudonym;
            entry.add_field("found", &ruling.because.rule, request.field.to_string());
            entry
                .extra
                .push(("of".to_owned(), recorded.entry().to_string()));
            for grant in named.get(subject).into_iter().flatten() {
                guard_grant(&mut tx, *grant, now);
                entry.extra.push(("grant".to_owned(), grant.to_string()));
            }
            tx.append(self.bytes(&entry)?);
        }
        self.store().commit(tx).await.map_err(VaultError::from)?;
        if let Some(zone) = zone {
            // Found by what lies apart, told by the ids of that zone unless both sides are held.
            for (subject, record) in &mut matches {
                if !named.contains_key(subject) {
                    (*subject, *record) = (zone.alias(*subject), zone.record_alias(*record));
                }
            }
        }
        Ok(SearchOutcome {
            entry: recorded.entry(),
            refusal: None,
            matches,
            more: too_many,
        })
    }
}

impl Vault {
    /// Who of those found in a zone apart may be named by who they are, each with the grants that it takes
    /// beyond standing ones.
    async fn named(
        &self,
        active: &Active,
        ask: &Ask,
        field: &FieldRef,
        found: &BTreeSet<SubjectId>,
    ) -> Result<BTreeMap<SubjectId, Vec<GrantId>>, VaultError> {
        let register = &active.register;
        let (Some(purpose), false) = (register.purpose(&ask.purpose), found.is_empty()) else {
            return Ok(BTreeMap::new());
        };
        let held = self.held(&ask.caller, &purpose.name, ask.now).await?;
        let mut facts = Facts {
            ask: ask.clone(),
            fields: vec![field.clone()],
            clear: BTreeSet::new(),
            relation: Relation::default(),
            consent: Consents::default(),
            restricted: false,
            hold: false,
            expired: BTreeSet::new(),
            grants: Vec::new(),
            pieces: Pieces::default(),
            named_in: None,
            zone_grants: role_grants(register, purpose, &ask.caller),
        };
        let mut named = BTreeMap::new();
        for subject in found {
            facts.grants = held.about(*subject);
            if let Some(grants) = may_name(register, purpose, &facts) {
                named.insert(*subject, grants);
            }
        }
        Ok(named)
    }
}

/// Ties a commit to the facts about a subject.
fn guard(tx: &mut Tx, subject: SubjectId, facts: &Known) {
    tx.guard(
        1,
        "SELECT 1 FROM subject WHERE id = $1 AND version = $2",
        params![subject, facts.version],
    );
}

/// Whether the purpose's own conditions let the caller know of this subject by this field. What the
/// policies let the caller see of the field is another matter: one may search by what one may not read.
fn ties(active: &Active, ask: &Ask, field: &FieldRef, known: &Known) -> bool {
    let fields = vec![field.clone()];
    let facts = Facts {
        ask: Ask {
            used: used_beside(ask.used, known),
            ..ask.clone()
        },
        clear: BTreeSet::new(),
        relation: known.relation,
        consent: known.consent.clone(),
        restricted: known.restricted,
        hold: false,
        expired: known.expired(&active.register, &fields),
        named_in: known.named_in.clone(),
        zone_grants: BTreeSet::new(),
        grants: Vec::new(),
        pieces: Pieces::default(),
        fields,
    };
    let verdict = decide(&active.policies, &active.register, &facts);
    let barred = |because: &Because| matches!(because.layer, Layer::Consent | Layer::Retention);
    verdict.refusal.is_none()
        && !verdict
            .fields
            .iter()
            .any(|(_, decision)| barred(&decision.because))
}
