//! What an operator may set of the server. Each default is safe; `docs/ops/` tells what breaks.

use std::path::PathBuf;

use serde::Deserialize;
use shouxin_outbound::{AllowList, NatsSettings};
use shouxin_vault::{DutyClocks, Keep, LeakAction};

use crate::centre::settings::CentreSettings;
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
    /// For how long whoever refused is not asked again, unless a notice tells of more meanwhile.
    pub consent_cool_down_days: u32,
    /// Where changes may be told, and how.
    pub downstreams: DownstreamSettings,
    /// The privacy centre, at `/me`.
    pub me: CentreSettings,
    /// The consent widget.
    pub widget: WidgetSettings,
    /// What becomes of personal information on its way out to whom the register does not allow it.
    pub leaks: LeakSettings,
}

/// What becomes of leaks.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LeakSettings {
    /// `stop` unless it says `flag`.
    pub action: LeakWord,
}

/// What becomes of a leak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LeakWord {
    /// It does not leave.
    #[default]
    Stop,
    /// It leaves, is recorded, and raises an alarm.
    Flag,
}

impl From<LeakWord> for LeakAction {
    fn from(word: LeakWord) -> Self {
        match word {
            LeakWord::Stop => Self::Stop,
            LeakWord::Flag => Self::Flag,
        }
    }
}

/// Where changes may be told, and how.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DownstreamSettings {
    /// Hosts that may be called: `crm.example.com`, `crm.example.com:8443`, `http://10.0.0.7:9000`. Empty: none.
    pub allow: AllowList,
    /// Certificate authorities beside those that the machine trusts, PEM.
    pub roots: Option<PathBuf>,
    /// Which NATS, and as whom.
    pub nats: NatsSettings,
    /// After how many minutes without an acknowledgement an alarm is raised.
    pub alarm_minutes: u32,
}

impl Default for DownstreamSettings {
    fn default() -> Self {
        Self {
            allow: AllowList::default(),
            roots: None,
            nats: NatsSettings::default(),
            alarm_minutes: 240,
        }
    }
}

/// The consent widget on pages of other sites.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WidgetSettings {
    /// The origins of pages that may ask for consent here, for example `https://shop.example.com`. A page of
    /// any other site is refused by its visitor's browser, and by the server.
    pub origins: Vec<String>,
    /// For how many days a visitor whom nobody knows is kept after the last word that they said; erased then. 396 is
    /// thirteen months.
    pub visitor_days: u32,
}

impl Default for WidgetSettings {
    fn default() -> Self {
        Self {
            origins: Vec::new(),
            visitor_days: 396,
        }
    }
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
            consent_cool_down_days: 180,
            downstreams: DownstreamSettings::default(),
            me: CentreSettings::default(),
            widget: WidgetSettings::default(),
            leaks: LeakSettings::default(),
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
