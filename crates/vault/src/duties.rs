//! What runs out next, for one caller: what the caller may act on, or answers for. Names no customers.

mod expired;
mod found;

use serde::Deserialize;
use shouxin_model::{ApiKeyId, Caller, Moment, Purpose};
use shouxin_policy::Used;
use shouxin_regime::calendar;
use shouxin_store::params;

use crate::approvals::decides;
use crate::gather::{used, used_query};
use crate::grants::WATCHERS;
use crate::{Approval, ApprovalState, GrantError, Vault, VaultError};

pub(crate) use expired::Expired;

/// One thing that runs out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// What kind of thing it is.
    pub kind: DutyKind,
    /// The id of the thing itself, where it has one.
    pub about: Option<String>,
    /// Which it is, as the word or name that the register, an act or the thing itself bears.
    pub what: Option<String>,
    /// Who has it.
    pub holder: Holder,
    /// From when its clock runs.
    pub began_at: Moment,
    /// When it runs out.
    pub ends_at: Moment,
    /// How many things it is about, where it is about many.
    pub count: Option<u64>,
}

/// Who has a duty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// The caller alone.
    Caller,
    /// Whoever holds one of these roles, the caller among them.
    CallersRole(Vec<String>),
    /// Others, who hold one of these roles: the caller waits for them.
    Others(Vec<String>),
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $unit:ident;)*) => {
        /// What kind of thing runs out.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum DutyKind {
            $($(#[$doc])* $name,)*
        }

        impl DutyKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The word in HTTP.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }

            /// What its time is counted in.
            pub const fn unit(self) -> ClockUnit {
                match self {
                    $(Self::$name => ClockUnit::$unit,)*
                }
            }
        }
    };
}

kinds! {
    /// A proposal awaits the caller's decision.
    ApprovalDecision = "approval-decision", Hours;
    /// A proposal of the caller awaits somebody else's decision.
    ApprovalAwaited = "approval-awaited", Hours;
    /// What the caller proposed was approved, and not done yet.
    ApprovalUnused = "approval-unused", Hours;
    /// Access that the caller was granted ends.
    GrantEnds = "grant-ends", Hours;
    /// An emergency awaits the caller's review.
    ReviewDue = "review-due", WorkingDays;
    /// An emergency of the caller awaits somebody else's review.
    ReviewAwaited = "review-awaited", WorkingDays;
    /// Nobody has looked at an alarm.
    AlarmUnseen = "alarm-unseen", Hours;
    /// The key of a service ends.
    ApiKeyEnds = "api-key-ends", Days;
    /// The current epoch of keys grows too old.
    KeysAge = "keys-age", Days;
    /// The caller has used up a purpose's quota of the day.
    QuotaReached = "quota-reached", Hours;
    /// The register is to be looked through again.
    RegisterReview = "register-review", Days;
    /// The policies are to be looked through again.
    PolicyReview = "policy-review", Days;
    /// A backup is to be taken.
    BackupDue = "backup-due", Hours;
    /// A drill is to be held.
    DrillDue = "drill-due", Days;
    /// Records hold fields whose keeping period is over.
    RetentionOver = "retention-over", Days;
    /// A system that is told of changes has not acknowledged one for longer than it should.
    DownstreamBehind = "downstream-behind", Hours;
    /// Personal data that a scan found and somebody confirmed are still not as the register says.
    FindingConfirmed = "finding-confirmed", Days;
}

/// What a clock counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClockUnit {
    /// Hours, through nights and holidays.
    Hours,
    /// Days of the calendar.
    Days,
    /// China's working days.
    WorkingDays,
}

impl ClockUnit {
    /// The word in HTTP.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hours => "hours",
            Self::Days => "days",
            Self::WorkingDays => "working-days",
        }
    }
}

/// How a clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClockState {
    /// Its time is over.
    Overdue,
    /// A fifth of its time or less is left.
    Near,
    /// More is left.
    OnTime,
}

impl ClockState {
    /// The word in HTTP.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Near => "near",
            Self::OnTime => "on-time",
        }
    }
}

