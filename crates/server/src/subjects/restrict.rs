//! Restricting processing for a subject, and freeing it.

use axum::Json;
use axum::extract::State;
use shouxin_model::SubjectId;
use shouxin_wire::consents::{RestrictionRequest, TakenDown};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, Missing, Restricting, WithBody, WithParams};
use crate::http::faults::missed;
use crate::http::{At, Body, Refusal};

/// Restrict processing for a person
///
/// From this entry on the person's data are stored and protected only, or read to meet a legal duty. The
/// reason is a word, such as `accuracy-contested`. `already-exists` if it is restricted already.
#[utoipa::path(
    put,
    path = "/api/v1/subjects/{subject}/restriction",
    operation_id = "put-restriction",
    tag = "records",
    params(("subject" = String, Path, description = "The subject, `sub_…`")),
    request_body(content = RestrictionRequest, example = json!({"reason": "accuracy-contested"})),
    responses(
        (status = 200, description = "It is restricted", body = TakenDown, example = json!({"entry": 1049})),
        Guarded, WithBody, Missing, Restricting,
    ),
    security(("session" = []))
)]
pub async fn put(
    State(app): State<App>,
    signed: Signed,
    At((subject,)): At<(SubjectId,)>,
    Body(request): Body<RestrictionRequest>,
) -> Result<Json<TakenDown>, Refusal> {
    let vault = app.vault();
    let put = vault.put_restriction(&signed.caller, subject, &request.reason);
    match put.await {
        Ok(entry) => Ok(Json(TakenDown { entry })),
        Err(error) => Err(missed(&app, &signed, error).await),
    }
}

/// Free processing for a person again
///
/// `not-found` if it is not restricted.
#[utoipa::path(
    delete,
    path = "/api/v1/subjects/{subject}/restriction",
    operation_id = "lift-restriction",
    tag = "records",
    params(("subject" = String, Path, description = "The subject, `sub_…`")),
    responses(
        (status = 200, description = "It is free", body = TakenDown, example = json!({"entry": 1050})),
        Guarded, WithParams, Missing,
    ),
    security(("session" = []))
)]
pub async fn lift(
    State(app): State<App>,
    signed: Signed,
    At((subject,)): At<(SubjectId,)>,
) -> Result<Json<TakenDown>, Refusal> {
    match app.vault().lift_restriction(&signed.caller, subject).await {
        Ok(entry) => Ok(Json(TakenDown { entry })),
        Err(error) => Err(missed(&app, &signed, error).await),
    }
}
