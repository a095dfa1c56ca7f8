//! Systems that are told of changes.

mod acknowledge;
mod add;
mod change;
mod list;
mod replay;
mod rotate;
mod test;

use shouxin_model::{DownstreamKind, Text};
use shouxin_outbound::{SigningSecret, is_subject};
use shouxin_vault::Registered;
use shouxin_wire::Code;
use shouxin_wire::downstreams::DownstreamMade;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;
use crate::caller::Signed;
use crate::http::Refusal;
use crate::http::faults::told;

/// The operations on systems that are told of changes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list, add::add))
        .routes(routes!(change::change))
        .routes(routes!(rotate::rotate))
        .routes(routes!(test::test))
        .routes(routes!(replay::replay))
        .routes(routes!(acknowledge::acknowledge))
}

/// Whether a target of this kind may be told.
async fn check_target(
    app: &App,
    signed: &Signed,
    kind: DownstreamKind,
    target: &str,
) -> Result<(), Refusal> {
    let settings = &app.settings().downstreams;
    let why = match kind {
        DownstreamKind::Webhook => {
            return match settings.allow.endpoint(target) {
                Ok(_) => Ok(()),
                Err(error) => Err(told(app, signed, error).await),
            };
        }
        DownstreamKind::Nats if !is_subject(target) => Text::fixed(
            "NATS 主题由字母、数字、- 和 _ 组成的词以点分隔，不含通配符",
            "a subject of NATS is words of letters, digits, - and _ with dots between, without wildcards",
        ),
        DownstreamKind::Nats if settings.nats.servers.is_empty() => Text::fixed(
            "此部署没有设置 NATS；请先填写 server.downstreams.nats.servers",
            "this deployment has no NATS; set server.downstreams.nats.servers first",
        ),
        DownstreamKind::Nats => return Ok(()),
    };
    Err(signed
        .refuse(Code::InvalidValue)
        .at("target", why.get(signed.language)))
}

/// What whoever registered a system or rotated its secret is shown, this once.
fn made(signed: &Signed, name: String, registered: Registered) -> Result<DownstreamMade, Refusal> {
    let secret = registered.secret.map(SigningSecret::new).transpose();
    let secret = secret.map_err(|_| signed.refuse(Code::Internal))?;
    Ok(DownstreamMade {
        name,
        secret: secret.map(|secret| secret.shown().to_string()),
        entry: registered.entry,
    })
}
