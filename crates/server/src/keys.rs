//! Keys: epochs, fresh data keys, the inventory.

pub mod destroy;
pub mod inventory;
pub mod list;
pub mod propose;
pub mod reseal;
pub mod rotate;

use shouxin_model::{Moment, Suite};
use shouxin_vault::doctor::KEY_DAYS;
use shouxin_vault::keydir::RootKind;
use shouxin_vault::{KeyList, VaultError};
use shouxin_wire::keys::{Epoch, KeyList as Shown};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The operations on keys.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(inventory::inventory))
        .routes(routes!(rotate::rotate))
        .routes(routes!(reseal::reseal))
        .routes(routes!(propose::propose))
        .routes(routes!(destroy::destroy))
}

/// The word for a suite.
const fn word(suite: Suite) -> &'static str {
    match suite {
        Suite::International => "international",
        Suite::National => "national",
    }
}

/// Keys as the API shows them: the deployment's own, and within them those of zones apart.
fn shown(lists: Vec<KeyList>, now: Moment) -> Result<Shown, VaultError> {
    let mut lists = lists.into_iter().map(|list| one(list, now));
    let mut own = lists.next().ok_or(VaultError::Corrupt("keys"))?;
    own.apart = lists.collect();
    Ok(own)
}

fn one(list: KeyList, now: Moment) -> Shown {
    let (rests_on, token) = match list.rests_on {
        Some(RootKind::File) => ("file", None),
        Some(RootKind::Passphrase) => ("passphrase", None),
        Some(RootKind::Token { token, key }) => ("pkcs11", Some(format!("{token} / {key}"))),
        None => ("unknown", None),
    };
    let epoch = |of: shouxin_vault::EpochStatus| Epoch {
        epoch: of.epoch,
        state: of.state.word().to_owned(),
        began_at: of.began,
        destroyed_at: of.destroyed,
        age_days: of.began.map(|began| now.seconds_since(began) / 86_400),
        suite: of.suite.map(|suite| word(suite).to_owned()),
        keys: of.keys,
    };
    Shown {
        zone: list.zone,
        keyring: list.keyring,
        root: list.root,
        rests_on: rests_on.to_owned(),
        token,
        suite: word(list.suite).to_owned(),
        rotate_after_days: KEY_DAYS,
        epochs: list.epochs.into_iter().map(epoch).collect(),
        apart: Vec::new(),
    }
}
