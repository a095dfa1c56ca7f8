//! `shouxin discoveries`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use shouxin_client::Client;
use shouxin_model::{FindingId, Moment};
use shouxin_wire::discoveries::{
    DiscoveryDecision, DiscoveryDetail, DiscoveryFindings, DiscoveryScan,
};

use crate::fault::Fault;
use crate::link::Link;
use crate::screen::{Screen, Table};

/// Hold what scans of other systems found against the register, and decide about it
///
/// A scan gives names of places, kinds and counts, never a value; what the register does not declare becomes a
/// finding. The same scan sent twice changes nothing.
///
/// Example:
///   shouxin scan postgres://reader@db/crm --format discovery > crm.json
///   shouxin discoveries send crm.json
///   shouxin discoveries list --state open
///   shouxin discoveries dismiss fnd_… --reason test-data
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct DiscoveriesCommand {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    link: Link,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Send what a scan found
    Send {
        /// What `shouxin scan --format discovery` wrote; - is standard input
        file: PathBuf,
    },
    /// List findings, most severe first
    List {
        /// Only of this system
        #[arg(long, value_parser = plain)]
        source: Option<String>,
        /// Only of this class: undeclared, drift, not-found
        #[arg(long, value_parser = plain)]
        class: Option<String>,
        /// Only this kind or topic, such as PHONE or health
        #[arg(long, value_parser = plain)]
        what: Option<String>,
        /// Only in this state: open, confirmed, dismissed, suppressed, resolved
        #[arg(long, value_parser = plain)]
        state: Option<String>,
        /// Only this severe: high, medium, low, info
        #[arg(long, value_parser = plain)]
        severity: Option<String>,
        /// Where to go on, as the list before said
        #[arg(long, value_parser = plain)]
        cursor: Option<String>,
    },
    /// Show a finding: what is declared, what was found, what happened to it
    Show {
        /// The finding, fnd_…
        finding: FindingId,
    },
    /// Say that it is so, and what is to be done
    Confirm {
        /// The finding, fnd_…
        finding: FindingId,
        /// What is to be done
        #[arg(long, value_enum, default_value_t = Task::Declare)]
        task: Task,
    },
    /// Say that it needs nothing
    Dismiss {
        /// The finding, fnd_…
        finding: FindingId,
        /// Why
        #[arg(long, value_enum)]
        reason: Reason,
        /// Of what is accepted: until when, within a year
        #[arg(long, value_name = "MOMENT", value_parser = Moment::parse_rfc3339, required_if_eq("reason", "accepted"))]
        until: Option<Moment>,
    },
    /// Take back what was decided
    Reopen {
        /// The finding, fnd_…
        finding: FindingId,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Task {
    /// Declare the place in the register
    Declare,
    /// Class it higher in the register
    RaiseClass,
    /// Remove the data from there
    Remove,
    /// Declare it no longer
    Undeclare,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Reason {
    /// It is nobody's
    NotPersonal,
    /// It was made up
    TestData,
    /// It is known, and borne until a day
    Accepted,
}

impl DiscoveriesCommand {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let client = self.link.client(screen)?;
        let (finding, decision) = match self.verb {
            Verb::Send { file } => return send(&client, &file, screen).await,
            Verb::Show { finding } => return detail(&client.discovery(finding).await?, screen),
            Verb::List {
                source,
                class,
                what,
                state,
                severity,
                cursor,
            } => {
                let given = [
                    ("source", source),
                    ("class", class),
                    ("what", what),
                    ("state", state),
                    ("severity", severity),
                    ("cursor", cursor),
                ];
                let given: Vec<(&str, &str)> = given
                    .iter()
                    .filter_map(|(name, value)| Some((*name, value.as_deref()?)))
                    .collect();
                return list(&client.discoveries(&given).await?, screen);
            }
            Verb::Confirm { finding, task } => (finding, confirm(task)),
            Verb::Dismiss {
                finding,
                reason,
                until,
            } => (finding, dismiss(reason, until)),
            Verb::Reopen { finding } => (finding, word("reopen")),
        };
        let done = client.decide_discovery(finding, &decision).await?;
        screen.answer(&done, || {
            let entry = done.entry;
            let zh = format!("已记录，账本第 {entry} 条。");
            let en = format!("It is noted, ledger entry {entry}.");
            screen.pick(&zh, &en).to_owned()
        })
    }
}

async fn send(client: &Client, file: &Path, screen: &Screen) -> Result<(), Fault> {
    let text = if file.as_os_str() == "-" {
        std::io::read_to_string(std::io::stdin())
    } else {
        std::fs::read_to_string(file)
    };
    let text = text.map_err(|error| Fault::file(file, &error))?;
    let scan: DiscoveryScan = serde_json::from_str(&text).map_err(|error| {
        // The message may quote what stands there: only where it stands is told.
        let (line, column) = (error.line(), error.column());
        Fault::unable(
            format!("{}：第 {line} 行第 {column} 列不是扫描结果；请用 shouxin scan --format discovery 生成", file.display()),
            format!("{}: line {line}, column {column} is no scan; make one with shouxin scan --format discovery", file.display()),
        )
    })?;
    let taken = client.send_discovery(&scan).await?;
    screen.answer(&taken, || {
        let (zh, en) = if taken.repeated {
            (
                format!("此扫描已收到过（账本第 {} 条），没有变化。", taken.entry),
                format!("This scan was taken in before, as ledger entry {}; nothing changed.", taken.entry),
            )
        } else {
            (
                format!(
                    "已收到 {} 个位置：新发现 {}，再次提出 {}，已消失 {}。账本第 {} 条。",
                    taken.places, taken.raised, taken.raised_again, taken.gone, taken.entry
                ),
                format!(
                    "{} places taken in: {} new findings, {} raised again, {} gone. Ledger entry {}.",
                    taken.places, taken.raised, taken.raised_again, taken.gone, taken.entry
                ),
            )
        };
        let mut text = screen.pick(&zh, &en).to_owned();
        if taken.unread > 0 {
            let zh = format!("\n{} 处未能读取，其中原有的发现保持不变。", taken.unread);
            let en = format!(
                "\n{} tables or files could not be read: what was found there before stays.",
                taken.unread
            );
            text.push_str(screen.pick(&zh, &en));
        }
        text
    })
}

fn list(page: &DiscoveryFindings, screen: &Screen) -> Result<(), Fault> {
    screen.answer(page, || {
        let mut table = Table::new([
            screen.pick("发现", "finding"),
            screen.pick("级别", "severity"),
            screen.pick("类别", "class"),
            screen.pick("类型", "what"),
            screen.pick("位置", "place"),
            screen.pick("占比 %", "share %"),
            screen.pick("询问", "ask"),
            screen.pick("状态", "state"),
        ]);
        for one in &page.findings {
            let place = format!("{}: {}", one.source, one.path.join(" / "));
            let share = format!("{:.1}–{:.1}", one.low * 100.0, one.high * 100.0);
            table.row([
                &one.finding.to_string(),
                &one.severity,
                one.class.as_deref().unwrap_or("-"),
                &one.what,
                &place,
                &share,
                one.declared.owner.as_deref().unwrap_or("-"),
                &one.state,
            ]);
        }
        let mut text = table.render();
        if let Some(next) = &page.next {
            text.push_str(&format!("\n--cursor {next}\n"));
        }
        text
    })
}

fn detail(detail: &DiscoveryDetail, screen: &Screen) -> Result<(), Fault> {
    screen.answer(detail, || {
        let one = &detail.finding;
        let declared: Vec<String> = one
            .declared
            .fields
            .iter()
            .map(ToString::to_string)
            .collect();
        let mut table = Table::new([screen.pick("项目", "what"), screen.pick("内容", "says")]);
        let share = format!(
            "{} / {} ({:.1}–{:.1} %)",
            one.cells,
            one.sampled,
            one.low * 100.0,
            one.high * 100.0
        );
        let rows = [
            (
                screen.pick("位置", "place"),
                format!("{}: {}", one.source, one.path.join(" / ")),
            ),
            (
                screen.pick("发现", "found"),
                format!("{} ({})", one.what, one.declared.found_class),
            ),
            (screen.pick("占比", "share"), share),
            (
                screen.pick("已声明", "declared"),
                format!("{} ({})", declared.join(", "), one.declared.by),
            ),
            (
                screen.pick("询问", "ask"),
                one.declared.owner.clone().unwrap_or_default(),
            ),
            (screen.pick("状态", "state"), one.state.clone()),
        ];
        for (name, value) in &rows {
            table.row([*name, value.as_str()]);
        }
        for act in &detail.history {
            let said: Vec<String> = act
                .said
                .iter()
                .map(|one| format!("{} {}", one.word, one.text))
                .collect();
            let line = format!("{} {} #{} {}", act.at, act.did, act.entry, said.join(", "));
            table.row([screen.pick("经过", "history"), line.as_str()]);
        }
        table.render()
    })
}

/// What stands in an address as it is.
fn plain(text: &str) -> Result<String, &'static str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if !text.is_empty() && text.bytes().all(is_plain) {
        Ok(text.to_owned())
    } else {
        Err("letters, digits, - _ and dots / 字母、数字、- _ 和点")
    }
}

fn word(decision: &str) -> DiscoveryDecision {
    DiscoveryDecision {
        decision: decision.to_owned(),
        ..DiscoveryDecision::default()
    }
}

fn confirm(task: Task) -> DiscoveryDecision {
    let task = match task {
        Task::Declare => "declare",
        Task::RaiseClass => "raise-class",
        Task::Remove => "remove",
        Task::Undeclare => "undeclare",
    };
    DiscoveryDecision {
        task: Some(task.to_owned()),
        ..word("confirm")
    }
}

fn dismiss(reason: Reason, until: Option<Moment>) -> DiscoveryDecision {
    let reason = match reason {
        Reason::NotPersonal => "not-personal",
        Reason::TestData => "test-data",
        Reason::Accepted => "accepted",
    };
    DiscoveryDecision {
        reason: Some(reason.to_owned()),
        until,
        ..word("dismiss")
    }
}
