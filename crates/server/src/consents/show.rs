//! What counts of a subject's words, now or at a past moment.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use shouxin_model::{Moment, SubjectId};
use shouxin_wire::Code;
use shouxin_wire::consents::{ConsentMatrix, NoticeVersion, PurposeConsents, Standing};

use super::said::event;
use crate::App;
use crate::caller::Signed;
use crate::http::document::{Guarded, Missing, WithParams};
use crate::http::faults::fault;
use crate::http::{At, Params, Refusal};

/// Show what counts of what a person said
///
/// By purpose, part and way of being reached, worked out anew from all that was ever said, each word held to its
/// ledger entry. With `as_of` as it was at that moment, judged by the notices that were in force then. Purposes that rest on another basis are listed as such:
/// refusing changes nothing there. A service sees the purposes that its key names. The look is recorded.
#[utoipa::path(
    get,
    path = "/api/v1/subjects/{subject}/consents",
    operation_id = "show-consents",
    tag = "consents",
    params(
        ("subject" = String, Path, description = "The subject, `sub_…`"),
        ("as_of" = Option<String>, Query, description = "The moment; now if not given", example = "2026-11-21T00:00:00Z"),
    ),
    responses(
        (status = 200, description = "What counts", body = ConsentMatrix,
            example = json!({"subject": "sub_06fs8k0000000000000000000g", "at": "2026-11-21T03:04:05.678Z", "look": 1050,
                "purposes": [{"purpose": "repair-service", "needs_consent": false, "basis": {"pipl": "contract"},
                    "words": []}]})),
        Guarded, Missing, WithParams,
    ),
    security(("session" = []), ("key" = []))
)]
pub async fn show(
    State(app): State<App>,
    signed: Signed,
    At((subject,)): At<(SubjectId,)>,
    mut params: Params,
) -> Result<Json<ConsentMatrix>, Refusal> {
    let as_of = match params.text("as_of")? {
        Some(text) => {
            let at = Moment::parse_rfc3339(&text).map_err(|_| params.refuse("as_of"))?;
            if at > app.vault().now() {
                return Err(params.refuse("as_of"));
            }
            Some(at)
        }
        None => None,
    };
    params.end()?;
    let found = app.vault().consents_as_of(&signed.caller, subject, as_of);
    let found = match found.await {
        Ok(Some(found)) => found,
        Ok(None) => {
            app.limits().missed(&signed.actor());
            return Err(signed.refuse(Code::SubjectNotFound));
        }
        Err(error) => return Err(fault(&app, &signed, error).await),
    };
    let mut words: BTreeMap<String, Vec<Standing>> = BTreeMap::new();
    for stands in &found.stands {
        let standing = Standing {
            counts: stands.counts,
            outdated: stands.outdated,
            event: event(&stands.held),
        };
        words
            .entry(stands.held.event.purpose.clone())
            .or_default()
            .push(standing);
    }
    let register = &app.vault().active().register;
    let hears = |name: &str| shouxin_vault::hears(&signed.caller, name);
    let notice = |purpose: &str| {
        let (name, version) = found.told.get(purpose)?.clone();
        Some(NoticeVersion { name, version })
    };
    let declared = register.purposes.iter().filter(|one| hears(&one.name));
    let mut purposes: Vec<PurposeConsents> = declared
        .map(|purpose| PurposeConsents {
            purpose: purpose.name.clone(),
            needs_consent: register.needs_consent(purpose),
            basis: purpose.basis.clone(),
            notice: notice(&purpose.name),
            words: words.remove(&purpose.name).unwrap_or_default(),
        })
        .collect();
    purposes.extend(words.into_iter().map(|(purpose, words)| PurposeConsents {
        notice: notice(&purpose),
        purpose,
        needs_consent: false,
        basis: BTreeMap::new(),
        words,
    }));
    Ok(Json(ConsentMatrix {
        subject,
        at: found.at,
        look: found.look,
        purposes,
    }))
}
