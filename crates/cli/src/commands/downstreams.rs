//! `shouxin downstream`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use shouxin_model::id::is_slug;
use shouxin_model::{DownstreamKind, DownstreamState};
use shouxin_wire::downstreams::{DownstreamChange, DownstreamList, DownstreamMade, NewDownstream};

use crate::fault::Fault;
use crate::link::Link;
use crate::private;
use crate::screen::{Screen, Table};

/// Register systems that are told what people said, and see how far each is
///
/// A webhook's host must stand in the setting server.downstreams.allow, and NATS in server.downstreams.nats. The
/// signing secret is written to a file, mode 0600, or shown once.
///
/// Example:
///   shouxin downstream add crm --webhook https://crm.example.com/shouxin \
///     --purposes marketing-contact --out crm.secret
///   shouxin downstream test crm
///   shouxin downstream list
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct DownstreamCommand {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    link: Link,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// List systems, and how far each is behind
    List,
    /// Register a system
    Add {
        /// Its name: small letters, digits, hyphens
        #[arg(value_parser = named)]
        name: String,
        #[command(flatten)]
        target: Target,
        /// The purposes that it is told about
        #[arg(long, value_delimiter = ',', required = true)]
        purposes: Vec<String>,
        /// Of words about parts, those that overlap with one of these: collection.field or collection.*
        #[arg(long, value_delimiter = ',')]
        parts: Vec<String>,
        /// Tell it everything that ever happened, not only what happens from now on
        #[arg(long)]
        from_beginning: bool,
        /// Write the signing secret to this file, mode 0600, instead of showing it
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Change where a system is told, and what about; what is not named stays
    Change {
        /// The system
        #[arg(value_parser = named)]
        name: String,
        /// The endpoint, or the subject of NATS
        #[arg(long)]
        target: Option<String>,
        /// The purposes that it is told about
        #[arg(long, value_delimiter = ',')]
        purposes: Option<Vec<String>>,
        /// The parts that it is told about
        #[arg(long, value_delimiter = ',')]
        parts: Option<Vec<String>>,
    },
    /// Tell a system nothing for now; it is told afterwards what happened meanwhile
    Pause {
        /// The system
        #[arg(value_parser = named)]
        name: String,
    },
    /// Tell a paused system again, what happened meanwhile first
    Resume {
        /// The system
        #[arg(value_parser = named)]
        name: String,
    },
    /// Tell a system nothing any more, for good
    Retire {
        /// The system
        #[arg(value_parser = named)]
        name: String,
    },
    /// Make a new signing secret; the old one signs beside it for a while
    Rotate {
        /// The system
        #[arg(value_parser = named)]
        name: String,
        /// How long the old secret still signs
        #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u32).range(0..=168))]
        overlap_hours: u32,
        /// Write the signing secret to this file, mode 0600, instead of showing it
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Send a system a message about nobody, and say whether it was taken
    Test {
        /// The system
        #[arg(value_parser = named)]
        name: String,
    },
    /// Tell a system again from a ledger entry on
    Replay {
        /// The system
        #[arg(value_parser = named)]
        name: String,
        /// The first ledger entry; 0 is everything
        #[arg(long)]
        from: u64,
    },
    /// Note in a system's place that it has processed everything up to a ledger entry; recorded
    Acknowledge {
        /// The system
        #[arg(value_parser = named)]
        name: String,
        /// The last ledger entry
        #[arg(long)]
        up_to: u64,
    },
}

#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct Target {
    /// An endpoint to be called
    #[arg(long, value_name = "URL")]
    webhook: Option<String>,
    /// A subject of NATS JetStream
    #[arg(long, value_name = "SUBJECT")]
    nats: Option<String>,
}

impl DownstreamCommand {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let client = self.link.client(screen)?;
        let (name, change) = match self.verb {
            Verb::List => return shown(&client.downstreams().await?, screen),
            Verb::Add {
                name,
                target,
                purposes,
                parts,
                from_beginning,
                out,
            } => {
                let (kind, target) = target.of();
                let new = NewDownstream {
                    name,
                    kind,
                    target,
                    purposes,
                    parts,
                    from_beginning,
                };
                return hand_over(&client.add_downstream(&new).await?, out.as_deref(), screen);
            }
            Verb::Rotate {
                name,
                overlap_hours,
                out,
            } => {
                let rotated = client
                    .rotate_downstream(&name, overlap_hours * 3600)
                    .await?;
                return hand_over(&rotated, out.as_deref(), screen);
            }
            Verb::Test { name } => {
                let tried = client.test_downstream(&name).await?;
                let why = tried.failure.clone().unwrap_or_default();
                return screen.answer(&tried, || match tried.taken {
                    true => screen.pick("已被接收。", "It was taken.").to_owned(),
                    false => screen
                        .pick(
                            &format!("未被接收：{why}"),
                            &format!("It was not taken: {why}"),
                        )
                        .to_owned(),
                });
            }
            Verb::Replay { name, from } => {
                client.replay_downstream(&name, from).await?;
                return screen.say(
                    format!("{name} 将从账本第 {from} 条起重新收到变更。"),
                    format!("{name} is told again from ledger entry {from} on."),
                );
            }
            Verb::Acknowledge { name, up_to } => {
                client.acknowledge_changes(&name, up_to).await?;
                return screen.say(
                    format!("已代 {name} 确认到账本第 {up_to} 条。"),
                    format!("It is noted for {name} up to ledger entry {up_to}."),
                );
            }
            Verb::Change {
                name,
                target,
                purposes,
                parts,
            } => (
                name,
                DownstreamChange {
                    target,
                    purposes,
                    parts,
                    state: None,
                },
            ),
            Verb::Pause { name } => (name, put(DownstreamState::Paused)),
            Verb::Resume { name } => (name, put(DownstreamState::Active)),
            Verb::Retire { name } => (name, put(DownstreamState::Retired)),
        };
        client.change_downstream(&name, &change).await?;
        screen.say(format!("{name} 已更改。"), format!("{name} is changed."))
    }
}

