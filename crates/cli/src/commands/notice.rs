//! `shouxin notice`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use shouxin_model::id::is_slug;
use shouxin_model::{ApprovalId, Moment};
use shouxin_vault::ApplyError;
use shouxin_wire::notices::{
    NoticeChange, NoticeList, NoticePlanAnswer, NoticePublication, NoticePurposeEffect, NoticeScore,
};

use super::register::text;
use crate::fault::Fault;
use crate::link::Link;
use crate::screen::{Screen, Table};

/// Check, plan and publish what customers are told
///
/// A notice says which data are used for what, how long they stay, who else gets them, and asks for consent
/// where it is needed. `lint` finds what keeps it from being published; `plan` says which reads would stop and
/// how many people would have to be asked again; `publish` brings it into force on every node.
///
/// Example:
///   shouxin notice lint marketing.toml --register register.toml
///   shouxin notice plan marketing.toml
///   shouxin notice propose marketing.toml --reason "a company that sends text messages for us"
///   shouxin notice publish marketing.toml --approval apr_06fs8k0000000000000000000g
///   shouxin notice diff marketing 1 2
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct NoticeCommand {
    #[command(subcommand)]
    verb: NoticeVerb,
    #[command(flatten)]
    link: Link,
}

#[derive(Subcommand, Debug)]
enum NoticeVerb {
    /// Check a notice: line, article of the law and remedy of everything that is wrong, and what is hard to read
    Lint {
        /// The notice, TOML
        file: PathBuf,
        /// Check it without a server, against this register
        #[arg(long, value_name = "FILE")]
        register: Option<PathBuf>,
    },
    /// Say what publishing would change, which reads would stop, who would have to be asked again
    Plan {
        /// The notice, TOML
        file: PathBuf,
    },
    /// Propose a notice that widens what people agreed to, for somebody else to approve
    Propose {
        /// The notice, TOML
        file: PathBuf,
        /// From when on, such as 2026-12-01T00:00:00Z; at once if not named
        #[arg(long, value_name = "MOMENT", value_parser = Moment::parse_rfc3339)]
        from: Option<Moment>,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Publish a notice
    Publish {
        /// The notice, TOML
        file: PathBuf,
        /// From when on, such as 2026-12-01T00:00:00Z; at once if not named
        #[arg(long, value_name = "MOMENT", value_parser = Moment::parse_rfc3339)]
        from: Option<Moment>,
        /// The approval of this very text, if it widens anything
        #[arg(long, value_name = "APPROVAL")]
        approval: Option<ApprovalId>,
    },
    /// List notices, and the purposes that none tells of
    List,
    /// Print a notice as it is shown
    Show {
        /// The notice
        #[arg(value_parser = slug)]
        name: String,
        /// A version; the newest if not named
        #[arg(long, value_name = "NUMBER")]
        version: Option<u32>,
        /// Print the text as written, TOML, instead
        #[arg(long)]
        source: bool,
    },
    /// Say what one version changed against another
    Diff {
        /// The notice
        #[arg(value_parser = slug)]
        name: String,
        /// The version compared with
        older: u32,
        /// The version compared
        newer: u32,
    },
}

impl NoticeCommand {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        match self.verb {
            NoticeVerb::Lint {
                file,
                register: Some(register),
            } => offline(&file, &register, screen),
            NoticeVerb::Lint {
                file,
                register: None,
            } => lint(&file, &self.link, screen).await,
            NoticeVerb::Plan { file } => {
                let client = self.link.client(screen)?;
                let plan = client.plan_notice(&text(&file)?).await?;
                screen.answer(&plan, || planned(&plan, screen))
            }
            NoticeVerb::Propose { file, from, reason } => {
                let client = self.link.client(screen)?;
                let asked = client.propose_notice(&text(&file)?, from, &reason).await?;
                screen.answer(&asked, || super::approvals::told(&asked, screen))
            }
            NoticeVerb::Publish {
                file,
                from,
                approval,
            } => {
                let request = NoticePublication {
                    notice: text(&file)?,
                    effective_at: from,
                    approval,
                };
                let done = self.link.client(screen)?.publish_notice(&request).await?;
                let (name, version, entry) = (&done.name, done.version, done.entry);
                let at = done.effective_at.to_string();
                screen.answer(&done, || match screen.pick("zh", "en") {
                    "zh" => format!("{name} 第 {version} 版已发布,{at} 起生效(账本第 {entry} 条)"),
                    _ => format!("{name} version {version} is published, in force from {at} (ledger entry {entry})"),
                })
            }
            NoticeVerb::List => {
                let list = self.link.client(screen)?.notices().await?;
                screen.answer(&list, || listed(&list, screen))
            }
            NoticeVerb::Show {
                name,
                version,
                source,
            } => {
                let notice = self.link.client(screen)?.notice(&name, version).await?;
                screen.answer(&notice, || match (source, screen.pick("zh", "en")) {
                    (true, _) => notice.source.clone(),
                    (false, "zh") => notice.zh.clone(),
                    (false, _) => notice.en.clone(),
                })
            }
            NoticeVerb::Diff { name, older, newer } => {
                let client = self.link.client(screen)?;
                let found = client.notice_difference(&name, older, newer).await?;
                screen.answer(&found, || changes(&found.changes, screen))
            }
        }
    }
}

