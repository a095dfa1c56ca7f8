//! Proposing a mapping by looking at a file.

use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::HeaderMap;
use shouxin_vault::VaultError;
use shouxin_wire::Code;
use shouxin_wire::imports::GuessAnswer;

use super::name;
use crate::App;
use crate::caller::Signed;
use crate::http::Refusal;
use crate::http::document::{Guarded, WithBody};
use crate::http::faults::{fault, told};

/// Propose a mapping for a file
///
/// Looks at the first rows of a CSV, NDJSON or XLSX file and keeps nothing of it. The proposal is to be
/// read and corrected by a person. The start of a large CSV or NDJSON file is enough.
#[utoipa::path(
    post,
    path = "/api/v1/imports/guesses",
    operation_id = "guess-mapping",
    tag = "records",
    request_body(description = "The file, at most 16 MiB; `Content-Type` may say of which kind",
        content = Vec<u8>, content_type = "application/octet-stream", example = json!("客户姓名,手机号\n测试,13800000000\n")),
    responses(
        (status = 200, description = "The proposal", body = GuessAnswer,
            example = json!({"mapping": "[columns]\n\"客户姓名\" = \"customer.name\"\n", "columns": 6, "mapped": 5})),
        Guarded, WithBody,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn guess(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<GuessAnswer>, Refusal> {
    let Ok(file) = to_bytes(body, MOST_BYTES).await else {
        return Err(signed.refuse(Code::TooLarge));
    };
    let (vault, name) = (app.vault().clone(), name(&headers));
    let guessing = tokio::task::spawn_blocking(move || vault.guess_mapping(&*file, name));
    match guessing.await {
        Ok(Ok(guessed)) => Ok(Json(GuessAnswer {
            mapping: guessed.mapping,
            columns: guessed.columns.len() as u64,
            mapped: guessed.guesses.len() as u64,
        })),
        Ok(Err(error)) => Err(told(&app, &signed, error).await),
        Err(_) => Err(fault(&app, &signed, VaultError::Corrupt("file")).await),
    }
}

const MOST_BYTES: usize = 16 * 1024 * 1024;