impl Target {
    fn of(self) -> (DownstreamKind, String) {
        match (self.webhook, self.nats) {
            (Some(endpoint), _) => (DownstreamKind::Webhook, endpoint),
            (None, subject) => (DownstreamKind::Nats, subject.unwrap_or_default()),
        }
    }
}

/// A name that stands in an address as it is.
fn named(text: &str) -> Result<String, &'static str> {
    if is_slug(text) {
        Ok(text.to_owned())
    } else {
        Err("small letters, digits and hyphens / 小写字母、数字和连字符")
    }
}

fn put(state: DownstreamState) -> DownstreamChange {
    DownstreamChange {
        state: Some(state),
        ..DownstreamChange::default()
    }
}

fn shown(list: &DownstreamList, screen: &Screen) -> Result<(), Fault> {
    screen.answer(list, || {
        let mut table = Table::new([
            screen.pick("系统", "system"),
            screen.pick("方式", "by"),
            screen.pick("目的", "purposes"),
            screen.pick("状态", "state"),
            screen.pick("未确认", "behind"),
            screen.pick("最早一条（秒）", "oldest (s)"),
            screen.pick("故障", "failure"),
        ]);
        for one in &list.downstreams {
            let state = match one.state {
                DownstreamState::Active => screen.pick("启用", "active"),
                DownstreamState::Paused => screen.pick("暂停", "paused"),
                DownstreamState::Retired => screen.pick("停用", "retired"),
            };
            table.row([
                &one.name,
                one.kind.word(),
                &one.purposes.join(", "),
                state,
                &one.behind.to_string(),
                &one.oldest_seconds.to_string(),
                one.failure.as_deref().unwrap_or_default(),
            ]);
        }
        table.render()
    })
}

fn hand_over(made: &DownstreamMade, out: Option<&Path>, screen: &Screen) -> Result<(), Fault> {
    let name = &made.name;
    match (&made.secret, out) {
        (Some(secret), Some(path)) => {
            private::write(path, secret.as_bytes())?;
            let path = path.display();
            screen.say(
                format!("{name} 的签名密钥已写入 {path}。"),
                format!("The signing secret of {name} is in {path}."),
            )
        }
        (Some(secret), None) => screen.answer(made, || {
            screen
                .pick(
                    &format!("{name} 的签名密钥，只显示这一次：\n{secret}"),
                    &format!("The signing secret of {name}, which is shown this once:\n{secret}"),
                )
                .to_owned()
        }),
        (None, _) => screen.say(format!("{name} 已登记。"), format!("{name} is registered.")),
    }
}
