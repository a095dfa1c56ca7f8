//! The proof that the ledger only grew between two signed heads.

use axum::Json;
use axum::extract::State;
use shouxin_store::{StoreError, StoredCheckpoint};
use shouxin_vault::said::shouxin_ledger::GrowthProof;
use shouxin_wire::Code;
use shouxin_wire::ledger::GrowthFile;

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, Missing, WithParams};
use crate::http::faults::told;
use crate::http::{Params, Refusal};

/// Prove that the ledger only grew
///
/// Between two sizes at which checkpoints were signed; without `to`, up to the newest. The answer, saved
/// as a file, is what `shouxin-verify growth` reads.
#[utoipa::path(
    get,
    path = "/api/v1/ledger/consistency",
    operation_id = "prove-growth",
    tag = "ledger",
    params(
        ("from" = u64, Query, description = "The size of the older checkpoint, at least 1", example = 512),
        ("to" = Option<u64>, Query, description = "The size of the newer checkpoint", example = 1046),
    ),
    responses(
        (status = 200, description = "The proof file", body = GrowthFile,
            example = json!({"shouxin-ledger-growth": 1, "older": "shouxin/1a2b3c4d\n512\n…",
                "newer": "shouxin/1a2b3c4d\n1046\n…", "path": []})),
        Guarded, Missing, WithParams,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn prove(
    State(app): State<App>,
    signed: Signed,
    mut params: Params,
) -> Result<Json<GrowthProof>, Refusal> {
    let (from, to): (u64, Option<u64>) = (params.need("from")?, params.take("to")?);
    if from == 0 || to.is_some_and(|to| to < from) {
        return Err(params.refuse("from"));
    }
    params.end()?;
    let proven = async {
        let older = checkpoint(&app, from).await?;
        let newer = match to {
            Some(size) => checkpoint(&app, size).await?,
            None => app.vault().store().latest_checkpoint().await?,
        };
        let (Some(older), Some(newer)) = (older, newer) else {
            return Ok(None);
        };
        let proof = app
            .vault()
            .store()
            .consistency_proof(older.size, newer.size)
            .await?;
        Ok::<_, StoreError>(Some(GrowthProof::new(older.note, newer.note, proof)))
    };
    match proven.await {
        Ok(Some(proof)) => Ok(Json(proof)),
        Ok(None) => Err(signed.refuse(Code::NotFound)),
        Err(error) => Err(told(&app, &signed, error).await),
    }
}

async fn checkpoint(app: &App, size: u64) -> Result<Option<StoredCheckpoint>, StoreError> {
    let next = app
        .vault()
        .store()
        .checkpoints(size, 1)
        .await?
        .into_iter()
        .next();
    Ok(next.filter(|checkpoint| checkpoint.size == size))
}
