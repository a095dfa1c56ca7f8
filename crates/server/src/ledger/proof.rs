//! One entry with the proof that a signed head covers it.

use axum::Json;
use axum::extract::State;
use shouxin_vault::VaultError;
use shouxin_vault::said::Entry;
use shouxin_vault::said::shouxin_ledger::EntryProof;
use shouxin_wire::ledger::ProofFile;

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, Missing, WithParams};
use crate::http::faults::{fault, told};
use crate::http::{At, Refusal};

/// Prove that an entry is in the ledger
///
/// The answer, saved as a file, is what `shouxin-verify proof` reads. An entry can be proven once a
/// checkpoint covers it: within a second.
#[utoipa::path(
    get,
    path = "/api/v1/ledger/entries/{index}/proof",
    operation_id = "prove-entry",
    tag = "ledger",
    params(("index" = u64, Path, description = "Its index, counted from 0", example = 1042)),
    responses(
        (status = 200, description = "The proof file", body = ProofFile,
            example = json!({"shouxin-ledger-proof": 1, "index": 7, "entry": {"t": 0, "k": "read", "a": "operator"},
                "path": ["6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"],
                "checkpoint": "shouxin/1a2b3c4d\n9\n…"})),
        Guarded, Missing, WithParams,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn prove(
    State(app): State<App>,
    signed: Signed,
    At((index,)): At<(u64,)>,
) -> Result<Json<EntryProof>, Refusal> {
    let (bytes, proof, checkpoint) = match app.vault().prove(index).await {
        Ok(proof) => proof,
        Err(error) => return Err(told(&app, &signed, error).await),
    };
    match Entry::decode(&bytes) {
        Ok(entry) => Ok(Json(EntryProof::new(entry, proof, checkpoint))),
        Err(_) => Err(fault(&app, &signed, VaultError::Corrupt("ledger entry")).await),
    }
}
