//! Publishing a notice.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use data_encoding::HEXLOWER;
use shouxin_wire::notices::{NoticePublication, NoticePublished};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Approving, Guarded, Publishing, WithBody};
use crate::http::faults::told;
use crate::http::{Body, Refusal};

/// Publish a notice
///
/// From its time on, consents given before do not cover what it widens, on every node at the next read. A
/// notice that widens anything is proposed first (`propose-notice`) and names the approval that somebody else
/// gave.
#[utoipa::path(
    post,
    path = "/api/v1/notices/versions",
    operation_id = "publish-notice",
    tag = "notices",
    request_body(content = NoticePublication, example = json!({"notice": "name = \"marketing\"\n…",
        "effective_at": "2026-12-01T00:00:00.000Z"})),
    responses(
        (status = 201, description = "It is published", body = NoticePublished,
            example = json!({"name": "marketing", "version": 2,
                "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "effective_at": "2026-12-01T00:00:00.000Z", "in_force": false, "entry": 1046})),
        Guarded, Approving, Publishing, WithBody,
    ),
    security(("session" = []))
)]
pub async fn publish(
    State(app): State<App>,
    signed: Signed,
    Body(request): Body<NoticePublication, { super::TEXT_BYTES }>,
) -> Result<(StatusCode, Json<NoticePublished>), Refusal> {
    let (vault, caller) = (app.vault(), &signed.caller);
    let (text, from) = (&request.notice, request.effective_at);
    let published = match request.approval {
        Some(approval) => {
            vault
                .publish_approved_notice(caller, text, from, approval)
                .await
        }
        None => vault.publish_notice(caller, text, from).await,
    };
    match published {
        Ok(published) => {
            let answer = NoticePublished {
                name: published.name,
                version: published.version,
                hash: HEXLOWER.encode(&published.hash),
                effective_at: published.effective_at,
                in_force: published.publication.is_some(),
                entry: published.entry,
            };
            Ok((StatusCode::CREATED, Json(answer)))
        }
        Err(error) => Err(told(&app, &signed, error).await),
    }
}
