//! Up to a thousand texts at once.

use axum::Json;
use axum::extract::State;
use shouxin_model::text::Language;
use shouxin_vault::detection::DetectionCounts;
use shouxin_wire::Code;
use shouxin_wire::detections::{DetectionAnswer, DetectionItem, DetectionRequest};

use super::{Looked, TURNS, is_id, item, looking, stand_in};
use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, WithBody};
use crate::http::faults::told;
use crate::http::{Body, Refusal};

/// Find personal information in texts
///
/// Texts of the caller's own, Chinese or English: nothing of them is kept. Each stretch that was found is answered
/// with its place, the rule that found it and its class of law; on request the texts come back without it:
/// masked, labelled, removed, made coarser, or with the pseudonyms that `POST /api/v1/pseudonyms` gives, for whoever
/// may call that. The ledger tells that it was done and how many of each kind there were.
#[utoipa::path(
    post,
    path = "/api/v1/detections",
    operation_id = "detect",
    tag = "detections",
    request_body(
        content = DetectionRequest,
        example = json!({"items": [{"id": "chat-17", "text": "请打13800138000"}], "redact": "label"})
    ),
    responses(
        (status = 200, description = "What was found, text by text", body = DetectionAnswer,
            example = json!({"entry": 1050, "items": [{"id": "chat-17", "spans": [{"kind": "PHONE", "start": 2,
                "end": 13, "start_byte": 6, "end_byte": 17, "confidence": 990, "rule": "phone.mobile",
                "check": "none", "class": "personal"}], "redacted": "请打[PHONE]"}]})),
        Guarded, WithBody,
    ),
    security(("session" = []), ("key" = []))
)]
pub(crate) async fn detect(
    State(app): State<App>,
    signed: Signed,
    Body(request): Body<DetectionRequest, MOST_BYTES>,
) -> Result<Json<DetectionAnswer>, Refusal> {
    let looking = looking(&app, &signed, "kinds", &request.kinds, request.redact).await?;
    let items = request.items;
    check(&signed, &items)?;
    // A closed semaphore is not closed anywhere.
    let turn = TURNS.acquire().await.ok();
    let wanted = looking.clone();
    let found = tokio::task::spawn_blocking(move || {
        let mut counts = DetectionCounts::default();
        let one = |text| Looked::at(text, &wanted, &mut counts);
        let looked: Vec<_> = items.into_iter().map(one).collect();
        (looked, counts)
    });
    let (mut looked, counts) = found.await.map_err(|_| signed.refuse(Code::Internal))?;
    drop(turn);
    let all = looked.iter_mut().collect();
    if let Err(error) = stand_in(app.vault(), &signed.caller, &looking, all).await {
        return Err(told(&app, &signed, error).await);
    }
    let items = looked.into_iter().map(item).collect();
    let recorded = app
        .vault()
        .record_detections(&signed.caller, "detected", &counts);
    match recorded.await {
        Ok(entry) => Ok(Json(DetectionAnswer { entry, items })),
        Err(error) => Err(told(&app, &signed, error).await),
    }
}

fn check(signed: &Signed, items: &[DetectionItem]) -> Result<(), Refusal> {
    let refuse = |at: String, zh: &str, en: &str| {
        let why = match signed.language {
            Language::Chinese => zh,
            Language::English => en,
        };
        Err(signed.refuse(Code::InvalidValue).at(at, why))
    };
    if items.is_empty() || items.len() > MOST_ITEMS {
        return refuse(
            "items".to_owned(),
            "应有 1 至 1000 条文本",
            "holds 1 to 1000 texts",
        );
    }
    match items.iter().position(|item| !is_id(&item.id)) {
        Some(at) => refuse(
            format!("items[{at}].id"),
            "至多 200 个字符",
            "has at most 200 characters",
        ),
        None => Ok(()),
    }
}

const MOST_ITEMS: usize = 1_000;

const MOST_BYTES: usize = 1024 * 1024;
