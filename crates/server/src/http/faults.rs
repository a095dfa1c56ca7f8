//! Faults of the vault as answers, in one place.

mod approvals;
mod backups;
mod cases;
mod consents;
mod discoveries;
mod downstreams;
mod erasures;
mod exports;
mod files;
mod grants;
mod keys;
mod ledgers;
mod notices;
mod people;
mod quality;
mod reads;
mod records;
mod registers;

use std::net::IpAddr;

use shouxin_model::Caller;
use shouxin_model::text::Language;
use shouxin_model::{Moment, Text};
use shouxin_store::Tx;
use shouxin_vault::VaultError;
use shouxin_vault::said::{Because, Kind, Layer};
use shouxin_wire::Code;

pub use people::{found, settled};

use super::Refusal;
use crate::App;
use crate::accounts::nobody;
use crate::caller::Signed;

/// An error of a verb of the vault, on its way to becoming an answer.
pub trait Fault {
    /// What the caller is told. A fault of the vault itself comes back as it is.
    ///
    /// # Errors
    /// The vault failed.
    fn told(self, signed: &Signed) -> Result<Refusal, VaultError>;
}

/// What a caller is told of an error.
pub async fn told(app: &App, signed: &Signed, error: impl Fault) -> Refusal {
    match error.told(signed) {
        Ok(refusal) => refusal,
        Err(error) => fault(app, signed, error).await,
    }
}

/// As [`told`], of an error that may be an id that does not exist: whoever asks for many is cut.
pub async fn missed(app: &App, signed: &Signed, error: impl Fault) -> Refusal {
    let refusal = told(app, signed, error).await;
    if refusal.problem().status == 404 {
        app.limits().missed(&signed.actor());
    }
    refusal
}

/// What a caller is told when the vault failed: nothing of the detail. What could not be trusted is an
/// incident: it is counted, logged, and recorded in the ledger.
pub async fn fault(app: &App, signed: &Signed, error: VaultError) -> Refusal {
    match &error {
        VaultError::Forged(record) => {
            incident(app, &signed.caller, "forged", &record.to_string()).await
        }
        VaultError::Corrupt(what) => incident(app, &signed.caller, "corrupt", what).await,
        VaultError::KeyDestroyed(_) => {}
        VaultError::Ledger(_) | VaultError::Store(_) | VaultError::CannotUnseal(_) => {
            return Refusal::vault(&error, signed.language).retry_after(5);
        }
        VaultError::Busy => return signed.refuse(Code::Busy).retry_after(1),
    }
    Refusal::vault(&error, signed.language)
}

/// As [`fault`], where nobody is signed in yet: what could not be trusted is an incident all the same. A flood
/// of them leaves the ledger alone.
pub async fn unsigned(
    app: &App,
    address: Option<IpAddr>,
    error: &VaultError,
    language: Language,
) -> Refusal {
    if let VaultError::Corrupt(what) = error {
        if app.limits().nobody() {
            incident(app, &nobody(address), "corrupt", what).await;
        } else {
            app.meter().incident("corrupt");
        }
    }
    Refusal::vault(error, language)
}

/// The refusal of a whole read, search, count or list of cases, recorded under `entry`.
pub fn refused(app: &App, signed: &Signed, reason: &Because, entry: u64) -> Refusal {
    let refusal = match reason.layer {
        Layer::Quota => signed
            .refuse(Code::QuotaSpent)
            .retry_after(until_midnight(app.vault().now())),
        _ => signed.refuse(Code::ReadRefused),
    };
    refusal
        .because([because(reason, signed.language)])
        .entry(entry)
}

/// A reason, for the wire.
pub fn because(because: &Because, language: Language) -> shouxin_wire::Because {
    shouxin_wire::Because {
        layer: layer(because.layer).to_owned(),
        rule: because.rule.to_string(),
        text: because.reason.get(language).to_owned(),
        changed_by: because.changed_by.get(language).to_owned(),
    }
}

/// A value of the body that cannot be accepted, and why.
pub fn invalid(signed: &Signed, at: impl Into<String>, why: &Text) -> Refusal {
    signed
        .refuse(Code::InvalidValue)
        .at(at, why.get(signed.language))
}

/// A code whose own words say enough, at a place.
fn at(signed: &Signed, code: Code, at: impl Into<String>) -> Refusal {
    signed
        .refuse(code)
        .at(at, code.title().get(signed.language))
}

async fn incident(app: &App, caller: &Caller, kind: &'static str, what: &str) {
    app.meter().incident(kind);
    let extra = [("did", "incident"), ("incident", kind), ("at", what)];
    if let Err(error) = app
        .vault()
        .record(caller, Kind::System, &extra, Tx::new())
        .await
    {
        tracing::error!(%error, kind, "an incident could not be recorded");
    }
}

/// Seconds until quotas begin anew.
pub fn until_midnight(now: Moment) -> u64 {
    let midnight = (now.china_day() + 1) * 86_400 - 8 * 3600;
    u64::try_from(midnight - now.seconds()).unwrap_or(1)
}

const fn layer(layer: Layer) -> &'static str {
    match layer {
        Layer::Role => "role",
        Layer::Purpose => "purpose",
        Layer::Condition => "condition",
        Layer::Relation => "relation",
        Layer::Consent => "consent",
        Layer::Restriction => "restriction",
        Layer::Retention => "retention",
        Layer::Quota => "quota",
        Layer::SecondFactor => "second-factor",
        Layer::Policy => "policy",
        Layer::Key => "key",
        Layer::Zone => "zone",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotas_begin_anew_at_midnight_in_china() {
        let at = |text| until_midnight(Moment::parse_rfc3339(text).unwrap());
        assert_eq!(at("2026-11-21T15:59:59Z"), 1);
        assert_eq!(at("2026-11-21T16:00:00Z"), 86_400);
    }
}
