//! Confirming, dismissing, reopening.

use serde_json::json;
use shouxin_ledger::Kind as EntryKind;
use shouxin_model::{Caller, FindingId, Moment};
use shouxin_store::{Tx, params};

use super::receive::{changed, write_act, written};
use super::{Decision, DiscoveryError, Finding, FindingState, Reason, Verdict, may_decide};
use crate::Vault;

/// The longest time that something is accepted for.
const LONGEST_DAYS: i64 = 366;

impl Vault {
    /// Decides about a finding. Gives the ledger entry.
    ///
    /// # Errors
    /// `NotFound`; `State` if it does not stand so that this could be decided; `Invalid` for a time that lies in
    /// the past or more than a year ahead.
    pub async fn decide_finding(
        &self,
        caller: &Caller,
        id: FindingId,
        verdict: Verdict,
    ) -> Result<u64, DiscoveryError> {
        may_decide(caller)?;
        let (finding, _) = self.finding(id).await?;
        let stands = matches!(
            (finding.state, &verdict),
            (FindingState::Open | FindingState::Suppressed, _)
                | (FindingState::Confirmed, Verdict::Dismiss { .. })
        );
        if !stands {
            return Err(DiscoveryError::State(finding.state.word()));
        }
        let now = self.now();
        let (did, said) = match &verdict {
            Verdict::Confirm { task } => ("confirmed", vec![("task", task.word().to_owned())]),
            Verdict::Dismiss { reason, until } => ("dismissed", dismissal(*reason, *until, now)?),
        };
        let decision = Decision {
            verdict,
            by: caller.actor(),
            at: now,
            amount: finding.amount,
        };
        self.put_decision(caller, &finding, did, said, Some(decision))
            .await
    }

    /// Takes back what was decided about a finding. Gives the ledger entry.
    ///
    /// # Errors
    /// `NotFound`; `State` if nothing is decided.
    pub async fn reopen_finding(
        &self,
        caller: &Caller,
        id: FindingId,
    ) -> Result<u64, DiscoveryError> {
        may_decide(caller)?;
        let (finding, _) = self.finding(id).await?;
        if finding.decision.is_none() {
            return Err(DiscoveryError::State(finding.state.word()));
        }
        self.put_decision(caller, &finding, "reopened", Vec::new(), None)
            .await
    }

    async fn put_decision(
        &self,
        caller: &Caller,
        finding: &Finding,
        did: &'static str,
        said: Vec<(&'static str, String)>,
        decision: Option<Decision>,
    ) -> Result<u64, DiscoveryError> {
        let now = self.now();
        let mut entry = self.begin(now, EntryKind::Discovery, caller, &self.active());
        let mut words = vec![
            ("did", did.to_owned()),
            ("finding", finding.id.to_string()),
            ("found", finding.what.word().to_owned()),
        ];
        words.extend(said.iter().cloned());
        let words = words
            .into_iter()
            .map(|(word, text)| (word.to_owned(), text));
        entry.extra = words.collect();
        let mut tx = Tx::new();
        let slot = tx.append(self.bytes(&entry)?);
        tx.run_exactly(
            1,
            "UPDATE discovery_place SET decision = $2, version = version + 1 WHERE id = $1 AND version = $3",
            params![finding.id, written(decision.as_ref())?, finding.version],
        );
        let said = json!(said).to_string();
        write_act(&mut tx, slot, finding.id, did, &said, &caller.actor(), now);
        let committed = self.store().commit(tx).await.map_err(changed)?;
        Ok(committed.entry(slot))
    }
}

fn dismissal(
    reason: Reason,
    until: Option<Moment>,
    now: Moment,
) -> Result<Vec<(&'static str, String)>, DiscoveryError> {
    let fits = match (reason, until) {
        (Reason::Accepted, Some(until)) => {
            until > now && until <= now.plus_seconds(LONGEST_DAYS * 86_400)
        }
        (Reason::Accepted, None) | (_, Some(_)) => false,
        (_, None) => true,
    };
    if !fits {
        return Err(DiscoveryError::Invalid {
            at: "until".to_owned(),
            why: shouxin_model::Text::fixed(
                "“已知并接受”须写明截止日，最长一年；其他理由不写",
                "what is accepted is accepted until a day within a year; other reasons have none",
            ),
        });
    }
    let mut said = vec![("reason", reason.word().to_owned())];
    said.extend(until.map(|until| ("until", until.to_string())));
    Ok(said)
}
