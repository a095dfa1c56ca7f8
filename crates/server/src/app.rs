//! What every request works with.

use std::sync::Arc;

use shouxin_vault::{Vault, Witness};

use crate::backups::work::Backups;
use crate::centre::Centre;
use crate::couriers::Outbound;
use crate::health::ready::Readiness;
use crate::http::meter::Meter;
use crate::key_uses::KeyUses;
use crate::limits::Limits;
use crate::password::Hasher;
use crate::settings::Settings;

/// The server's state. Cheap to clone; all clones are one server.
#[derive(Clone, Debug)]
pub struct App(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    vault: Vault,
    witness: Option<Witness>,
    limits: Limits,
    hasher: Hasher,
    meter: Meter,
    readiness: Readiness,
    backups: Backups,
    key_uses: KeyUses,
    outbound: Outbound,
    centre: Centre,
    settings: Settings,
}

impl App {
    /// A server over this vault. Checkpoints are also kept with `witness`, if there is one.
    pub fn new(vault: Vault, witness: Option<Witness>, settings: Settings) -> Self {
        vault.set_leak_action(settings.leaks.action.into());
        let clock = vault.clone();
        let limits = Limits::new(settings.rates, move || clock.now());
        let hasher = Hasher::new(settings.passwords);
        if settings.me.outbox {
            tracing::warn!(
                "me.outbox is set: one-time codes are shown at /me/outbox and sent to nobody. Whoever sits at this \
                 machine can sign in as any customer. Never set it where real people's data are."
            );
        }
        Self(Arc::new(Parts {
            vault,
            witness,
            limits,
            hasher,
            meter: Meter::default(),
            readiness: Readiness::default(),
            backups: Backups::default(),
            key_uses: KeyUses::default(),
            outbound: Outbound::default(),
            centre: Centre::default(),
            settings,
        }))
    }

    /// The only door to plaintext.
    pub fn vault(&self) -> &Vault {
        &self.0.vault
    }

    /// Where the last checkpoint is kept outside the data directory.
    pub fn witness(&self) -> Option<&Witness> {
        self.0.witness.as_ref()
    }

    /// Rates per caller and address.
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// What hashes passwords.
    pub fn hasher(&self) -> &Hasher {
        &self.0.hasher
    }

    /// What is counted.
    pub fn meter(&self) -> &Meter {
        &self.0.meter
    }

    /// Whether requests can be served, as was found last.
    pub(crate) fn readiness(&self) -> &Readiness {
        &self.0.readiness
    }

    /// What goes on with backups.
    pub(crate) fn backups(&self) -> &Backups {
        &self.0.backups
    }

    /// When keys of services were last used, as far as this process noted it.
    pub(crate) fn key_uses(&self) -> &KeyUses {
        &self.0.key_uses
    }

    /// What calls other systems.
    pub(crate) fn outbound(&self) -> &Outbound {
        &self.0.outbound
    }

    /// What the privacy centre keeps.
    pub(crate) fn centre(&self) -> &Centre {
        &self.0.centre
    }

    /// What the operator has set.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }
}
