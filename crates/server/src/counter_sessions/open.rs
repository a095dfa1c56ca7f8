//! Asking a customer at the counter.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use qrcode::{Color, QrCode};
use shouxin_model::SubjectId;
use shouxin_model::text::Language;
use shouxin_vault::{CounterError, CounterRequest as Ask};
use shouxin_wire::Code;
use shouxin_wire::widget::{CounterRequest, CounterSession};

use crate::App;
use crate::caller::Signed;
use crate::http::document::{Decided, ForPurpose, Guarded, Missing, WithBody};
use crate::http::faults::{missed, refused};
use crate::http::{At, Body, Refusal};

/// Ask a customer at the counter
///
/// The answer is the address of a page for the customer's own phone, also as a QR code, or for a tablet. It shows
/// the notice and asks about each purpose with yes and no alike; it counts for ten minutes and for one answer. The
/// purpose must tie the adviser to the customer, as for a read; asking counts as a look and stands in the ledger.
#[utoipa::path(
    post,
    path = "/api/v1/subjects/{subject}/counter-sessions",
    operation_id = "open-counter-session",
    tag = "consent",
    params(("subject" = String, Path, description = "The customer, `sub_…`")),
    request_body(content = CounterRequest, example = json!({"purpose": "repair-service", "notice": "marketing",
        "purposes": ["marketing-contact"], "language": "zh"})),
    responses(
        (status = 201, description = "The page is open", body = CounterSession, example = json!({
            "id": "ctr_06fs8k0000000000000000000g", "url": "https://shouxin.example.com/c/4mzx…", "qr": "<svg …",
            "expires_at": "2026-11-21T03:14:05.678Z", "entry": 1048})),
        Guarded, WithBody, Missing, ForPurpose, Decided,
    ),
    security(("session" = []))
)]
pub(super) async fn open(
    State(app): State<App>,
    signed: Signed,
    At((subject,)): At<(SubjectId,)>,
    headers: HeaderMap,
    Body(request): Body<CounterRequest>,
) -> Result<(StatusCode, Json<CounterSession>), Refusal> {
    let language = match request.language.as_str() {
        "zh" => Language::Chinese,
        "en" => Language::English,
        _ => {
            return Err(signed.refuse(Code::InvalidValue).at("language", "zh, en"));
        }
    };
    let ask = Ask {
        purpose: request.purpose,
        notice: request.notice,
        purposes: request.purposes,
        language,
    };
    let opened = match app.vault().open_counter(&signed.caller, subject, ask).await {
        Ok(opened) => opened,
        Err(CounterError::Refused { because, entry }) => {
            return Err(refused(&app, &signed, &because, entry));
        }
        Err(error) => return Err(missed(&app, &signed, error).await),
    };
    let url = format!("{}/c/{}", origin(&app, &headers), opened.token);
    let session = CounterSession {
        id: opened.id,
        qr: qr(&url).ok_or_else(|| signed.refuse(Code::Internal))?,
        url,
        expires_at: opened.expires_at,
        entry: opened.entry,
    };
    Ok((StatusCode::CREATED, Json(session)))
}

/// How a phone reaches this server: as the settings say, or as the adviser's browser did.
fn origin(app: &App, headers: &HeaderMap) -> String {
    if let Some(origin) = &app.settings().origin {
        return origin.trim_end_matches('/').to_owned();
    }
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    // A browser's own word, which the gate held against this host.
    match (text(header::ORIGIN), text(header::HOST)) {
        (Some(origin), _) => origin.to_owned(),
        (None, Some(host)) => format!("https://{host}"),
        (None, None) => String::new(),
    }
}

/// The text as a QR code with a quiet zone of four modules, one path. Source: ISO/IEC 18004.
fn qr(text: &str) -> Option<String> {
    let code = QrCode::new(text).ok()?;
    let (width, quiet) = (code.width(), 4);
    let dark = code.to_colors();
    let path: String = (0..width * width)
        .filter(|at| dark.get(*at) == Some(&Color::Dark))
        .map(|at| format!("M{} {}h1v1h-1z", at % width + quiet, at / width + quiet))
        .collect();
    let side = width + 2 * quiet;
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\"{path}\"/></svg>"
    ))
}
