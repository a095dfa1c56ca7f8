//! Breaking the glass: open at once, alarm at once, review afterwards.

use shouxin_ledger::Kind;
use shouxin_model::{AlarmId, Caller, Conditions, GrantId, Moment, SubjectId};
use shouxin_regime::calendar;
use shouxin_store::{CommitError, Tx, Value, params};

use super::{CORRUPT, GrantError, INSERT_GRANT, guard_alive, person, reason_of};
use crate::approvals::{is_reason, is_strong, silos};
use crate::vault::ATTEMPTS;
use crate::{HeldRow, Marked, Vault, VaultError};

/// What cannot wait for an approval.
#[derive(Clone)]
pub struct EmergencyRequest {
    /// The one subject.
    pub subject: SubjectId,
    /// A purpose whose `emergency` in the register names a role of the caller.
    pub purpose: String,
    /// Why, in the caller's words. Kept sealed.
    pub reason: String,
}

/// An emergency that began.
#[derive(Clone, Debug)]
pub struct Raised {
    /// The grant.
    pub id: GrantId,
    /// Until when it counts.
    pub expires_at: Moment,
    /// By when it must be reviewed.
    pub review_due: Moment,
    /// The ledger entry.
    pub entry: u64,
}

impl Vault {
    /// Opens one subject to the caller at once, for the minutes that the register allows. Raises an alarm
    /// and opens a review in the same transaction. A refusal is recorded.
    ///
    /// # Errors
    /// [`GrantError`]: `NotEntitled` unless the register lets a role of the caller; `Unreviewed` while an
    /// earlier one of the caller is overdue.
    pub async fn break_glass(
        &self,
        caller: &Caller,
        request: &EmergencyRequest,
    ) -> Result<Raised, GrantError> {
        for _ in 0..ATTEMPTS {
            match self.break_once(caller, request).await {
                Ok(Some(raised)) => return Ok(raised),
                // A fact changed before the commit: look again.
                Ok(None) => self.refresh().await?,
                Err(error) => {
                    self.refuse_emergency(caller, request, &error).await?;
                    return Err(error);
                }
            }
        }
        Err(VaultError::Busy.into())
    }