impl Duty {
    /// How its clock stands at `now`, and how many of its units are left: whole ones, rounded down; below zero if it
    /// is overdue.
    pub fn clock(&self, now: Moment) -> (ClockState, i64) {
        let (left, all) = match self.kind.unit() {
            ClockUnit::Hours | ClockUnit::Days => (
                self.ends_at.seconds_since(now),
                self.ends_at.seconds_since(self.began_at),
            ),
            ClockUnit::WorkingDays => (self.working_days(now), self.working_days(self.began_at)),
        };
        let state = if now >= self.ends_at {
            ClockState::Overdue
        } else if left.saturating_mul(5) <= all {
            ClockState::Near
        } else {
            ClockState::OnTime
        };
        let units = match self.kind.unit() {
            ClockUnit::Hours => left.div_euclid(3600),
            ClockUnit::Days => left.div_euclid(86_400),
            ClockUnit::WorkingDays => left,
        };
        (state, units)
    }

    /// Working days from the day of `from` to the last of the period; below zero once that is past.
    fn working_days(&self, from: Moment) -> i64 {
        // A period ends with a day, at the first moment of the next.
        let last = Moment::from_micros(self.ends_at.micros().saturating_sub(1)).china_day();
        let day = from.china_day();
        if day <= last {
            i64::from(calendar::working_days_left(day, last))
        } else {
            -i64::from(calendar::working_days_left(last, day))
        }
    }
}

/// What the caller may act on beside what two people must agree on.
#[derive(Clone, Copy, Debug, Default)]
pub struct DutyScope {
    /// The caller may turn keys of services.
    pub api_keys: bool,
    /// The caller may turn the keys of the data.
    pub keys: bool,
    /// The caller answers for the register and the policies.
    pub declared: bool,
    /// The caller may take backups and hold drills.
    pub backups: bool,
    /// The caller may erase and restrict, so answers for what is kept too long.
    pub retention: bool,
    /// The caller may see to the systems that are told of changes.
    pub downstreams: bool,
}

/// After how long what nobody asked for becomes a duty.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DutyClocks {
    /// An alarm is to be looked at within so many minutes.
    pub alarm_minutes: u32,
    /// An epoch of keys is to be followed by another after so many days.
    pub key_days: u32,
    /// The register, and the policies, are to be looked through again so many days after the last change.
    pub review_days: u32,
    /// The newest backup may be so many days old.
    pub backup_days: u32,
    /// The last drill may be so many days ago.
    pub drill_days: u32,
    /// A system that is told of changes is to acknowledge each within so many minutes.
    pub downstream_minutes: u32,
    /// What a scan found is to be declared, or removed, so many days after it was confirmed.
    pub finding_days: u32,
}

impl Default for DutyClocks {
    fn default() -> Self {
        Self {
            alarm_minutes: 60,
            key_days: 365,
            review_days: 365,
            backup_days: 2,
            drill_days: 90,
            downstream_minutes: 15,
            finding_days: 30,
        }
    }
}

impl Vault {
    /// What runs out, soonest first: at most [`MOST_DUTIES`] of each kind.
    ///
    /// # Errors
    /// The store or the keys could not be read, or a row that gives a right is not as it was written.
    pub async fn duties(
        &self,
        caller: &Caller,
        scope: DutyScope,
        clocks: DutyClocks,
    ) -> Result<Vec<Duty>, VaultError> {
        let mut found = self.approval_duties(caller).await?;
        found.extend(self.grant_duties(caller).await?);
        found.extend(self.review_duties(caller).await?);
        found.extend(self.alarm_duties(caller, clocks).await?);
        found.extend(self.quota_duties(caller).await?);
        if scope.api_keys {
            found.extend(self.api_key_duties().await?);
        }
        if scope.keys {
            found.extend(self.key_duties(clocks)?);
        }
        if scope.declared {
            found.extend(self.declared_duties(clocks).await?);
            found.extend(self.finding_duties(clocks).await?);
        }
        if scope.backups {
            found.extend(self.backup_duties(clocks).await?);
        }
        if scope.retention {
            found.extend(self.expired_duties());
        }
        if scope.downstreams {
            found.extend(self.downstream_duties(clocks).await?);
        }
        found.sort_by_key(|duty| duty.ends_at);
        Ok(found)
    }

