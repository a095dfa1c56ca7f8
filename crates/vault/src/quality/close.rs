//! The certificate.

use std::collections::BTreeSet;

use data_encoding::BASE64URL_NOPAD;
use rand_core::Rng;
use shouxin_ledger::Kind as EntryKind;
use shouxin_model::{Caller, QualityCheckId};
use shouxin_store::{CommitError, Tx, params};

use super::measure::{Judged, measure};
use super::{
    CLOSED, Certificate, DISPUTED, OPEN, QualityCheck, QualityError, SETTLED, StoredText, may_lead,
    select_text, text,
};
use crate::interval::Share;
use crate::{Vault, VaultError, sha256};

impl Vault {
    /// Closes a check whose texts are all settled: measures, and puts the certificate's digest and figures into the
    /// ledger. Gives the certificate, its digest and the entry.
    ///
    /// # Errors
    /// `Unfinished` while texts are to be marked or settled; `State` if it is closed.
    pub async fn close_quality_check(
        &self,
        caller: &Caller,
        id: QualityCheckId,
    ) -> Result<(Certificate, u64), QualityError> {
        may_lead(caller)?;
        let check = self.marking(caller, id).await?;
        let sql = select_text!("WHERE t.check_id = $1 ORDER BY t.place");
        let rows = self.store().query(sql, params![id]).await;
        let rows = rows.map_err(VaultError::from)?;
        let texts = rows.iter().map(text).collect::<Result<Vec<_>, _>>()?;
        let waits = |one: &StoredText| one.state == OPEN || one.state == DISPUTED;
        let settled: Vec<&StoredText> = texts.iter().filter(|one| one.state == SETTLED).collect();
        if texts.iter().any(waits) || settled.is_empty() {
            return Err(QualityError::Unfinished);
        }
        let certificate = self.certificate(&check, &texts, &settled).await?;
        let json = serde_json::to_string(&certificate);
        let json = json.map_err(|_| VaultError::Corrupt("certificate"))?;
        let entry = self.certify(caller, &check, &certificate, &json).await?;
        Ok((certificate, entry))
    }

    async fn certificate(
        &self,
        check: &QualityCheck,
        texts: &[StoredText],
        settled: &[&StoredText],
    ) -> Result<Certificate, QualityError> {
        let (mut people, mut roles) = (BTreeSet::new(), BTreeSet::new());
        let mut judged = Vec::with_capacity(settled.len());
        for one in settled {
            let marks = self.marks_of(one.id).await?;
            let [(first, held, a), (second, as_well, b)] = marks.as_slice() else {
                return Err(VaultError::Corrupt("quality marks").into());
            };
            people.extend([first.clone(), second.clone()]);
            let words = held.split(' ').chain(as_well.split(' '));
            roles.extend(words.filter(|role| !role.is_empty()).map(str::to_owned));
            judged.push(Judged {
                chars: one.chars.unwrap_or(0),
                gold: one.gold.clone(),
                marks: [a.clone(), b.clone()],
                found: one.found.clone(),
            });
        }
        let mut seed = [0; 32];
        self.dice().fill_bytes(&mut seed);
        let of = |joint: bool| {
            let by = settled
                .iter()
                .filter(|one| one.settled_by.is_some() && one.joint == joint);
            by.count() as u64
        };
        Ok(Certificate {
            check: check.id,
            detector: check.detector.clone(),
            purpose: check.purpose.clone(),
            fields: check.fields.clone(),
            register_version: self.active().register_version,
            sampled_at: check.created_at,
            closed_at: self.now(),
            annotator_roles: roles.into_iter().collect(),
            annotators: people.len() as u64,
            agreed: settled.len() as u64 - of(false) - of(true),
            settled_by_third: of(false),
            settled_jointly: of(true),
            skipped: (texts.len() - settled.len()) as u64,
            seed: BASE64URL_NOPAD.encode(&seed),
            measures: measure(&judged, seed),
        })
    }

    async fn certify(
        &self,
        caller: &Caller,
        check: &QualityCheck,
        certificate: &Certificate,
        json: &str,
    ) -> Result<u64, QualityError> {
        let measures = &certificate.measures;
        let words = [
            ("did", "check-certified".to_owned()),
            ("check", check.id.to_string()),
            (
                "certificate",
                BASE64URL_NOPAD.encode(&sha256(json.as_bytes())),
            ),
            ("detector", certificate.detector.clone()),
            ("texts", measures.texts.to_string()),
            ("annotators", certificate.annotators.to_string()),
            ("left", figure(measures.left)),
            ("over-per-thousand", figure(measures.over_per_thousand)),
            ("f1", figure(measures.f1)),
            ("kappa", figure(measures.kappa)),
        ];
        let mut entry = self.begin(self.now(), EntryKind::Quality, caller, &self.active());
        let roles = certificate.annotator_roles.iter();
        let roles = roles.map(|role| ("role", role.clone()));
        let words = words.into_iter().chain(roles);
        entry.extra = words.map(|(word, text)| (word.to_owned(), text)).collect();
        let mut tx = Tx::new();
        let slot = tx.append(self.bytes(&entry)?);
        tx.run_about(
            slot,
            "UPDATE quality_check SET state = $2, certificate = $3, version = version + 1, \
             entry = (SELECT COALESCE(MAX(size), 0) FROM ledger_head) + $5 WHERE id = $1 AND version = $4",
            params![check.id, CLOSED, json, check.version],
        );
        match self.store().commit(tx).await {
            Ok(committed) => Ok(committed.entry(slot)),
            Err(CommitError::Conflict { .. }) => Err(QualityError::State),
            Err(error) => Err(VaultError::from(error).into()),
        }
    }
}

/// A figure as the ledger tells it: value, lower and upper bound.
fn figure(share: Option<Share>) -> String {
    match share {
        Some(Share { share, low, high }) => format!("{share:.4} {low:.4} {high:.4}"),
        None => "-".to_owned(),
    }
}
