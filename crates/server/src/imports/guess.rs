//! Proposing a mapping by looking at a file.

use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::HeaderMap;
use shouxin_model::text::Language;
use shouxin_vault::{Guessed, VaultError};
use shouxin_wire::Code;
use shouxin_wire::imports::{GuessAnswer, GuessedColumn};

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
            example = json!({"mapping": "[columns]\n\"客户姓名\" = \"customer.name\"\n", "columns": 6, "mapped": 5, "header_row": 1,
                "details": [{"column": "客户姓名", "field": "customer.name", "confidence": 98,
                    "why": "the header matches “Name”", "samples": ["王*明"]}]})),
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
            columns: guessed.columns.len() as u64,
            mapped: guessed.guesses.len() as u64,
            header_row: guessed.header_row,
            details: details(&guessed, signed.language),
            mapping: guessed.mapping,
        })),
        Ok(Err(error)) => Err(told(&app, &signed, error).await),
        Err(_) => Err(fault(&app, &signed, VaultError::Corrupt("file")).await),
    }
}

fn details(guessed: &Guessed, language: Language) -> Vec<GuessedColumn> {
    let columns = guessed.columns.iter().zip(&guessed.samples);
    let detail = |(column, samples): (&String, &Vec<String>)| {
        let guess = guessed.guesses.iter().find(|guess| guess.column == *column);
        GuessedColumn {
            column: column.clone(),
            field: guess.map(|guess| guess.field.to_string()),
            confidence: guess.map(|guess| guess.confidence),
            why: guess.map(|guess| guess.why.get(language).to_owned()),
            samples: samples.clone(),
        }
    };
    columns.map(detail).collect()
}

const MOST_BYTES: usize = 16 * 1024 * 1024;