    async fn approval_duties(&self, caller: &Caller) -> Result<Vec<Duty>, VaultError> {
        let (actor, active) = (caller.actor(), self.active());
        let page = self.approvals(caller, true, None, MOST_DUTIES).await?;
        let duty = |one: &Approval| {
            let own = one.requested_by == actor;
            let roles = || {
                one.act
                    .deciders()
                    .iter()
                    .map(|role| (*role).to_owned())
                    .collect()
            };
            let (kind, holder) = match one.state {
                ApprovalState::Open if own => (DutyKind::ApprovalAwaited, Holder::Others(roles())),
                ApprovalState::Open
                    if decides(caller, one.act) && one.is_for(caller, &active.register) =>
                {
                    (DutyKind::ApprovalDecision, Holder::CallersRole(roles()))
                }
                // A grant begins by itself; everything else is still to be done.
                ApprovalState::Approved if own => (DutyKind::ApprovalUnused, Holder::Caller),
                _ => return None,
            };
            Some(Duty {
                kind,
                about: Some(one.id.to_string()),
                what: Some(one.act.word().to_owned()),
                holder,
                began_at: one.decided_at.unwrap_or(one.requested_at),
                ends_at: one.expires_at,
                count: None,
            })
        };
        Ok(page.approvals.iter().filter_map(duty).collect())
    }

    async fn grant_duties(&self, caller: &Caller) -> Result<Vec<Duty>, VaultError> {
        let grants = or_none(self.own_grants(caller, MOST_DUTIES).await)?;
        let duty = |grant: crate::Grant| Duty {
            kind: DutyKind::GrantEnds,
            about: Some(grant.id.to_string()),
            what: Some(grant.purpose),
            holder: Holder::Caller,
            began_at: grant.starts_at,
            ends_at: grant.expires_at,
            count: None,
        };
        Ok(grants.into_iter().map(duty).collect())
    }

    async fn review_duties(&self, caller: &Caller) -> Result<Vec<Duty>, VaultError> {
        let (actor, active) = (caller.actor(), self.active());
        let reviews = or_none(self.reviews(caller, true, MOST_DUTIES).await)?;
        let duty = |review: crate::Review| {
            let (kind, holder) = if review.holder == actor {
                (DutyKind::ReviewAwaited, Holder::Others(watchers()))
            } else if review.is_for(caller, &active.register) {
                (DutyKind::ReviewDue, Holder::CallersRole(watchers()))
            } else {
                return None;
            };
            Some(Duty {
                kind,
                about: Some(review.emergency.to_string()),
                what: None,
                holder,
                began_at: review.opened_at,
                ends_at: review.due_at,
                count: None,
            })
        };
        Ok(reviews.into_iter().filter_map(duty).collect())
    }

    async fn alarm_duties(
        &self,
        caller: &Caller,
        clocks: DutyClocks,
    ) -> Result<Vec<Duty>, VaultError> {
        let actor = caller.actor();
        let alarms = or_none(self.alarms(caller, true, MOST_DUTIES).await)?;
        // Nobody looks at what they raised themselves.
        let others = alarms.into_iter().filter(|alarm| alarm.actor != actor);
        let duty = |alarm: crate::Alarm| Duty {
            kind: DutyKind::AlarmUnseen,
            about: Some(alarm.id.to_string()),
            what: Some(alarm.kind),
            holder: Holder::CallersRole(watchers()),
            began_at: alarm.at,
            ends_at: alarm.at.plus_seconds(i64::from(clocks.alarm_minutes) * 60),
            count: None,
        };
        Ok(others.map(duty).collect())
    }

    /// The purposes of which the caller has used up some quota today.
    async fn quota_duties(&self, caller: &Caller) -> Result<Vec<Duty>, VaultError> {
        let (now, active) = (self.now(), self.active());
        let purposes = active.register.purposes.iter();
        let own: Vec<&Purpose> = purposes
            .filter(|purpose| purpose.roles.iter().any(|role| caller.roles.contains(role)))
            .filter(|purpose| crate::spent::is_limited(purpose))
            .collect();
        let queries = own
            .iter()
            .map(|purpose| used_query(caller, &purpose.name, now))
            .collect();
        let answers = self.store().query_all(queries).await?;
        let mut found = Vec::new();
        for (purpose, rows) in own.into_iter().zip(&answers) {
            if is_used_up(purpose, used(rows)?) {
                found.push(Duty {
                    kind: DutyKind::QuotaReached,
                    about: None,
                    what: Some(purpose.name.clone()),
                    holder: Holder::Caller,
                    began_at: calendar::end_of(now.china_day() - 1),
                    ends_at: calendar::end_of(now.china_day()),
                    count: None,
                });
            }
        }
        Ok(found)
    }

