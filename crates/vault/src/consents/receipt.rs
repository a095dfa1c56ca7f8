//! Receipts: what a subject is handed about what it said, in the field names of two standards, signed, with the
//! ledger entry and its proof inside.
//!
//! Sources: ISO/IEC TS 27560:2023, 6.3 and 6.4, as spelt by the W3C DPVCG's guide "Consent Records and Receipts
//! as per ISO/IEC TS 27560:2023 using DPV"; Kantara Initiative, Consent Receipt Specification 1.1.0 (2018).

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use shouxin_ledger::{Entry, EntryProof, Kind, Receipt, ReceiptProof};
use shouxin_model::text::Language;
use shouxin_model::{
    Basis, Caller, ConsentTurn, ContactChannel, FieldRef, Purpose, Register, SubjectId,
};

use super::{ConsentError, HeldEvent, hears};
use crate::ledger::{LedgerError, decoded};
use crate::{Vault, VaultError};

/// Whose field names a receipt uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptForm {
    /// ISO/IEC TS 27560:2023.
    Iso27560,
    /// Kantara Consent Receipt 1.1.
    Kantara,
}

impl Vault {
    /// The receipt of something that a subject said, titles in this language; the look is recorded. A receipt of a
    /// refusal or withdrawal names the last read of the purpose that was allowed before it and the first that
    /// was denied since. `None` if there is no such subject.
    ///
    /// # Errors
    /// `NoEvent` if there is none of this number that the caller may hear of, or none that a signed checkpoint
    /// covers yet; otherwise as [`Vault::consent_events`].
    pub async fn receipt(
        &self,
        caller: &Caller,
        subject: SubjectId,
        epoch: u64,
        form: ReceiptForm,
        language: Language,
    ) -> Result<Option<Receipt>, ConsentError> {
        let named = |held: &HeldEvent| held.event.epoch == epoch;
        let told = |held: &HeldEvent| named(held) && hears(caller, &held.event.purpose);
        self.receipt_of(caller, subject, (form, language), told)
            .await
    }

    /// As [`Vault::receipt`], of the event that is `meant`.
    pub(crate) async fn receipt_of(
        &self,
        caller: &Caller,
        subject: SubjectId,
        (form, language): (ReceiptForm, Language),
        meant: impl Fn(&HeldEvent) -> bool,
    ) -> Result<Option<Receipt>, ConsentError> {
        if self.watch(caller, subject).await?.is_none() {
            return Ok(None);
        }
        let Some((person, events)) = self.heard(subject).await? else {
            return Ok(None);
        };
        let found = events.into_iter().find(meant);
        let held = found.ok_or(ConsentError::NoEvent)?;
        let proof = self.entry_proof(held.entry).await?;
        let pseudonym = person.pseudonym.ok_or(VaultError::Corrupt("pseudonym"))?;
        let ends = matches!(
            held.event.turn,
            ConsentTurn::Withdrawn | ConsentTurn::Refused
        );
        let looks = Looks {
            vault: self,
            pseudonym,
            purpose: &held.event.purpose,
        };
        let size = proof_size(&proof);
        let (allowed, denied) = if ends {
            (
                looks.newest_allowed(held.entry).await?,
                looks.oldest_denied(held.entry + 1, size).await?,
            )
        } else {
            (None, None)
        };
        let content = Content {
            register: &self.active().register,
            held: &held,
            principal: BASE64URL_NOPAD.encode(&pseudonym),
            language,
        };
        let mut json = match form {
            ReceiptForm::Iso27560 => content.iso27560(&self.ledger_origin()),
            ReceiptForm::Kantara => content.kantara(),
        };
        let proof = ReceiptProof {
            receipt: 1,
            event: held.event.canonical(),
            proof,
            last_allowed: self.proof_of(allowed).await?,
            first_denied: self.proof_of(denied).await?,
        };
        json["shouxin"] = json!(proof);
        let signed = self.with_signers(|signers| Receipt::sign(json, signers));
        Ok(Some(signed.map_err(|_| VaultError::Corrupt("receipt"))?))
    }

