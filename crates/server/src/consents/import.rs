//! Taking over old consents from a file.

use std::collections::BTreeMap;
use std::io::Cursor;

use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use shouxin_model::FieldRef;
use shouxin_vault::RowOutcome;
use shouxin_wire::Code;
use shouxin_wire::consents::{OldConsents, OldRow};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, WithBody, WithParams};
use crate::http::faults::told;
use crate::http::{Params, Refusal};

/// Take over old consents
///
/// A table (CSV, XLSX, NDJSON) of at most 2,000 rows whose columns are called `key`, `purpose`, `word` (`given`,
/// `refused`, `withdrawn`), `form`, `date`, `source`, `evidence`, `notice`, `version`, `language`, `hash`; the first
/// three are needed. `key` holds the value of the field that `field` names, of which one person has it. Each row is
/// graded: `proved` with the notice and the hash of the text that was shown, `partial` with a date and a source, else
/// `unproven`, which opens no sensitive field. What a person said later stays.
#[utoipa::path(
    post,
    path = "/api/v1/consents/imports",
    operation_id = "import-consents",
    tag = "consents",
    params(("field" = String, Query, description = "What `key` holds, as `collection.field`", example = "customer.mobile")),
    request_body(description = "The table, at most 1 MiB", content = Vec<u8>, content_type = "application/octet-stream",
        example = json!("key,purpose,word,form,date,source\n13800000000,marketing-contact,given,general,2024-05-01,crm\n")),
    responses(
        (status = 200, description = "What became of each row", body = OldConsents,
            example = json!({"entry": 1048, "counts": {"taken": 1}, "rows": [{"row": 2, "outcome": "taken",
                "entry": 1049, "grade": "partial"}]})),
        Guarded, WithBody, WithParams,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn import(
    State(app): State<App>,
    signed: Signed,
    mut params: Params,
    body: Body,
) -> Result<Json<OldConsents>, Refusal> {
    let Some(field) = params.take::<FieldRef>("field")? else {
        return Err(params.refuse("field"));
    };
    params.end()?;
    let file = to_bytes(body, LONGEST)
        .await
        .map_err(|_| signed.refuse(Code::TooLarge))?;
    let imported = app
        .vault()
        .import_consents(&signed.caller, &field, Cursor::new(file));
    let imported = match imported.await {
        Ok(imported) => imported,
        Err(error) => return Err(told(&app, &signed, error).await),
    };
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for row in &imported.rows {
        *counts.entry(row.outcome.word().to_owned()).or_default() += 1;
    }
    let rows = imported.rows.iter().map(|row| {
        let (entry, grade) = match row.outcome {
            RowOutcome::Taken(entry, grade) => (Some(entry), Some(grade)),
            _ => (None, None),
        };
        OldRow {
            row: row.number,
            outcome: row.outcome.word().to_owned(),
            entry,
            grade,
        }
    });
    Ok(Json(OldConsents {
        entry: imported.entry,
        counts,
        rows: rows.collect(),
    }))
}

const LONGEST: usize = 1024 * 1024;
