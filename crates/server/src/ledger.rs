//! The ledger (审计账本): what happened, and proofs that nothing of it was changed.

pub mod checkpoint;
pub mod consistency;
pub mod entries;
pub mod export;
pub mod keys;
pub mod proof;
pub mod show;
pub mod tile;
pub mod verify;

use data_encoding::BASE64URL_NOPAD;
use shouxin_model::Moment;
use shouxin_model::text::Language;
use shouxin_vault::said::Entry;
use shouxin_wire::ledger::LedgerEntry;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;
use crate::http::told::{title, treated};

/// The operations on the ledger.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(checkpoint::checkpoint))
        .routes(routes!(keys::keys))
        .routes(routes!(entries::list))
        .routes(routes!(show::show))
        .routes(routes!(proof::prove))
        .routes(routes!(consistency::prove))
        .routes(routes!(verify::verify))
        .routes(routes!(export::export))
        .merge(tile::routes())
}

/// An entry as the API shows it.
fn shown(index: u64, entry: Entry, language: Language) -> LedgerEntry {
    LedgerEntry {
        index,
        at: Moment::from_micros(entry.at),
        kind: entry.kind.word().to_owned(),
        title: title(entry.kind, language),
        actor: entry.actor,
        subject: entry
            .subject
            .map(|pseudonym| BASE64URL_NOPAD.encode(&pseudonym)),
        purpose: entry.purpose,
        case: entry.case,
        fields: treated(entry.fields),
        register_version: entry.register,
        policy_version: entry.policy,
        second_factor: entry.second_factor,
        more: entry.extra.into_iter().collect(),
    }
}
