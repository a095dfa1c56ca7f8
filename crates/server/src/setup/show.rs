//! How far the deployment is: counts, and the entries that prove each step.

use axum::Json;
use axum::extract::State;
use shouxin_vault::SiloState;
use shouxin_wire::setup::{SetupAccounts, SetupAnswer};

use crate::App;
use crate::caller::Signed;
use crate::http::Refusal;
use crate::http::document::Guarded;
use crate::http::faults::fault;

/// Show how far the deployment is
///
/// From an empty installation to the first protected read. Entries are looked for among the newest 20,000:
/// what is named was found there, and what is not named may lie further back.
#[utoipa::path(
    get,
    path = "/api/v1/setup",
    operation_id = "show-setup",
    tag = "register",
    responses(
        (status = 200, description = "Counts and entries", body = SetupAnswer,
            example = json!({"register_version": 1, "policy_version": 1, "system": {"active": 1, "ready": 1},
                "security": {"active": 1, "ready": 1}, "audit": {"active": 1, "ready": 0},
                "officers": {"active": 0, "ready": 0}, "business": {"active": 0, "ready": 0},
                "imports": 0, "rows": 0})),
        Guarded,
    ),
    security(("session" = []))
)]
pub async fn show(State(app): State<App>, signed: Signed) -> Result<Json<SetupAnswer>, Refusal> {
    let setup = match app.vault().setup().await {
        Ok(setup) => setup,
        Err(error) => return Err(fault(&app, &signed, error).await),
    };
    let (read, purpose) = setup.read.unzip();
    Ok(Json(SetupAnswer {
        register_version: setup.register_version,
        policy_version: setup.policy_version,
        system: accounts(setup.system),
        security: accounts(setup.security),
        audit: accounts(setup.audit),
        officers: accounts(setup.officers),
        business: accounts(setup.business),
        imports: setup.imports,
        rows: setup.rows,
        read,
        purpose: purpose.flatten(),
        verified: setup.verified,
        backup: setup.backup,
    }))
}

fn accounts(SiloState { active, ready }: SiloState) -> SetupAccounts {
    SetupAccounts { active, ready }
}
