//! What an operator may set of the server. Each default is safe; `docs/ops/` tells what breaks.

use std::path::PathBuf;

use serde::Deserialize;
use shouxin_vault::{DutyClocks, Keep};

use crate::guard;
use crate::limits::Rates;
use crate::network::Network;
use crate::password::Cost;

/// The server's settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The origin that browsers see, for example `https://shouxin.example.com`. Unset, an `Origin` must
    /// name the same host as `Host` does.
    pub origin: Option<String>,
    /// Proxies whose `X-Forwarded-For` is believed. Unset, the peer of the connection is the caller.
    pub trusted_proxies: Vec<Network>,
    /// How long sessions last.
    pub sessions: SessionLimits,
    /// What hashing a password costs.
    pub passwords: Cost,
    /// How many requests are taken.
    pub rates: Rates,
    /// What the request guard does with what it finds.
    pub guard: guard::Mode,
    /// How long a refused sign-in or API key takes at least, in milliseconds: whatever was wrong, the answer
    /// takes as long, and guessing over one connection is slow.
    pub refused_sign_in_millis: u64,
    /// Where backups go, and when.
    pub backups: BackupSettings,
    /// After how long what nobody asked for becomes a duty.
    pub duties: DutyClocks,
    /// The consent widget.
    pub widget: WidgetSettings,
}

/// The consent widget on pages of other sites.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WidgetSettings {
    /// The origins of pages that may ask for consent here, for example `https://shop.example.com`. A page of
    /// any other site is refused by its visitor's browser, and by the server.
    pub origins: Vec<String>,
}

/// Where backups go, and when.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BackupSettings {
    /// The folder of the repository; no backups from here without one.
    pub repository: Option<PathBuf>,
    /// A backup is taken when the last one is so old; 0 means only when asked for.
    pub every_hours: u32,
    /// How many stay.
    pub keep: Keep,
    /// A drill is held when the last one is so old; 0 means only when asked for.
    pub drill_every_days: u32,
    /// Where drills restore to, in a folder that is removed again; the system's temporary folder if not
    /// set. It needs room for the whole data.
    pub scratch: Option<PathBuf>,
}

impl Default for BackupSettings {
    fn default() -> Self {
        Self {
            repository: None,
            every_hours: 24,
            keep: Keep::default(),
            drill_every_days: 30,
            scratch: None,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            origin: None,
            trusted_proxies: Vec::new(),
            sessions: SessionLimits::default(),
            passwords: Cost::default(),
            rates: Rates::default(),
            guard: guard::Mode::default(),
            refused_sign_in_millis: 1000,
            backups: BackupSettings::default(),
            duties: DutyClocks::default(),
            widget: WidgetSettings::default(),
        }
    }
}

/// How long a session lasts.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SessionLimits {
    /// Without any request.
    pub idle_seconds: i64,
    /// From the sign-in on, whatever happens.
    pub absolute_seconds: i64,
}

impl Default for SessionLimits {
    fn default() -> Self {
        Self {
            idle_seconds: 30 * 60,
            absolute_seconds: 10 * 3600,
        }
    }
}