    async fn proof_of(&self, index: Option<u64>) -> Result<Option<EntryProof>, ConsentError> {
        match index {
            Some(index) => self.entry_proof(index).await.map(Some),
            None => Ok(None),
        }
    }

    async fn entry_proof(&self, index: u64) -> Result<EntryProof, ConsentError> {
        match self.prove(index).await {
            Ok((bytes, path, checkpoint)) => {
                Ok(EntryProof::new(decoded(&bytes)?, path, checkpoint))
            }
            Err(LedgerError::Beyond(_)) => Err(ConsentError::NoEvent),
            Err(LedgerError::Vault(error)) => Err(error.into()),
        }
    }
}

/// How many entries the checkpoint of a proof covers.
fn proof_size(proof: &EntryProof) -> u64 {
    shouxin_ledger::SignedCheckpoint::parse(&proof.checkpoint)
        .map_or(0, |signed| signed.checkpoint.size)
}

/// The reads of one subject for one purpose.
struct Looks<'a> {
    vault: &'a Vault,
    pseudonym: [u8; 16],
    purpose: &'a str,
}

impl Looks<'_> {
    /// The last read before this index that was allowed.
    async fn newest_allowed(&self, before: u64) -> Result<Option<u64>, VaultError> {
        let floor = before.saturating_sub(MOST_LOOKED_AT);
        let mut end = before;
        while end > floor {
            let first = end.saturating_sub(STEP).max(floor);
            let page = self.page(first, end).await?;
            let is_allowed = |entry: &Entry| matches!(entry.kind, Kind::Read | Kind::Reveal);
            let mut newest_first = page.into_iter().rev();
            if let Some((index, _)) = newest_first.find(|(_, entry)| is_allowed(entry)) {
                return Ok(Some(index));
            }
            end = first;
        }
        Ok(None)
    }

    /// The first refusal from this index on, before `end`.
    async fn oldest_denied(&self, from: u64, end: u64) -> Result<Option<u64>, VaultError> {
        let end = end.min(from.saturating_add(MOST_LOOKED_AT));
        let mut first = from;
        while first < end {
            let next = (first + STEP).min(end);
            let page = self.page(first, next).await?;
            if let Some((index, _)) = page.into_iter().find(|(_, e)| e.kind == Kind::Refusal) {
                return Ok(Some(index));
            }
            first = next;
        }
        Ok(None)
    }

    /// What the ledger tells of the subject and the purpose in this range.
    async fn page(&self, first: u64, end: u64) -> Result<Vec<(u64, Entry)>, VaultError> {
        let name = BASE64URL_NOPAD.encode(&self.pseudonym);
        let names = |body: &[u8]| body.windows(name.len()).any(|part| part == name.as_bytes());
        let count = usize::try_from(end - first).unwrap_or(usize::MAX);
        let mut found = Vec::new();
        for (index, body) in self.vault.store().ledger_entries(first, count).await? {
            if names(&body) {
                let entry = decoded(&body)?;
                if entry.subject == Some(self.pseudonym)
                    && entry.purpose.as_deref() == Some(self.purpose)
                {
                    found.push((index, entry));
                }
            }
        }
        Ok(found)
    }
}

/// Entries looked through on either side of an event: some seconds of work at the very most.
const MOST_LOOKED_AT: u64 = 200_000;
const STEP: u64 = 1_000;

/// What a receipt says, before its proof.
struct Content<'a> {
    register: &'a Register,
    held: &'a HeldEvent,
    principal: String,
    language: Language,
}