    async fn api_key_duties(&self) -> Result<Vec<Duty>, VaultError> {
        let rows = self
            .store()
            .query(
                "SELECT id, name, created_at, expires_at FROM api_key WHERE state = 'active' AND expires_at > $1 \
                 ORDER BY expires_at LIMIT $2",
                params![self.now(), MOST_DUTIES],
            )
            .await?;
        let mut found = Vec::new();
        for row in &rows {
            found.push(Duty {
                kind: DutyKind::ApiKeyEnds,
                about: Some(row.id(0, ApiKeyId::from_slice)?.to_string()),
                what: Some(row.text(1)?.to_owned()),
                holder: roles(&["security-admin"]),
                began_at: row.moment(2)?,
                ends_at: row.moment(3)?,
                count: None,
            });
        }
        Ok(found)
    }

    fn key_duties(&self, clocks: DutyClocks) -> Result<Vec<Duty>, VaultError> {
        let mut found = Vec::new();
        for zone in self.key_places() {
            let keyring = self.held_by(zone)?.keyring(self.now())?;
            let newest = keyring.epochs().last();
            found.extend(newest.map(|epoch| Duty {
                kind: DutyKind::KeysAge,
                about: Some(epoch.id.to_string()),
                what: zone.map(str::to_owned),
                holder: roles(&["system-admin", "security-admin"]),
                began_at: epoch.created,
                ends_at: days_after(epoch.created, clocks.key_days),
                count: None,
            }));
        }
        Ok(found)
    }

    async fn declared_duties(&self, clocks: DutyClocks) -> Result<Vec<Duty>, VaultError> {
        let newest = [
            (
                DutyKind::RegisterReview,
                "SELECT MAX(applied_at) FROM register_version",
            ),
            (
                DutyKind::PolicyReview,
                "SELECT MAX(applied_at) FROM policy_version",
            ),
        ];
        let mut found = Vec::new();
        for (kind, sql) in newest {
            let rows = self.store().query(sql, params![]).await?;
            let Some(began_at) = rows
                .first()
                .map(|row| row.opt_moment(0))
                .transpose()?
                .flatten()
            else {
                continue;
            };
            found.push(Duty {
                kind,
                about: None,
                what: None,
                holder: roles(GOVERNORS),
                began_at,
                ends_at: days_after(began_at, clocks.review_days),
                count: None,
            });
        }
        Ok(found)
    }

    async fn backup_duties(&self, clocks: DutyClocks) -> Result<Vec<Duty>, VaultError> {
        let last = self.last_backup().await?.map(|(at, _)| at);
        let drill = self.last_drill().await?.map(|(at, _)| at);
        let founded = self.made_at(0).await?;
        let kinds = [
            (DutyKind::BackupDue, last, clocks.backup_days),
            (DutyKind::DrillDue, drill, clocks.drill_days),
        ];
        let duty = |(kind, last, days): (DutyKind, Option<Moment>, u32)| {
            // What never happened is counted from the beginning.
            let began_at = last.unwrap_or(founded);
            Duty {
                kind,
                about: None,
                what: last.is_none().then(|| "never".to_owned()),
                holder: roles(&["system-admin"]),
                began_at,
                ends_at: days_after(began_at, days),
                count: None,
            }
        };
        Ok(kinds.into_iter().map(duty).collect())
    }
}

