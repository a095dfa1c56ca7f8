//! Faults of the vault as answers, in one place.

use shouxin_model::Caller;
use shouxin_model::text::Language;
use shouxin_store::Tx;
use shouxin_vault::VaultError;
use shouxin_vault::said::{Because, Kind};
use shouxin_wire::Code;

use super::Refusal;
use crate::App;
use crate::caller::Signed;

/// What a caller is told when the vault failed: nothing of the detail. What could not be trusted is an
/// incident: it is counted, logged, and recorded in the ledger.
pub async fn fault(app: &App, signed: &Signed, error: VaultError) -> Refusal {
    match &error {
        VaultError::Forged(record) => incident(app, &signed.caller, "forged", &record.to_string()).await,
        VaultError::Corrupt(what) => incident(app, &signed.caller, "corrupt", what).await,
        VaultError::Ledger(_) => return Refusal::vault(&error, signed.language).retry_after(5),
        VaultError::Store(_) => return Refusal::vault(&error, signed.language).retry_after(5),
        VaultError::Busy => return signed.refuse(Code::Busy).retry_after(1),
    }
    Refusal::vault(&error, signed.language)
}

/// The reasons of a policy refusal, for the wire.
pub fn because(because: &Because, language: Language) -> shouxin_wire::Because {
    shouxin_wire::Because {
        layer: layer(because).to_owned(),
        rule: because.rule.to_string(),
        text: because.reason.get(language).to_owned(),
        changed_by: because.changed_by.get(language).to_owned(),
    }
}

/// The refusal of a whole read, search, count or list of cases, recorded under `entry`.
pub fn refused(reason: &Because, entry: u64, language: Language) -> Refusal {
    let code = match reason.layer {
        shouxin_vault::said::Layer::Quota => Code::QuotaSpent,
        _ => Code::ReadRefused,
    };
    Refusal::new(code, language).because([because(reason, language)]).entry(entry)
}

async fn incident(app: &App, caller: &Caller, kind: &'static str, what: &str) {
    app.meter().incident(kind);
    let extra = [("did", "incident"), ("incident", kind), ("at", what)];
    if let Err(error) = app.vault().record(caller, Kind::System, &extra, Tx::new()).await {
        tracing::error!(%error, kind, "an incident could not be recorded");
    }
}

fn layer(because: &Because) -> &'static str {
    use shouxin_vault::said::Layer;
    match because.layer {
        Layer::Role => "role",
        Layer::Purpose => "purpose",
        Layer::Relation => "relation",
        Layer::Consent => "consent",
        Layer::Restriction => "restriction",
        Layer::Retention => "retention",
        Layer::Quota => "quota",
        Layer::SecondFactor => "second-factor",
        Layer::Policy => "policy",
        Layer::Key => "key",
    }
}