impl Content<'_> {
    /// In the sections of ISO/IEC TS 27560: receipt metadata, record header, PII processing, parties, event.
    fn iso27560(&self, origin: &str) -> Value {
        let event = &self.held.event;
        let purpose = self.purpose();
        let mut one = json!({
            "purpose": event.purpose,
            "purpose_description": self.title(),
            "lawful_basis": self.bases(),
            "pii_information": self.fields().iter().map(|field| self.pii(field)).collect::<Vec<_>>(),
            "pii_controllers": [origin],
            "collection_method": event.through.word(),
            "jurisdiction": self.jurisdiction(),
            "withdrawal_method": self.withdrawal(),
        });
        if let Some(form) = purpose.and_then(|declared| declared.consent) {
            one["cn:consent_form_needed"] = json!(super::word(form));
        }
        json!({
            "@context": context(),
            "receipt_metadata": {
                "schema_version": ISO27560,
                "receipt_id": self.id(),
                "pii_principal_id": self.principal,
            },
            "record_header": {
                "schema_version": ISO27560,
                "record_id": format!("{}.{}", self.principal, event.epoch),
                "pii_principal_id": self.principal,
            },
            "pii_processing": {
                "privacy_notice": event.notice.as_ref().map(|shown| format!("{}@{}", shown.name, shown.version)),
                "privacy_notice_hash": event.notice.as_ref().map(|shown| HEXLOWER.encode(&shown.hash)),
                "language": self.spoken(),
                "purposes": [one],
            },
            "party_identification": [{
                "party_id": origin,
                "party_name": self.register.title.get(self.language),
                "party_role": "pii_controller",
            }],
            "event": [{
                "event_time": event.collected_at.rfc3339(),
                "validity_duration": event.until.map(|until| until.rfc3339()),
                "entity_id": self.principal,
                "event_type": EXPLICIT,
                "event_state": event.turn.word(),
                "cn:consent_form": super::word(event.form),
                "cn:part": event.part,
                "cn:contact_channel": event.channel.map(ContactChannel::word),
                "cn:most_per_month": event.most_per_month,
                "cn:evidence_grade": event.grade.word(),
                "cn:received_at": event.received_at.rfc3339(),
                "cn:valid_from": event.from.map(|from| from.rfc3339()),
            }],
        })
    }

    /// In the fields of the Kantara Consent Receipt 1.1.0.
    fn kantara(&self) -> Value {
        let event = &self.held.event;
        let fields = self.fields();
        let sensitive: Vec<&FieldRef> = fields
            .iter()
            .copied()
            .filter(|field| self.sensitivity(field).is_some())
            .collect();
        let categories: Vec<String> = fields.iter().map(|field| self.name(field)).collect();
        json!({
            "@context": context(),
            "version": "KI-CR-v1.1.0",
            "jurisdiction": self.jurisdiction(),
            "consentTimestamp": event.collected_at.seconds(),
            "collectionMethod": event.through.word(),
            "consentReceiptID": self.id(),
            "language": self.spoken(),
            "piiPrincipalId": self.principal,
            "piiControllers": [{"piiController": self.register.title.get(self.language)}],
            "policyUrl": event.notice.as_ref().map(|shown| format!("/notices/{}", shown.name)),
            "services": [{
                "service": self.register.title.get(self.language),
                "purposes": [{
                    "purpose": event.purpose,
                    "purposeCategory": [self.title()],
                    "consentType": "EXPLICIT",
                    "piiCategory": categories,
                    "primaryPurpose": false,
                    "termination": self.termination(),
                    "thirdPartyDisclosure": false,
                }],
            }],
            "sensitive": !sensitive.is_empty(),
            "spiCat": sensitive.iter().filter_map(|field| self.sensitivity(field)).collect::<Vec<_>>(),
            "event_state": event.turn.word(),
        })
    }

    fn purpose(&self) -> Option<&Purpose> {
        self.register.purpose(&self.held.event.purpose)
    }

    fn title(&self) -> String {
        let title = self.purpose().map(|one| one.title.get(self.language));
        title.unwrap_or(&self.held.event.purpose).to_owned()
    }

    fn bases(&self) -> Value {
        let bases = self.purpose().map(|purpose| &purpose.basis);
        let consent = bases.is_some_and(|bases| bases.values().any(|one| *one == Basis::Consent));
        if consent {
            json!("consent")
        } else {
            json!(bases)
        }
    }

    /// The fields that it is about.
    fn fields(&self) -> Vec<&FieldRef> {
        let named = |field: &&FieldRef| match &self.held.event.part {
            None => true,
            Some(part) => {
                field.as_str() == part || part.strip_suffix(".*") == Some(field.collection())
            }
        };
        let fields = self.purpose().map_or(&[][..], |purpose| &purpose.fields);
        fields.iter().filter(named).collect()
    }

    fn name(&self, field: &FieldRef) -> String {
        let title = self
            .register
            .field(field)
            .map(|one| one.title.get(self.language));
        title.unwrap_or(field.as_str()).to_owned()
    }

    /// The category of a sensitive field.
    fn sensitivity(&self, field: &FieldRef) -> Option<Value> {
        let declared = self.register.field(field)?;
        declared
            .sensitivity
            .is_sensitive()
            .then(|| json!(declared.sensitivity))
    }

    fn pii(&self, field: &FieldRef) -> Value {
        json!({
            "pii_type": self.name(field),
            "pii_attribute_id": field.as_str(),
            "sensitive_pii_category": self.sensitivity(field),
        })
    }

    fn jurisdiction(&self) -> String {
        let regimes: Vec<String> = self
            .register
            .regimes
            .iter()
            .filter_map(|one| json!(one).as_str().map(str::to_owned))
            .collect();
        regimes.join(", ")
    }

    fn withdrawal(&self) -> &'static str {
        match self.language {
            Language::Chinese => "可随时撤回,撤回不影响此前处理的效力",
            Language::English => "at any time; what was done before the withdrawal stays lawful",
        }
    }

    fn termination(&self) -> String {
        match (self.held.event.until, self.language) {
            (Some(until), _) => until.rfc3339(),
            (None, Language::Chinese) => "撤回时".to_owned(),
            (None, Language::English) => "on withdrawal".to_owned(),
        }
    }

    fn spoken(&self) -> &str {
        let shown = self.held.event.notice.as_ref();
        shown.map_or(
            match self.language {
                Language::Chinese => "zh",
                Language::English => "en",
            },
            |shown| &shown.language,
        )
    }

    /// A UUID (version 8) of the principal and the event: the same receipt has the same id.
    fn id(&self) -> String {
        let name = format!("{}.{}", self.principal, self.held.event.epoch);
        let mut bytes = Sha256::digest(name);
        bytes[6] = bytes[6] & 0x0f | 0x80;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let hex = HEXLOWER.encode(&bytes[..16]);
        let parts = [
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..],
        ];
        parts.join("-")
    }
}

/// The terms of the W3C Data Privacy Vocabulary that the fields stand for, and a few of our own for China's law
/// (`docs/law/cn.jsonld`).
fn context() -> Value {
    json!({
        "dpv": "https://w3id.org/dpv#",
        "cn": "urn:shouxin:vocabulary:cn#",
        "purpose": "dpv:hasPurpose",
        "lawful_basis": "dpv:hasLegalBasis",
        "pii_information": "dpv:hasPersonalData",
        "pii_principal_id": "dpv:hasDataSubject",
        "pii_controllers": "dpv:hasDataController",
        "privacy_notice": "dpv:hasNotice",
        "event_state": "dpv:hasConsentStatus",
        "jurisdiction": "dpv:hasJurisdiction",
    })
}

const ISO27560: &str = "ISO/IEC TS 27560:2023";

/// PIPL art. 14 knows no other: consent is explicit in each of its forms.
const EXPLICIT: &str = "explicit";
