//! Creating or merging one record, matched by its collection's key.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use shouxin_model::Personal;
use shouxin_vault::RecordOutcome;
use shouxin_wire::Code;
use shouxin_wire::records::{RecordWrite, RecordWritten};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, Missing, Once, WithBody};
use crate::http::faults::missed;
use crate::http::{Body, Refusal};

/// Create or merge a record
///
/// The key of its collection decides whether it is new. Fields that are not named keep what they have.
/// With an `Idempotency-Key` the same request may be sent again: it is done once.
#[utoipa::path(
    post,
    path = "/api/v1/records",
    operation_id = "write-record",
    tag = "records",
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 64 printable characters; counts for a day")),
    request_body(
        content = RecordWrite,
        example = json!({"collection": "customer", "values": {"name": "测试", "mobile": "13800000000"}})
    ),
    responses(
        (status = 201, description = "A new record", body = RecordWritten,
            example = json!({"outcome": "created", "subject": "sub_06fs8k0000000000000000000g",
                "record": "rec_06fs8k0000000000000000000g", "entry": 1045})),
        (status = 200, description = "Merged into a record with the same key, or unchanged", body = RecordWritten,
            example = json!({"outcome": "merged", "subject": "sub_06fs8k0000000000000000000g",
                "record": "rec_06fs8k0000000000000000000g", "entry": 1046})),
        Guarded, WithBody, Missing, Once,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn write(
    State(app): State<App>,
    signed: Signed,
    Body(request): Body<RecordWrite>,
) -> Result<(StatusCode, Json<RecordWritten>), Refusal> {
    // Into the vault, which seals them; nothing of them is answered.
    let values = request
        .values
        .into_iter()
        .map(|(field, value)| (field, Personal::new(value)));
    let record = shouxin_vault::RecordWrite {
        collection: request.collection,
        key: None,
        values: values.collect(),
    };
    let written = match app
        .vault()
        .write(&signed.caller, request.subject, vec![record])
        .await
    {
        Ok(written) => written,
        Err(error) => return Err(missed(&app, &signed, error).await),
    };
    let (record, outcome) = written
        .records
        .first()
        .copied()
        .ok_or_else(|| signed.refuse(Code::Internal))?;
    let status = match outcome {
        RecordOutcome::Created => StatusCode::CREATED,
        RecordOutcome::Merged | RecordOutcome::Unchanged => StatusCode::OK,
    };
    let answer = RecordWritten {
        outcome: outcome.word().to_owned(),
        subject: written.subject,
        record,
        entry: written.entry,
    };
    Ok((status, Json(answer)))
}
