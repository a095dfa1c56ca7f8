//! A row of `consent_event`: what a subject said, or what became of it, as it is kept for good.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use sha2::{Digest, Sha256};
use shouxin_model::{
    ConsentForm, ConsentTurn, ContactChannel, EvidenceGrade, EvidenceId, Moment, RecordId,
    SubjectId, Through,
};
use shouxin_store::{Query, Row, Tx, params};

use super::{ShownNotice, Statement};
use crate::VaultError;
use crate::changes::{Changed, ConsentChange};
use crate::gather::form;

/// Something that a subject said about a purpose, or that became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentEvent {
    /// Counts what this subject said: 1, 2, 3.
    pub epoch: u64,
    /// The purpose.
    pub purpose: String,
    /// `collection.field` or `collection.*`; `None`: the whole purpose.
    pub part: Option<String>,
    /// For which way of being reached; `None`: for every one.
    pub channel: Option<ContactChannel>,
    /// What was said, or what became of it.
    pub turn: ConsentTurn,
    /// In which form.
    pub form: ConsentForm,
    /// How well it is proved.
    pub grade: EvidenceGrade,
    /// What was shown when it was said.
    pub notice: Option<ShownNotice>,
    /// Through what it was collected.
    pub through: Through,
    /// Who took it down: `stf_…`, `key_…`, `operator`.
    pub actor: String,
    /// Where: a site, a page, a recording's reference.
    pub place: Option<String>,
    /// When it was said.
    pub collected_at: Moment,
    /// When it was taken down: it counts since then.
    pub received_at: Moment,
    /// From when on it counts; `None`: at once.
    pub from: Option<Moment>,
    /// Until when it counts; `None`: for good.
    pub until: Option<Moment>,
    /// The case that it is for; `None`: for any.
    pub case: Option<RecordId>,
    /// A stored piece of evidence: its id, and the SHA-256 of its bytes.
    pub evidence: Option<(EvidenceId, [u8; 32])>,
    /// Not more often than so many times a month; `None`: as often as the purpose needs.
    pub most_per_month: Option<u32>,
}

/// The SELECT for all that a subject said, as [`ConsentEvent::of`] takes its rows.
pub(crate) fn events_query(subject: SubjectId) -> Query {
    Query {
        sql: "SELECT epoch, purpose, part, channel, state, form, grade, notice, notice_version, notice_hash, \
              language, through, actor, place, collected_at, received_at, valid_from, expires_at, case_id, \
              evidence, evidence_hash, most_per_month FROM consent_event WHERE subject = $1 ORDER BY epoch",
        params: params![subject],
    }
}

impl ConsentEvent {
    /// What is kept of a statement that is taken down now.
    pub(crate) fn said(said: &Statement, epoch: u64, now: Moment, actor: String) -> Self {
        Self {
            epoch,
            purpose: said.purpose.clone(),
            part: said.part.clone(),
            channel: said.channel,
            turn: said.word.into(),
            form: said.form,
            grade: said.grade,
            notice: said.notice.clone(),
            through: said.through,
            actor,
            place: said.place.clone(),
            collected_at: said.collected_at.unwrap_or(now),
            received_at: now,
            from: said.from,
            until: said.until,
            case: said.case,
            evidence: said.evidence,
            most_per_month: said.most_per_month,
        }
    }

    /// What is kept when something becomes of an earlier word by itself.
    pub(crate) fn became(
        turn: ConsentTurn,
        old: &crate::integrity::Consent<'_>,
        epoch: u64,
        now: Moment,
        actor: String,
    ) -> Result<Self, VaultError> {
        Ok(Self {
            epoch,
            purpose: old.purpose.to_owned(),
            part: some(old.part),
            channel: channel(old.channel)?,
            turn,
            form: form(old.form),
            grade: word(EvidenceGrade::of_word(old.grade))?,
            notice: None,
            through: Through::System,
            actor,
            place: None,
            collected_at: now,
            received_at: now,
            from: old.from,
            until: old.expires_at,
            case: old.case,
            evidence: None,
            most_per_month: old.most_per_month.and_then(|most| u32::try_from(most).ok()),
        })
    }

    /// The event of a row.
    ///
    /// # Errors
    /// `Corrupt` if it is none that this program writes.
    pub(crate) fn of(row: &Row) -> Result<Self, VaultError> {
        let notice = match row.text(7)? {
            "" => None,
            name => Some(ShownNotice {
                name: name.to_owned(),
                version: word(u32::try_from(row.int(8)?).ok())?,
                hash: digest(row, 9)?.ok_or(ALTERED)?,
                language: row.text(10)?.to_owned(),
            }),
        };
        let evidence = match (row.opt_id(19, EvidenceId::from_slice)?, digest(row, 20)?) {
            (Some(id), Some(hash)) => Some((id, hash)),
            (None, None) => None,
            _ => return Err(ALTERED),
        };
        Ok(Self {
            epoch: word(u64::try_from(row.int(0)?).ok())?,
            purpose: row.text(1)?.to_owned(),
            part: some(row.text(2)?),
            channel: channel(row.text(3)?)?,
            turn: word(ConsentTurn::of_word(row.text(4)?))?,
            form: form(row.text(5)?),
            grade: word(EvidenceGrade::of_word(row.text(6)?))?,
            notice,
            through: word(Through::of_word(row.text(11)?))?,
            actor: row.text(12)?.to_owned(),
            place: row.opt_text(13)?.map(str::to_owned),
            collected_at: row.moment(14)?,
            received_at: row.moment(15)?,
            from: row.opt_moment(16)?,
            until: row.opt_moment(17)?,
            case: row.opt_id(18, RecordId::from_slice)?,
            evidence,
            most_per_month: match row.opt_int(21)? {
                Some(most) => Some(word(u32::try_from(most).ok())?),
                None => None,
            },
        })
    }