    async fn break_once(
        &self,
        caller: &Caller,
        request: &EmergencyRequest,
    ) -> Result<Option<Raised>, GrantError> {
        let (active, now) = (self.active(), self.now());
        let holder = person(caller)?;
        let purpose = active
            .register
            .purpose(&request.purpose)
            .ok_or(GrantError::Purpose)?;
        let emergency = purpose
            .emergency
            .as_ref()
            .filter(|e| e.roles.iter().any(|role| caller.roles.contains(role)))
            .ok_or(GrantError::NotEntitled)?;
        let silos = silos(&active.register, caller);
        if !silos.is_empty() {
            return Err(GrantError::Silo);
        }
        if !is_strong(caller, now) {
            return Err(GrantError::SecondFactor);
        }
        if !is_reason(&request.reason) {
            return Err(GrantError::Reason);
        }
        let overdue = self
            .store()
            .query(OVERDUE, params![caller.actor(), now])
            .await
            .map_err(VaultError::from)?;
        if !overdue.is_empty() {
            return Err(GrantError::Unreviewed);
        }
        let subject = self
            .person(request.subject)
            .await?
            .ok_or(GrantError::SubjectNotFound)?;
        let mut dice = self.dice();
        let id = GrantId::make(now, &mut dice);
        let raised = Raised {
            id,
            expires_at: now.plus_seconds(i64::from(emergency.minutes) * 60),
            review_due: working_days_after(now, emergency.review_days),
            entry: 0,
        };
        let mut tx = Tx::new();
        tx.guard(
            1,
            "SELECT 1 FROM setting WHERE name = 'declared' AND value = $1",
            params![active.mark()],
        );
        guard_alive(&mut tx, request.subject);
        tx.guard(0, OVERDUE, params![caller.actor(), now]);
        tx.run_exactly(
            1,
            INSERT_GRANT,
            HeldRow::new(
                self,
                Marked::Grant,
                params![
                    id,
                    "emergency",
                    holder,
                    Value::Null,
                    &purpose.name,
                    &emergency.view,
                    "[\"*\"]",
                    request.subject,
                    serde_json::to_string(&Conditions::default()).map_err(|_| CORRUPT)?,
                    self.seal_words(&reason_of(id), &request.reason),
                    now,
                    raised.expires_at,
                    "live",
                    Value::Null,
                    Value::Null
                ],
            )
            .params(),
        );
        tx.run_exactly(
            1,
            "INSERT INTO review (emergency, holder, silos, opened_at, due_at, state, finding, decided_by, \
             decided_at, mark) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            HeldRow::new(self, Marked::Review, params![
                id,
                caller.actor(),
                serde_json::to_string(&silos).map_err(|_| CORRUPT)?,
                now,
                raised.review_due,
                "due",
                Value::Null,
                Value::Null,
                Value::Null
            ])
            .params(),
        );
        tx.run_exactly(
            1,
            "INSERT INTO alarm (id, kind, actor, about, at) VALUES ($1, 'emergency', $2, $3, $4)",
            params![
                AlarmId::make(now, &mut dice),
                caller.actor(),
                id.to_string(),
                now
            ],
        );
        let mut entry = self.begin(now, Kind::Emergency, caller, &active);
        entry.subject = subject.pseudonym;
        entry.purpose = Some(purpose.name.clone());
        entry.extra = vec![
            ("did".to_owned(), "opened".to_owned()),
            ("grant".to_owned(), id.to_string()),
            ("until".to_owned(), raised.expires_at.rfc3339()),
            ("review-due".to_owned(), raised.review_due.rfc3339()),
            ("why".to_owned(), self.digest_words(&request.reason)),
        ];
        tx.append(self.bytes(&entry)?);
        match self.store().commit(tx).await {
            Ok(committed) => Ok(Some(Raised {
                entry: committed.entries[0],
                ..raised
            })),
            Err(CommitError::Conflict { .. }) => Ok(None),
            Err(error) => Err(VaultError::from(error).into()),
        }
    }

    async fn refuse_emergency(
        &self,
        caller: &Caller,
        request: &EmergencyRequest,
        error: &GrantError,
    ) -> Result<(), GrantError> {
        let rule = match error {
            GrantError::NotEntitled => "emergency-not-entitled",
            GrantError::Silo => "emergency-silo",
            GrantError::Unreviewed => "emergency-unreviewed",
            _ => return Ok(()),
        };
        let mut entry = self.begin(self.now(), Kind::Refusal, caller, &self.active());
        entry.purpose = Some(request.purpose.clone());
        entry.subject = self
            .person(request.subject)
            .await?
            .and_then(|subject| subject.pseudonym);
        entry.extra = vec![
            ("did".to_owned(), "break-glass".to_owned()),
            ("rule".to_owned(), rule.to_owned()),
        ];
        let mut tx = Tx::new();
        tx.append(self.bytes(&entry)?);
        self.store().commit(tx).await.map_err(VaultError::from)?;
        Ok(())
    }
}

const OVERDUE: &str =
    "SELECT 1 FROM review WHERE holder = $1 AND state = 'due' AND due_at <= $2 LIMIT 1";

/// The end, in China, of the last of `days` working days that follow the day of `now`.
fn working_days_after(now: Moment, days: u32) -> Moment {
    let days = u16::try_from(days).unwrap_or(u16::MAX);
    calendar::end_of(calendar::working_day_after(now.china_day(), days))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn working_days_skip_weekends_and_holidays() {
        let due = |from: &str, days| {
            working_days_after(Moment::parse_rfc3339(from).unwrap(), days).rfc3339()
        };
        // Friday the 20th; the next working day is Monday the 23rd, which ends at 16:00 UTC.
        assert_eq!(due("2026-11-20T02:00:00Z", 1), "2026-11-23T16:00:00.000Z");
        assert_eq!(due("2026-11-21T02:00:00Z", 3), "2026-11-25T16:00:00.000Z");
        assert_eq!(due("2026-11-18T17:00:00Z", 1), "2026-11-20T16:00:00.000Z");
        // Wednesday before the national days; people work again on Thursday the 8th, and on Saturday the 10th.
        assert_eq!(due("2026-09-30T02:00:00Z", 1), "2026-10-08T16:00:00.000Z");
        assert_eq!(due("2026-09-30T02:00:00Z", 3), "2026-10-10T16:00:00.000Z");
    }
}
