//! Examining the whole ledger where it lies.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use shouxin_model::text::Language;
use shouxin_store::Tx;
use shouxin_vault::said::Kind;
use shouxin_vault::said::shouxin_ledger::{Lang, Report, SignedCheckpoint};
use shouxin_wire::ledger::{LedgerFinding, Verification};

use crate::App;
use crate::caller::Signed;
use crate::http::Refusal;
use crate::http::document::Guarded;
use crate::http::faults::{fault, told};

/// Examine the whole ledger
///
/// Every entry against its hash, the tree against every checkpoint, every signature, and the head that is
/// kept outside the data directory. A server that was taken over could lie about this: an export
/// examined elsewhere with `shouxin-verify` cannot.
#[utoipa::path(
    post,
    path = "/api/v1/ledger/verifications",
    operation_id = "verify-ledger",
    tag = "ledger",
    responses(
        (status = 201, description = "What was found", body = Verification,
            example = json!({"right": true, "entries": 1046, "proven": 1046, "checkpoints": 31,
                "root": "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                "kinds": {"read": 900, "refusal": 146}, "findings": [], "more_findings": 0, "entry": 1046})),
        Guarded,
    ),
    security(("session" = []))
)]
pub async fn verify(
    State(app): State<App>,
    signed: Signed,
) -> Result<(StatusCode, Json<Verification>), Refusal> {
    if let Err(error) = app.vault().sign_checkpoint(app.witness()).await {
        return Err(told(&app, &signed, error).await);
    }
    let kept = app
        .witness()
        .and_then(|witness| std::fs::read_to_string(witness.path()).ok());
    let kept = kept.and_then(|note| SignedCheckpoint::parse(&note).ok());
    let report = match app.vault().verify_ledger(kept.as_slice(), |_, _| {}).await {
        Ok(report) => report,
        Err(error) => return Err(fault(&app, &signed, error).await),
    };
    let right = if report.is_right() { "true" } else { "false" };
    if right == "false" {
        app.meter().incident("ledger");
    }
    let extra = [("did", "verified"), ("right", right)];
    match app
        .vault()
        .record(&signed.caller, Kind::Ledger, &extra, Tx::new())
        .await
    {
        Ok(entry) => Ok((
            StatusCode::CREATED,
            Json(shown(&report, entry, signed.language)),
        )),
        Err(error) => Err(fault(&app, &signed, error.into()).await),
    }
}

fn shown(report: &Report, entry: u64, language: Language) -> Verification {
    let lang = match language {
        Language::Chinese => Lang::Zh,
        Language::English => Lang::En,
    };
    let findings = report.findings.iter().map(|finding| LedgerFinding {
        problem: finding.problem.word().to_owned(),
        text: finding.text(lang),
        first: finding.entries.as_ref().map(|range| *range.start()),
        last: finding.entries.as_ref().map(|range| *range.end()),
    });
    Verification {
        right: report.is_right(),
        entries: report.entries,
        proven: report.signed.map_or(0, |(size, _)| size),
        root: report.signed.map(|(_, root)| root.to_string()),
        checkpoints: report.checkpoints,
        kinds: report
            .kinds
            .iter()
            .map(|(kind, count)| (kind.word().to_owned(), *count))
            .collect(),
        findings: findings.collect(),
        more_findings: report.more,
        entry,
    }
}
