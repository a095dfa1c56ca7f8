//! Letting a page speak for a customer.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use shouxin_wire::Code;
use shouxin_wire::widget::{ConsentSession, SessionRequest};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, Missing, WithBody};
use crate::http::faults::{fault, missed};
use crate::http::{Body, Refusal};

/// Let a page speak for a customer
///
/// For the server of a host: the token goes to the page of the customer who is signed in there, counts for fifteen
/// minutes, and is good for saying consent alone. With `visitor`, what the customer's browser said before they
/// signed in is theirs from now on: about each purpose the newer word counts.
#[utoipa::path(
    post,
    path = "/api/v1/consent-sessions",
    operation_id = "open-consent-session",
    tag = "consent",
    request_body(content = SessionRequest, example = json!({"subject": "sub_06fs8k0000000000000000000g"})),
    responses(
        (status = 201, description = "It is open", body = ConsentSession, example = json!({"token": "h9v2…",
            "expires_at": "2026-11-21T03:19:05.678Z", "joined": 0})),
        Guarded, WithBody, Missing,
    ),
    security(("key" = []))
)]
pub(super) async fn open(
    State(app): State<App>,
    signed: Signed,
    Body(request): Body<SessionRequest>,
) -> Result<(StatusCode, Json<ConsentSession>), Refusal> {
    let vault = app.vault();
    let opened = match vault.open_visit(&signed.caller, request.subject).await {
        Ok(opened) => opened,
        Err(error) => return Err(missed(&app, &signed, error).await),
    };
    let visitor = match request.visitor.as_deref() {
        None => None,
        Some(token) if vault.is_visitor_token(token) => match vault.visitor(token).await {
            Ok(visitor) => visitor,
            Err(error) => return Err(fault(&app, &signed, error).await),
        },
        Some(_) => {
            let code = Code::InvalidValue;
            return Err(signed
                .refuse(code)
                .at("visitor", code.title().get(signed.language)));
        }
    };
    let joined = match visitor {
        None => 0,
        Some(visitor) => {
            let join = vault.join_visitor(&signed.caller, request.subject, visitor);
            match join.await {
                Ok(joined) => joined,
                Err(error) => return Err(missed(&app, &signed, error).await),
            }
        }
    };
    let session = ConsentSession {
        token: opened.token,
        expires_at: opened.expires_at,
        joined,
    };
    Ok((StatusCode::CREATED, Json(session)))
}
