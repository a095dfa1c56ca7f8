//! What an operator may set of the privacy centre.

use std::path::PathBuf;

use serde::Deserialize;
use shouxin_outbound::AllowList;

/// How subjects are reached, and whom they reach.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CentreSettings {
    /// Codes are sent to nobody: they are shown at `/me/outbox`, to this machine alone. For development and
    /// demos; whoever sits at the machine can sign in as any customer.
    pub outbox: bool,
    /// The mail server that codes to mailboxes go through.
    pub smtp: Option<Smtp>,
    /// The gateway that codes to phones go through.
    pub sms: Option<Sms>,
    /// How the protection officer is reached; shown to everybody.
    pub officer: Option<Officer>,
}

/// A mail server.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    /// Its name, which its certificate must bear.
    pub host: String,
    /// Its port: 465 where TLS begins at once, 587 where it begins with STARTTLS.
    pub port: u16,
    /// How TLS begins.
    pub tls: SmtpTls,
    /// The account there, if it asks for one.
    pub user: Option<String>,
    /// The file with its password.
    pub password_file: Option<PathBuf>,
    /// The sender, as `Name <mailbox>` or a mailbox.
    pub from: String,
}

/// How TLS begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SmtpTls {
    /// With the connection.
    Implicit,
    /// By STARTTLS, which must succeed.
    Starttls,
    /// Not at all: taken for a server on this machine only.
    None,
}

/// A gateway of text messages that takes signed JSON.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sms {
    /// Where requests go.
    pub url: String,
    /// What `url` may name, written as in `downstreams.allow`: whoever can change the one need not be able to
    /// change the other.
    pub hosts: AllowList,
    /// The body, JSON, with `{phone}`, `{code}`, `{minutes}` and `{text}` inside its strings.
    pub body: String,
    /// The file with the secret, `whsec_…`, that requests are signed with as Standard Webhooks are.
    pub secret_file: PathBuf,
}

/// How the protection officer is reached.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Officer {
    /// Who it is, or the unit.
    pub name: String,
    /// A phone number.
    pub phone: Option<String>,
    /// A mailbox.
    pub mailbox: Option<String>,
    /// A postal address.
    pub address: Option<String>,
}
