//! Giving pseudonyms.

use axum::Json;
use axum::extract::State;
use shouxin_model::Personal;
use shouxin_wire::pseudonyms::{PseudonymAnswer, PseudonymRequest};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, WithBody};
use crate::http::faults::told;
use crate::http::{Body, Refusal};

/// Give values pseudonyms
///
/// The same value always gets the same one, in texts and tables alike; it has the shape and check digit of
/// its kind and lies where no real value can. The value is not kept, and whether anybody here has it is not
/// told. The way back is a search for the pseudonym (mode `exact`) under a purpose, as for the value itself;
/// after an erasure it leads nowhere.
#[utoipa::path(
    post,
    path = "/api/v1/pseudonyms",
    operation_id = "give-pseudonyms",
    tag = "reads",
    request_body(
        content = PseudonymRequest,
        example = json!({"values": [{"kind": "mobile", "value": "13800000000"}]})
    ),
    responses(
        (status = 200, description = "A pseudonym for each value", body = PseudonymAnswer,
            example = json!({"entry": 1045, "pseudonyms": ["14612345678"]})),
        Guarded, WithBody,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn give(
    State(app): State<App>,
    signed: Signed,
    Body(request): Body<PseudonymRequest>,
) -> Result<Json<PseudonymAnswer>, Refusal> {
    let values: Vec<_> = request
        .values
        .into_iter()
        .map(|one| (one.kind, Personal::new(one.value)))
        .collect();
    match app.vault().give_pseudonyms(&signed.caller, &values).await {
        Ok(given) => Ok(Json(PseudonymAnswer {
            entry: given.entry,
            pseudonyms: given.pseudonyms,
        })),
        Err(error) => Err(told(&app, &signed, error).await),
    }
}
