//! A dry run of an import.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use shouxin_model::ImportId;
use shouxin_model::text::Language;
use shouxin_vault::{ImportRow, Trial};
use shouxin_wire::imports::{RowFinding, TrialAnswer, TriedRow};

use super::{name, piped};
use crate::App;
use crate::caller::Signed;
use crate::http::document::{Changed, Guarded, Missing, WithBody};
use crate::http::{At, Refusal};

/// Try a file without importing it
///
/// Every row is read, checked and matched as the import would, and none is written. The dry run is recorded,
/// for its counts tell how many of the people in the file are known already. Rows are matched page by page
/// with what is stored: somebody who stands in the file more than once and is not known yet may count as new
/// more than once.
#[utoipa::path(
    post,
    path = "/api/v1/imports/{import}/trials",
    operation_id = "try-import",
    tag = "records",
    params(("import" = String, Path, description = "The import, `imp_…`")),
    request_body(description = "CSV, NDJSON or XLSX, at most 4 GiB; `Content-Type` may say which",
        content = Vec<u8>, content_type = "application/octet-stream", example = json!("客户姓名,手机号\n测试,13800000000\n")),
    responses(
        (status = 201, description = "What the import would do", body = TrialAnswer,
            example = json!({"rows": 20, "counts": {"created": 15, "merged": 2, "refused": 3}, "whole": true,
                "found": [{"row": 4, "outcome": "refused", "findings": [{"code": "check-failed",
                    "field": "customer.mobile", "message": "the value is no mobile number"}]}],
                "more_found": 0, "entry": 1047})),
        Guarded, WithBody, Missing, Changed,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn try_file(
    State(app): State<App>,
    signed: Signed,
    At((import,)): At<(ImportId,)>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<TrialAnswer>), Refusal> {
    let name = name(&headers).map(str::to_owned);
    let vault = app.vault().clone();
    let caller = signed.caller.clone();
    let tried = piped(&app, &signed, body, |file| async move {
        vault.try_import(&caller, import, file, name).await
    });
    let trial = tried.await?;
    Ok((StatusCode::CREATED, Json(shown(trial, signed.language))))
}

fn shown(trial: Trial, language: Language) -> TrialAnswer {
    TrialAnswer {
        rows: trial.rows,
        counts: trial.counts,
        sealed_apart: trial.pieces,
        whole: trial.whole,
        found: trial.found.iter().map(|row| tried(row, language)).collect(),
        more_found: trial.more_found,
        entry: trial.entry,
    }
}

fn tried(row: &ImportRow, language: Language) -> TriedRow {
    let finding = |(code, field, message): (&str, Option<String>, String)| RowFinding {
        code: code.to_owned(),
        field,
        message,
    };
    TriedRow {
        row: row.row,
        outcome: row.outcome.clone(),
        findings: row.findings(language).into_iter().map(finding).collect(),
    }
}
