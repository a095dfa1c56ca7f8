//! Taking down what somebody chose on a page.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::{Extension, Json};
use shouxin_model::{Caller, SubjectId, Through};
use shouxin_vault::{Choice, VaultError};
use shouxin_wire::Code;
use shouxin_wire::widget::{ChoiceReceipt, ChoiceRequest};

use super::config::has_gpc;
use super::told::{failed, unsaid};
use crate::App;
use crate::gate::CameFrom;
use crate::http::document::{Choosing, Open, WithBody};
use crate::http::{Body, Refusal, Speaks};

/// Take down what somebody chose on a page
///
/// The page does nothing of what was agreed to before it has this receipt. With `session` the words are those of
/// the host's customer; without, those of the browser that `visitor` names, or of a new one, which the receipt then
/// names. Purposes that need a consent of their own are not taken as part of `all`; those that share data are taken
/// as refused while the browser sends Global Privacy Control.
#[utoipa::path(
    post,
    path = "/widget/v1/consents",
    operation_id = "say-consents",
    tag = "consent",
    request_body(content = ChoiceRequest, example = json!({"token": "eyJu…", "on": ["marketing-contact"], "off": [],
        "all": false, "gpc": false, "through": "web"})),
    responses(
        (status = 200, description = "It is taken down", body = ChoiceReceipt, example = json!({"receipt": "cs_1048",
            "at": "2026-11-21T03:04:05.678Z", "entry": 1048, "entries": [1048], "version": 1,
            "on": ["marketing-contact"], "off": [], "gpc": false, "visitor": "k3v9…"})),
        Open, Choosing, WithBody,
    )
)]
pub(super) async fn say(
    State(app): State<App>,
    Extension(CameFrom(address)): Extension<CameFrom>,
    Speaks(language): Speaks,
    headers: HeaderMap,
    Body(request): Body<ChoiceRequest, MOST_BYTES>,
) -> Result<Json<ChoiceReceipt>, Refusal> {
    if !matches!(
        request.through,
        Through::Web | Through::App | Through::MiniProgram
    ) {
        let words = "web, app, mini-program";
        return Err(Refusal::new(Code::InvalidValue, language).at("through", words));
    }
    let origin = headers.get(header::ORIGIN);
    let choice = Choice {
        shown: request.token,
        on: request.on,
        off: request.off,
        all: request.all,
        gpc: request.gpc || has_gpc(&headers),
        through: request.through,
        // The gate took it: it is one that the settings name.
        place: origin
            .and_then(|origin| origin.to_str().ok())
            .map(str::to_owned),
    };
    let vault = app.vault();
    let weighed = match vault.weigh(&choice) {
        Ok(weighed) => weighed,
        Err(error) => return Err(unsaid(&app, address, error, language).await),
    };
    // Nobody new comes into being for a choice that is refused.
    let speaker = match who(&app, request.session.as_deref(), request.visitor.as_deref()).await {
        Ok(Some(speaker)) => speaker,
        Ok(None) => return Err(Refusal::new(Code::SignInRequired, language).detail("session")),
        Err(error) => return Err(failed(&app, address, &error, language).await),
    };
    let caller = Caller::page(speaker.opener);
    let said = vault.say(&caller, speaker.subject, &choice, weighed).await;
    let receipt = match said {
        Ok(receipt) => receipt,
        Err(error) => return Err(unsaid(&app, address, error.into(), language).await),
    };
    let entry = receipt.entries.first().copied().unwrap_or_default();
    Ok(Json(ChoiceReceipt {
        receipt: format!("cs_{entry}"),
        at: receipt.at,
        entry,
        entries: receipt.entries,
        version: receipt.version,
        on: receipt.on,
        off: receipt.off,
        gpc: choice.gpc,
        visitor: speaker.token,
    }))
}

/// More than any notice's purposes and tokens need.
const MOST_BYTES: usize = 16 * 1024;

struct Speaker {
    subject: SubjectId,
    opener: Option<String>,
    /// Names the browser, if nobody vouches for the person.
    token: Option<String>,
}

/// Who speaks; `None` if the page says it speaks for a customer and may not.
async fn who(
    app: &App,
    session: Option<&str>,
    visitor: Option<&str>,
) -> Result<Option<Speaker>, VaultError> {
    let vault = app.vault();
    if let Some(session) = session {
        return Ok(vault.visit(session).map(|visit| Speaker {
            subject: visit.subject,
            opener: Some(visit.opener),
            token: None,
        }));
    }
    let known = match visitor {
        Some(token) => vault.visitor(token).await?,
        None => None,
    };
    let subject = match known {
        Some(subject) => subject,
        None => vault.make_visitor().await?,
    };
    let token = Some(vault.visitor_token(subject)?);
    Ok(Some(Speaker {
        subject,
        opener: None,
        token,
    }))
}
