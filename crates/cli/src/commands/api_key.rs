//! `shouxin api-key`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use shouxin_model::{ApiKeyId, Moment};
use shouxin_vault::World as _;
use shouxin_vault::world::Machine;
use shouxin_wire::api_keys::{ApiKeyMade, ApiKeyState, NewApiKey, Rotation};

use crate::fault::Fault;
use crate::link::Link;
use crate::private;
use crate::screen::{Screen, Table};

/// Make, rotate and revoke keys of services
///
/// A key names roles, purposes, fields, networks, a rate and an end; what it does not name it cannot
/// do. The key is written to a file, mode 0600, or shown once; the server keeps a digest only.
///
/// Example:
///   shouxin api-key make order-sync --roles service-adviser --purposes repair-service \
///     --fields customer.name,vehicle.* --addresses 10.20.0.0/16 --days 90 --out order-sync.key
///   shouxin api-key rotate key_0… --overlap-hours 24 --out order-sync.key
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct ApiKeyCommand {
    #[command(subcommand)]
    verb: KeyVerb,
    #[command(flatten)]
    link: Link,
}

#[derive(Subcommand, Debug)]
enum KeyVerb {
    /// List keys
    List,
    /// Make a key
    Make {
        /// What it is for
        name: String,
        /// The roles it holds, none of administration
        #[arg(long, value_delimiter = ',', required = true)]
        roles: Vec<String>,
        /// The purposes it may name
        #[arg(long, value_delimiter = ',')]
        purposes: Vec<String>,
        /// The fields it may name: collection.field or collection.*
        #[arg(long, value_delimiter = ',')]
        fields: Vec<String>,
        /// The networks it may be used from, such as 10.20.0.0/16
        #[arg(long, value_delimiter = ',', required = true)]
        addresses: Vec<String>,
        /// Its requests in a minute
        #[arg(long, default_value_t = 600)]
        rate: u32,
        /// After how many days it ends, at most 365
        #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=365))]
        days: u32,
        /// Write the key to this file, mode 0600, instead of showing it
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Make a key in place of another; the old one still works for a while
    Rotate {
        /// The key, `key_…`
        key: ApiKeyId,
        /// How long the old key still works
        #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u32).range(0..=168))]
        overlap_hours: u32,
        /// After how many days the new key ends; when the old one would have if not named
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=365))]
        days: Option<u32>,
        /// Write the key to this file, mode 0600, instead of showing it
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Revoke a key at once
    Revoke {
        /// The key, `key_…`
        key: ApiKeyId,
    },
}

impl ApiKeyCommand {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let client = self.link.client(screen)?;
        match self.verb {
            KeyVerb::List => {
                let list = client.api_keys().await?;
                screen.answer(&list, || {
                    let mut table = Table::new([
                        screen.pick("密钥", "key"),
                        screen.pick("前缀", "prefix"),
                        screen.pick("用途", "for"),
                        screen.pick("目的", "purposes"),
                        screen.pick("状态", "state"),
                        screen.pick("到期", "ends"),
                    ]);
                    for key in &list.keys {
                        let state = match key.state {
                            ApiKeyState::Active => screen.pick("有效", "active"),
                            ApiKeyState::Expired => screen.pick("已到期", "expired"),
                            ApiKeyState::Revoked => screen.pick("已吊销", "revoked"),
                        };
                        let purposes = key.scopes.purposes.join(", ");
                        let ends = key.expires_at.to_string();
                        table.row([
                            &key.key.to_string(),
                            &key.prefix,
                            &key.name,
                            &purposes,
                            state,
                            &ends,
                        ]);
                    }
                    table.render()
                })
            }
            KeyVerb::Make {
                name,
                roles,
                purposes,
                fields,
                addresses,
                rate,
                days,
                out,
            } => {
                let key = NewApiKey {
                    name,
                    roles,
                    purposes,
                    fields,
                    rate_per_minute: rate,
                    addresses,
                    expires_at: in_days(days),
                };
                let made = client.make_api_key(&key).await?;
                hand_over(&made, out.as_deref(), screen)
            }
            KeyVerb::Rotate {
                key,
                overlap_hours,
                days,
                out,
            } => {
                let rotation = Rotation {
                    overlap_seconds: overlap_hours * 3600,
                    expires_at: days.map(in_days),
                };
                let made = client.rotate_api_key(key, &rotation).await?;
                hand_over(&made, out.as_deref(), screen)
            }
            KeyVerb::Revoke { key } => {
                client.revoke_api_key(key).await?;
                screen.say(format!("{key} 已吊销。"), format!("{key} is revoked."))
            }
        }
    }
}

fn in_days(days: u32) -> Moment {
    Machine.now().plus_seconds(i64::from(days) * 86_400)
}

fn hand_over(
    made: &ApiKeyMade,
    out: Option<&std::path::Path>,
    screen: &Screen,
) -> Result<(), Fault> {
    let (key, until) = (made.key, made.expires_at);
    if let Some(path) = out {
        private::write(path, made.secret.as_bytes())?;
        let path = path.display();
        return screen.say(
            format!("密钥 {key} 已写入 {path},{until} 到期。"),
            format!("The key {key} is in {path}; it ends {until}."),
        );
    }
    screen.answer(made, || {
        let secret = &made.secret;
        screen
            .pick(
                &format!("密钥 {key},{until} 到期,只显示这一次:\n{secret}"),
                &format!("The key {key}, which ends {until}, is shown this once:\n{secret}"),
            )
            .to_owned()
    })
}