impl Vault {
    /// The systems whose oldest unacknowledged change is older than it should be. A paused one is behind as well:
    /// it goes on with what it knew.
    async fn downstream_duties(&self, clocks: DutyClocks) -> Result<Vec<Duty>, VaultError> {
        let now = self.now();
        let mut found = Vec::new();
        for lag in self.downstream_lags().await? {
            let Some(oldest) = lag.oldest else { continue };
            let ends_at = oldest.plus_seconds(i64::from(clocks.downstream_minutes) * 60);
            if now < ends_at {
                continue;
            }
            found.push(Duty {
                kind: DutyKind::DownstreamBehind,
                about: None,
                what: Some(lag.downstream.name),
                holder: roles(&["system-admin"]),
                began_at: oldest,
                ends_at,
                count: Some(lag.behind),
            });
        }
        Ok(found)
    }
}

/// A list that is for people, for others an empty one.
fn or_none<T>(found: Result<Vec<T>, GrantError>) -> Result<Vec<T>, VaultError> {
    match found {
        Ok(found) => Ok(found),
        Err(GrantError::Vault(error)) => Err(error),
        Err(_) => Ok(Vec::new()),
    }
}

fn is_used_up(purpose: &Purpose, used: Used) -> bool {
    let quota = purpose.quota;
    let over = |limit: Option<u32>, used: u32| limit.is_some_and(|limit| used >= limit);
    over(quota.subjects_per_day, used.subjects)
        || over(quota.clear_per_day, used.clear)
        || over(quota.searches_per_day, used.searches)
}

fn watchers() -> Vec<String> {
    WATCHERS.iter().map(|role| (*role).to_owned()).collect()
}

fn roles(roles: &[&str]) -> Holder {
    Holder::CallersRole(roles.iter().map(|role| (*role).to_owned()).collect())
}

/// Who may change the register and the policies.
const GOVERNORS: &[&str] = &["protection-officer", "legal-reviewer", "security-admin"];

fn days_after(moment: Moment, days: u32) -> Moment {
    moment.plus_seconds(i64::from(days) * 86_400)
}

/// How many things of one kind are looked at.
pub const MOST_DUTIES: u32 = 200;

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Moment {
        Moment::parse_rfc3339(text).unwrap()
    }

    fn check(kind: DutyKind, (from, to): (&str, &str), now: &str, expected: (ClockState, i64)) {
        let duty = Duty {
            kind,
            about: None,
            what: None,
            holder: Holder::Caller,
            began_at: moment(from),
            ends_at: moment(to),
            count: None,
        };
        assert_eq!(duty.clock(moment(now)), expected, "{kind:?} {now}");
    }

    #[test]
    fn a_clock_is_near_when_a_fifth_of_its_own_unit_is_left() {
        use ClockState::{Near, OnTime, Overdue};
        let three_days = ("2026-11-20T00:00:00Z", "2026-11-23T00:00:00Z");
        let hours = |now, expected| check(DutyKind::ApprovalDecision, three_days, now, expected);
        hours("2026-11-20T00:00:00Z", (OnTime, 72));
        hours("2026-11-22T09:35:59Z", (OnTime, 14));
        hours("2026-11-22T09:36:00Z", (Near, 14));
        hours("2026-11-22T23:59:59Z", (Near, 0));
        hours("2026-11-23T00:00:00Z", (Overdue, 0));
        hours("2026-11-23T00:00:01Z", (Overdue, -1));
        let year = ("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z");
        check(
            DutyKind::KeysAge,
            year,
            "2026-10-01T00:00:00Z",
            (OnTime, 92),
        );
        check(DutyKind::KeysAge, year, "2026-12-01T00:00:00Z", (Near, 31));
    }

    #[test]
    fn a_weekend_takes_nothing_from_a_clock_of_working_days() {
        use ClockState::{Near, OnTime, Overdue};
        // From a Friday, five working days: to the end of the next Friday in China.
        let week = ("2026-11-20T02:00:00Z", "2026-11-27T16:00:00Z");
        let days = |now, expected| check(DutyKind::ReviewDue, week, now, expected);
        days("2026-11-20T02:00:00Z", (OnTime, 5));
        days("2026-11-22T12:00:00Z", (OnTime, 5));
        days("2026-11-25T12:00:00Z", (OnTime, 2));
        days("2026-11-26T12:00:00Z", (Near, 1));
        days("2026-11-27T15:59:59Z", (Near, 0));
        days("2026-11-27T16:00:00Z", (Overdue, 0));
        days("2026-11-30T12:00:00Z", (Overdue, -1));
    }
}
