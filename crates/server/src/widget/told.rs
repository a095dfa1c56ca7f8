//! Faults as answers to a page, where nobody is signed in.

use std::net::IpAddr;

use shouxin_model::Text;
use shouxin_model::text::Language;
use shouxin_vault::{ChoiceError, ConsentError, SnapshotError, VaultError};
use shouxin_wire::Code;

use crate::App;
use crate::http::Refusal;
use crate::http::faults::unsigned;

/// What a page is told when the vault failed.
pub(super) async fn failed(
    app: &App,
    address: Option<IpAddr>,
    error: &VaultError,
    language: Language,
) -> Refusal {
    unsigned(app, address, error, language).await
}

/// What a page is told when a choice was not taken down.
pub(super) async fn unsaid(
    app: &App,
    address: Option<IpAddr>,
    error: ChoiceError,
    language: Language,
) -> Refusal {
    let invalid = |at: String, text: Text| {
        Refusal::new(Code::InvalidValue, language).at(at, text.get(language))
    };
    match error {
        ChoiceError::Shown(SnapshotError::Forged) => invalid(
            "token".to_owned(),
            Text::fixed(
                "不是本系统给出的告知凭据;请重新读取 config",
                "is no token of a notice of ours; read the configuration again",
            ),
        ),
        ChoiceError::Shown(_) => Refusal::new(Code::Conflict, language).at(
            "token",
            Text::fixed(
                "告知已更新或展示过久;请重新读取 config 并再次展示",
                "the notice has changed or was shown too long ago; read the configuration again and show it anew",
            )
            .get(language),
        ),
        ChoiceError::Nothing => invalid(
            "on".to_owned(),
            Text::fixed(
                "on 与 off 至少应有一项",
                "on or off names at least one purpose",
            ),
        ),
        ChoiceError::NotAsked(list, n) => invalid(
            format!("{list}[{n}]"),
            Text::fixed("此告知未询问该目的", "this notice does not ask about it"),
        ),
        ChoiceError::Twice(list, n) => invalid(
            format!("{list}[{n}]"),
            Text::fixed("该目的出现了两次", "it is named twice"),
        ),
        ChoiceError::Bundled(n) => invalid(
            format!("on[{n}]"),
            Text::fixed(
                "须单独同意,不能包含在“全部同意”内",
                "needs a consent of its own and cannot be part of \"agree to all\"",
            ),
        ),
        ChoiceError::Consent(error) => match error {
            ConsentError::SubjectNotFound => Refusal::new(Code::SubjectNotFound, language),
            ConsentError::Vault(error) => failed(app, address, &error, language).await,
            // The register changed since the notice was published.
            _ => Refusal::new(Code::Conflict, language),
        },
    }
}