/// Checks a notice against a register, without a server.
fn offline(file: &Path, register: &Path, screen: &Screen) -> Result<(), Fault> {
    let register = shouxin_register::parse(&register.display().to_string(), &text(register)?)
        .map_err(|findings| Fault::from(ApplyError::Register(findings)))?;
    let name = file.display().to_string();
    let findings = match shouxin_notice::parse(&name, &text(file)?) {
        Ok(notice) => shouxin_notice::lint(&notice, &register),
        Err(findings) => findings,
    };
    let all: String = findings
        .iter()
        .map(|finding| finding.render(screen.language))
        .collect();
    screen.print(&all)?;
    verdict(findings.len(), screen)
}

async fn lint(file: &Path, link: &Link, screen: &Screen) -> Result<(), Fault> {
    let found = link.client(screen)?.lint_notice(&text(file)?).await?;
    screen.answer(&found, || {
        let mut out = scored(&found.scores, screen);
        for finding in &found.findings {
            let (file, line, column) = (file.display(), finding.line, finding.column);
            // Writing to a String cannot fail, here and below.
            let _ = writeln!(
                out,
                "{file}:{line}:{column}: {}: {} [{}]\n    {}",
                finding.place, finding.message, finding.code, finding.remedy
            );
        }
        out
    })?;
    verdict(found.findings.len(), screen)
}

fn verdict(count: usize, screen: &Screen) -> Result<(), Fault> {
    if count == 0 {
        return screen.say("通过。", "Right.");
    }
    Err(Fault::no(
        format!("告知文本有 {count} 处问题"),
        format!("the notice has {count} findings"),
    ))
}

fn scored(scores: &[NoticeScore], screen: &Screen) -> String {
    let mut table = Table::new([
        screen.pick("段落", "text"),
        screen.pick("语言", "language"),
        screen.pick("易读分", "score"),
        screen.pick("最长一句", "longest sentence"),
    ]);
    for one in scores {
        let (score, longest) = (one.score.to_string(), one.longest.to_string());
        table.row([&one.place, &one.language, &score, &longest]);
    }
    table.render()
}

fn changes(changes: &[NoticeChange], screen: &Screen) -> String {
    if changes.is_empty() {
        return screen.pick("没有变更。\n", "Nothing changes.\n").to_owned();
    }
    let word = |kind: &str| match kind {
        "widening" => screen.pick("扩大", "widening"),
        "narrowing" => screen.pick("收窄", "narrowing"),
        _ => screen.pick("措辞", "wording"),
    };
    let lines = changes
        .iter()
        .map(|change| format!("{}: {}\n", word(&change.kind), change.text));
    lines.collect()
}

fn planned(plan: &NoticePlanAnswer, screen: &Screen) -> String {
    let mut out = changes(&plan.changes, screen);
    for effect in &plan.purposes {
        out.push_str(&told(effect, screen));
    }
    let (days, reads) = (plan.days, plan.reads_a_day);
    let _ = match screen.pick("zh", "en") {
        "zh" => writeln!(
            out,
            "按最近 {days} 天计算,每天约有 {reads} 次查阅会停止或减少。"
        ),
        _ => writeln!(
            out,
            "By the last {days} days, {reads} reads a day would stop or show less."
        ),
    };
    if plan.widens {
        out.push_str(screen.pick(
            "扩大了同意范围:须先提出(propose),由他人批准。\n",
            "It widens what people agreed to: propose it, and let somebody else approve it.\n",
        ));
    }
    out
}

fn told(effect: &NoticePurposeEffect, screen: &Screen) -> String {
    let count = |count: Option<u64>| {
        let few = screen.pick("1 到 9", "1 to 9");
        count.map_or_else(|| few.to_owned(), |count| count.to_string())
    };
    let (before, after) = (count(effect.covered_before), count(effect.covered_after));
    let title = &effect.title;
    match screen.pick("zh", "en") {
        "zh" => format!("{title}:同意有效的人数 {before} → {after}\n"),
        _ => format!("{title}: people whose consent covers it: {before} -> {after}\n"),
    }
}

fn listed(list: &NoticeList, screen: &Screen) -> String {
    let mut table = Table::new([
        screen.pick("名称", "name"),
        screen.pick("版本", "version"),
        screen.pick("状态", "state"),
        screen.pick("生效时间", "in force from"),
        screen.pick("标题", "title"),
    ]);
    for notice in &list.notices {
        let (version, at) = (notice.version.to_string(), notice.effective_at.to_string());
        table.row([&notice.name, &version, &notice.state, &at, &notice.title]);
    }
    let mut out = table.render();
    for one in &list.purposes {
        let purpose = &one.purpose;
        let line = match (&one.notice, one.untold.is_empty()) {
            (None, _) => screen.pick("没有告知", "nobody is told").to_owned(),
            (Some(_), true) => continue,
            (Some(_), false) => {
                let fields = one.untold.join(", ");
                format!(
                    "{} {fields}",
                    screen.pick("未告知的字段:", "fields not told:")
                )
            }
        };
        let _ = writeln!(out, "! {purpose}: {line}");
    }
    out
}

/// A notice's name: it becomes part of an address.
fn slug(text: &str) -> Result<String, &'static str> {
    if is_slug(text) {
        Ok(text.to_owned())
    } else {
        Err("a notice is a word of small letters, digits and hyphens")
    }
}