    pub(crate) fn insert(&self, tx: &mut Tx, subject: SubjectId) {
        let notice = self.notice.as_ref();
        tx.run_exactly(
            1,
            "INSERT INTO consent_event (subject, epoch, purpose, part, channel, state, form, grade, notice, \
             notice_version, notice_hash, language, through, actor, place, collected_at, received_at, valid_from, \
             expires_at, case_id, evidence, evidence_hash, most_per_month) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, \
             $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)",
            params![
                subject,
                self.epoch.cast_signed(),
                self.purpose.as_str(),
                self.part.as_deref().unwrap_or_default(),
                self.channel.map_or("", ContactChannel::word),
                self.turn.word(),
                super::word(self.form),
                self.grade.word(),
                notice.map_or("", |shown| shown.name.as_str()),
                notice.map_or(0, |shown| shown.version),
                notice.map(|shown| shown.hash),
                notice.map_or("", |shown| shown.language.as_str()),
                self.through.word(),
                self.actor.as_str(),
                self.place.as_deref(),
                self.collected_at,
                self.received_at,
                self.from,
                self.until,
                self.case,
                self.evidence.map(|(id, _)| id),
                self.evidence.map(|(_, hash)| hash),
                self.most_per_month
            ],
        );
    }

    /// What other systems are told of it.
    pub(crate) fn told(&self, scope: i64) -> Changed {
        Changed::Consent(ConsentChange {
            epoch: self.epoch,
            purpose: self.purpose.clone(),
            part: self.part.clone(),
            channel: self.channel,
            state: self.turn,
            form: self.form,
            grade: self.grade,
            from: self.from,
            until: self.until,
            case: self.case,
            scope: u32::try_from(scope).unwrap_or(0),
        })
    }

    /// What its ledger entry says of it: enough to prove it, nothing that names a person.
    pub(crate) fn words(&self) -> Vec<(String, String)> {
        let mut words = vec![
            ("state", self.turn.word().to_owned()),
            ("form", super::word(self.form).to_owned()),
            ("epoch", self.epoch.to_string()),
            ("through", self.through.word().to_owned()),
            (DIGEST, self.digest_text()),
        ];
        let mut add = |name, value: Option<String>| words.extend(value.map(|value| (name, value)));
        add("part", self.part.clone());
        add("channel", self.channel.map(|one| one.word().to_owned()));
        add("until", self.until.map(Moment::rfc3339));
        add("from", self.from.map(Moment::rfc3339));
        add(
            "notice",
            self.notice
                .as_ref()
                .map(|shown| format!("{}@{}", shown.name, shown.version)),
        );
        let grade = (self.grade != EvidenceGrade::Proved).then(|| self.grade.word().to_owned());
        add("grade", grade);
        let owned = words.into_iter();
        owned
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }

    /// The SHA-256 of [`ConsentEvent::canonical`], as its ledger entry holds it: base64url.
    pub fn digest_text(&self) -> String {
        BASE64URL_NOPAD.encode(&self.digest())
    }

    /// The SHA-256 of [`ConsentEvent::canonical`].
    pub(crate) fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.canonical()).into()
    }

    /// The row without the subject, as JSON: what the digest in its ledger entry is over.
    pub fn canonical(&self) -> String {
        let hex = |bytes: &[u8]| HEXLOWER.encode(bytes);
        let notice = self.notice.as_ref();
        let times = [
            Some(self.collected_at),
            Some(self.received_at),
            self.from,
            self.until,
        ];
        let row = (
            (self.epoch, &self.purpose, &self.part),
            (self.channel.map(ContactChannel::word), self.turn.word()),
            (
                super::word(self.form),
                self.grade.word(),
                self.through.word(),
            ),
            notice.map(|n| (&n.name, n.version, hex(&n.hash), &n.language)),
            (
                &self.actor,
                &self.place,
                times.map(|at| at.map(Moment::micros)),
            ),
            self.case.map(|case| case.to_string()),
            self.evidence
                .map(|(id, hash)| (hex(id.as_bytes()), hex(&hash))),
            self.most_per_month,
        );
        serde_json::to_string(&row).expect("texts and numbers are JSON")
    }

    /// The row of `consent` that it leaves, under the scope that the subject was told of.
    pub(crate) fn counts(&self, scope: i64) -> crate::integrity::Consent<'_> {
        crate::integrity::Consent {
            purpose: &self.purpose,
            part: self.part.as_deref().unwrap_or_default(),
            channel: self.channel.map_or("", ContactChannel::word),
            state: self.turn.word(),
            form: super::word(self.form),
            at: self.received_at,
            from: self.from,
            expires_at: self.until,
            case: self.case,
            scope,
            grade: self.grade.word(),
            epoch: self.epoch.cast_signed(),
            most_per_month: self.most_per_month.map(i64::from),
        }
    }
}

/// The word of a ledger entry that holds the digest of the event that it tells.
pub(crate) const DIGEST: &str = "event";

const ALTERED: VaultError = VaultError::Corrupt("consent event");

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn word<T>(known: Option<T>) -> Result<T, VaultError> {
    known.ok_or(ALTERED)
}

fn channel(text: &str) -> Result<Option<ContactChannel>, VaultError> {
    match text {
        "" => Ok(None),
        text => word(ContactChannel::of_word(text)).map(Some),
    }
}

fn digest(row: &Row, column: usize) -> Result<Option<[u8; 32]>, VaultError> {
    let bytes = row.opt_bytes(column)?;
    bytes
        .map(|bytes| bytes.try_into().map_err(|_| ALTERED))
        .transpose()
}
