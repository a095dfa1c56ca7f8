//! Asking for an export.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use shouxin_model::text::Language;
use shouxin_vault::{ExportScope, Headings, Leaving};
use shouxin_wire::Code;
use shouxin_wire::exports::{ExportAsked, ExportRequest};

use super::shown;
use crate::App;
use crate::caller::Signed;
use crate::http::document::{Decided, Exporting, Guarded, WithBody};
use crate::http::faults::told;
use crate::http::{Body, Refusal, distinct, proposal, reason};

/// Ask for an export
///
/// Works out exactly what would leave: fields with their forms, counts, a sample of ids. That is what
/// somebody else approves, under `approval`. Nothing leaves yet.
#[utoipa::path(
    post,
    path = "/api/v1/exports",
    operation_id = "ask-export",
    tag = "exports",
    request_body(
        content = ExportRequest,
        example = json!({"purpose": "rights-answer", "collection": "customer",
            "fields": ["customer.name", "customer.mobile"], "clear": ["customer.mobile"],
            "where": {"source": "store"}, "most_rows": 1000, "format": "csv", "headings": "zh",
            "reason": "copies for the authority"})
    ),
    responses(
        (status = 201, description = "What would leave, and the approval it waits for", body = ExportAsked,
            example = json!({"export": {"export": "exp_06fs8k0000000000000000000g", "state": "asked",
                "approval": "apr_06fs8k0000000000000000000g", "actor": "stf_06fs8k0000000000000000000g",
                "purpose": "rights-answer", "plan": {"rows": 25, "people": 25, "at_most": 35, "decoys": 3},
                "rows": 0, "people": 0, "left_out": 0,
                "created_at": "2026-11-21T03:04:05.678Z", "updated_at": "2026-11-21T03:04:05.678Z"},
                "approval": {"approval": "apr_06fs8k0000000000000000000g", "act": "export",
                "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "body": {"rows": 25}, "reason": "copies for the authority",
                "requested_by": "stf_06fs8k0000000000000000000g", "requested_at": "2026-11-21T03:04:05.678Z",
                "expires_at": "2026-11-24T03:04:05.678Z", "seconds_left": 259200, "state": "open"}})),
        Guarded, WithBody, Exporting, Decided,
    ),
    security(("session" = []))
)]
pub async fn ask(
    State(app): State<App>,
    signed: Signed,
    Body(request): Body<ExportRequest>,
) -> Result<(StatusCode, Json<ExportAsked>), Refusal> {
    // Measured here, sealed in the vault.
    reason(&signed, Some(request.reason.expose()))?;
    let word = |at: &str| {
        let why = match signed.language {
            Language::Chinese => "不是可用的取值",
            Language::English => "is none of the words that can stand here",
        };
        signed.refuse(Code::InvalidValue).at(at, why)
    };
    let scope = match request.people {
        Some(_) if !request.filters.is_empty() => return Err(word("people")),
        Some(people) => ExportScope::People(people),
        None => ExportScope::Where(request.filters.into_iter().collect()),
    };
    let request = shouxin_vault::ExportRequest {
        purpose: request.purpose,
        collection: request.collection,
        fields: request.fields,
        clear: distinct(&signed, "clear", request.clear)?,
        scope,
        most_rows: request.most_rows,
        format: Leaving::from_word(&request.format).ok_or_else(|| word("format"))?,
        headings: match request.headings.as_deref() {
            None | Some("names") => Headings::Names,
            Some("zh") => Headings::Zh,
            Some("en") => Headings::En,
            Some(_) => return Err(word("headings")),
        },
        reason: request.reason.expose().clone(),
    };
    let asked = match app.vault().ask_export(&signed.caller, &request).await {
        Ok(asked) => asked,
        Err(error) => return Err(told(&app, &signed, error).await),
    };
    let status = match app.vault().export_status(asked.plan.export).await {
        Ok(status) => status,
        Err(error) => return Err(told(&app, &signed, error).await),
    };
    let approval = proposal::shown(asked.approval, app.vault().now());
    let export = shown(status);
    Ok((StatusCode::CREATED, Json(ExportAsked { export, approval })))
}
