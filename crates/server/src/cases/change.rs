//! Changing a case: its status, or whom it is assigned to.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use shouxin_model::text::Language;
use shouxin_model::{RecordId, SubjectId};
use shouxin_store::params;
use shouxin_wire::Code;
use shouxin_wire::cases::{Case, CaseChange};

use super::shown;
use crate::App;
use crate::caller::Signed;
use crate::http::document::{Changed, Decided, Guarded, Missing, WithBody};
use crate::http::faults::{missed, told};
use crate::http::version::{etag, seen};
use crate::http::{At, Body, Refusal};

/// Change a case's status or assignee
///
/// The case must be open and the caller's own, or of the caller's site. Closing it ends the reads that it
/// allowed at once. With `If-Match` the change is made only to the version that the caller has seen.
#[utoipa::path(
    patch,
    path = "/api/v1/subjects/{subject}/cases/{case}",
    operation_id = "change-case",
    tag = "reads",
    params(
        ("subject" = String, Path, description = "The subject, `sub_…`"),
        ("case" = String, Path, description = "The case's record, `rec_…`"),
        ("If-Match" = Option<String>, Header, description = "The version seen, for example `\"3\"`"),
    ),
    request_body(content = CaseChange, example = json!({"status": "closed"})),
    responses(
        (status = 200, description = "The case as it is now", body = Case,
            headers(("ETag" = String, description = "Its version")),
            example = json!({"case": "rec_06fs8k0000000000000000000g", "subject": "sub_06fs8k0000000000000000000g",
                "collection": "work_order", "open": false, "fields": {"status": "closed"}, "version": 4})),
        Guarded, WithBody, Missing, Changed, Decided,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn change(
    State(app): State<App>,
    signed: Signed,
    At((subject, case)): At<(SubjectId, RecordId)>,
    headers: HeaderMap,
    Body(change): Body<CaseChange>,
) -> Result<Response, Refusal> {
    let version = seen(&headers, &signed)?;
    if let Some(assignee) = &change.assignee {
        works_here(&app, &signed, assignee).await?;
    }
    let change = shouxin_vault::CaseChange {
        status: change.status,
        assignee: change.assignee,
        version,
    };
    match app
        .vault()
        .change_case(&signed.caller, subject, case, &change)
        .await
    {
        Ok(case) => Ok(([(header::ETAG, etag(case.version))], Json(shown(case))).into_response()),
        Err(error) => Err(missed(&app, &signed, error).await),
    }
}

/// A case is assigned to somebody with an account. The field is unsealed: nothing else may get into it.
async fn works_here(app: &App, signed: &Signed, login: &str) -> Result<(), Refusal> {
    let sql = "SELECT 1 FROM staff WHERE login = $1 AND state = 'active'";
    let known = match app.vault().store().query(sql, params![login]).await {
        Ok(rows) => !rows.is_empty(),
        Err(error) => return Err(told(app, signed, error).await),
    };
    if known {
        return Ok(());
    }
    let why = match signed.language {
        Language::Chinese => "没有这个在用账号",
        Language::English => "there is no active account with this login",
    };
    Err(signed.refuse(Code::InvalidValue).at("assignee", why))
}
