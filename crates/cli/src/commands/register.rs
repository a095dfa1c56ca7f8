//! `shouxin register`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use shouxin_model::{ApprovalId, Register};
use shouxin_policy::{Policies, PolicyFinding, run_cases};
use shouxin_register::export;
use shouxin_vault::ApplyError;
use shouxin_wire::register::{ApplyRequest, PlanAnswer, VersionEntry};

use crate::fault::Fault;
use crate::link::Link;
use crate::screen::{Screen, Table};

/// Check, plan, apply and export what is declared
///
/// The register says what is held, why, by whom it may be read and how long it stays. `check` works
/// offline; `plan` says what a change would do to stored data; `apply` makes it the one in force.
///
/// Example:
///   shouxin register check register.toml
///   shouxin register plan register.toml
///   shouxin register apply register.toml --policies policies.cedar
///   shouxin register propose register.toml --reason "busy season"
///   shouxin register apply register.toml --approval apr_06fs8k0000000000000000000g
///   shouxin register export --table collection-list --format csv
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct RegisterCommand {
    #[command(subcommand)]
    verb: RegisterVerb,
    #[command(flatten)]
    link: Link,
}

#[derive(Subcommand, Debug)]
enum RegisterVerb {
    /// Check a register without a server: file, line, field and remedy of everything that is wrong
    Check {
        /// The register, TOML
        file: PathBuf,
        /// Policies that must validate against it, Cedar
        #[arg(long, value_name = "FILE")]
        policies: Option<PathBuf>,
    },
    /// Say what a register would change, and what that does to stored data
    Plan {
        /// The register, TOML
        file: PathBuf,
    },
    /// Put a register in force; stored data follow in the background
    Apply {
        /// The register, TOML; the one in force stays if not named
        #[arg(required_unless_present = "policies")]
        file: Option<PathBuf>,
        /// Policies to put in force with it, Cedar
        #[arg(long, value_name = "FILE")]
        policies: Option<PathBuf>,
        /// The approval of these very texts, if they loosen anything
        #[arg(long, value_name = "APPROVAL")]
        approval: Option<ApprovalId>,
    },
    /// Propose a change that loosens register or policies, for somebody else to approve
    Propose {
        /// The register, TOML; the one in force stays if not named
        #[arg(required_unless_present = "policies")]
        file: Option<PathBuf>,
        /// Policies to put in force with it, Cedar
        #[arg(long, value_name = "FILE")]
        policies: Option<PathBuf>,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// List the versions of register and policies
    History {
        /// Show what each version of the register changed in the text
        #[arg(long)]
        diff: bool,
    },
    /// Print the register in force, or a table derived from it
    Export {
        /// A register file to look at, instead of the one in force
        #[arg(conflicts_with = "version")]
        file: Option<PathBuf>,
        /// An earlier version
        #[arg(long, value_name = "NUMBER")]
        version: Option<u32>,
        /// The list of what is collected, or the record of processing, instead of the text
        #[arg(long, value_enum)]
        table: Option<DerivedTable>,
        /// How the table is written
        #[arg(long, value_enum, default_value_t = TableFormat::Markdown, requires = "table")]
        format: TableFormat,
    },
}

/// A table that follows from the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum DerivedTable {
    /// Each field: where it is collected, on what basis, how sensitive, how long it stays, whose it is
    CollectionList,
    /// Each purpose: the record of processing activities
    ProcessingRecord,
}

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum TableFormat {
    /// For people and repositories
    Markdown,
    /// For spreadsheets: UTF-8 with a mark that Excel understands
    Csv,
    /// For programs
    Json,
}

impl RegisterCommand {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        match self.verb {
            RegisterVerb::Check { file, policies } => check(&file, policies.as_deref(), screen),
            RegisterVerb::Plan { file } => {
                let plan = self.link.client(screen)?.plan(&text(&file)?).await?;
                screen.answer(&plan, || planned(&plan, screen))
            }
            RegisterVerb::Propose {
                file,
                policies,
                reason,
            } => {
                let register = file.as_deref().map(text).transpose()?;
                let policies = policies.as_deref().map(text).transpose()?;
                let client = self.link.client(screen)?;
                let asked = client
                    .propose_change(register.as_deref(), policies.as_deref(), &reason)
                    .await?;
                screen.answer(&asked, || super::approvals::told(&asked, screen))
            }
            RegisterVerb::Apply {
                file,
                policies,
                approval,
            } => {
                let register = file.as_deref().map(text).transpose()?;
                let policies = policies.as_deref().map(text).transpose()?;
                let applied = self
                    .link
                    .client(screen)?
                    .apply(&ApplyRequest {
                        register,
                        policies,
                        approval,
                    })
                    .await?;
                screen.answer(&applied, || {
                    let mut out = planned(&applied.plan, screen);
                    let (register, policy) = (applied.register_version, applied.policy_version);
                    let (jobs, entry) = (applied.jobs, applied.entry);
                    // Writing to a String cannot fail.
                    let _ = match screen.pick("zh", "en") {
                        "zh" => writeln!(out, "现行:登记册第 {register} 版,策略第 {policy} 版;后台任务 {jobs} 个;记入账本第 {entry} 条。"),
                        _ => writeln!(out, "In force: register version {register}, policies version {policy}; background jobs: {jobs}; ledger entry {entry}."),
                    };
                    out
                })
            }
            RegisterVerb::History { diff: true } => {
                let versions = self.link.client(screen)?.versions(true).await?;
                screen.print(&differences(&versions.register))
            }
            RegisterVerb::History { diff: false } => {
                let versions = self.link.client(screen)?.versions(false).await?;
                screen.answer(&versions, || {
                    let mut table = Table::new([
                        screen.pick("内容", "what"),
                        screen.pick("版本", "version"),
                        screen.pick("生效时间", "applied at"),
                        screen.pick("操作者", "by"),
                    ]);
                    let mut add = |what: &str, list: &[VersionEntry]| {
                        for entry in list {
                            let (version, at) =
                                (entry.version.to_string(), entry.applied_at.to_string());
                            table.row([what, &version, &at, &entry.applied_by]);
                        }
                    };
                    add(screen.pick("登记册", "register"), &versions.register);
                    add(screen.pick("策略", "policies"), &versions.policies);
                    table.render()
                })
            }
            RegisterVerb::Export {
                file,
                version,
                table: wanted,
                format,
            } => {
                let source = match &file {
                    Some(file) => text(file)?,
                    None => {
                        let versions = self.link.client(screen)?.versions(true).await?;
                        let mut list = versions.register.into_iter();
                        let found = match version {
                            Some(number) => list.find(|entry| entry.version == number),
                            None => list.next(),
                        };
                        found.and_then(|entry| entry.source).ok_or_else(|| {
                            Fault::no("登记册没有这一版本", "the register has no such version")
                        })?
                    }
                };
                let name =
                    file.map_or_else(|| "register.toml".into(), |file| file.display().to_string());
                match wanted {
                    Some(wanted) => screen.print(&table(&name, &source, wanted, format, screen)?),
                    None => screen.print(&source),
                }
            }
        }
    }
}

/// The table that follows from a register's text.
fn table(
    name: &str,
    source: &str,
    wanted: DerivedTable,
    format: TableFormat,
    screen: &Screen,
) -> Result<String, Fault> {
    let register = shouxin_register::parse(name, source)
        .map_err(|findings| Fault::from(ApplyError::Register(findings)))?;
    let table = match wanted {
        DerivedTable::CollectionList => export::collection_list(&register, screen.language),
        DerivedTable::ProcessingRecord => export::processing_record(&register, screen.language),
    };
    Ok(match format {
        TableFormat::Markdown => table.to_markdown(),
        TableFormat::Csv => table.to_csv(),
        TableFormat::Json => table.to_json(),
    })
}

/// What each version changed in the text, newest first; the list comes so ordered.
pub(super) fn differences(versions: &[VersionEntry]) -> String {
    let text = |entry: &VersionEntry| entry.source.clone().unwrap_or_default();
    let pairs = versions.iter().zip(versions.iter().skip(1));
    let diffs = pairs.map(|(newer, older)| {
        let name = |entry: &VersionEntry| format!("version {}", entry.version);
        shouxin_register::history::diff(&name(older), &text(older), &name(newer), &text(newer))
    });
    diffs.collect::<Vec<_>>().concat()
}

/// Checks a register, and policies against it, without a server.
pub(super) fn check(
    register: &Path,
    policies: Option<&Path>,
    screen: &Screen,
) -> Result<(), Fault> {
    let parsed = match shouxin_register::parse(&register.display().to_string(), &text(register)?) {
        Ok(parsed) => parsed,
        Err(findings) => {
            let all: String = findings
                .iter()
                .map(|finding| finding.render(screen.language))
                .collect();
            screen.print(&all)?;
            let count = findings.len();
            return Err(Fault::no(
                format!("登记册有 {count} 处问题"),
                format!("the register has {count} findings"),
            ));
        }
    };
    if let Some(path) = policies
        && let Err(findings) = tested(&parsed, &text(path)?)
    {
        let all: Vec<String> = findings
            .iter()
            .map(|finding| {
                let policy = finding
                    .policy
                    .as_deref()
                    .map(|id| format!("{id}: "))
                    .unwrap_or_default();
                let message = finding.message.get(screen.language);
                format!(
                    "{}:{}:{}: {policy}{message}",
                    path.display(),
                    finding.line,
                    finding.column
                )
            })
            .collect();
        screen.print(&all.join("\n"))?;
        let count = findings.len();
        return Err(Fault::no(
            format!("策略有 {count} 处问题"),
            format!("the policies have {count} findings"),
        ));
    }
    let (fields, purposes, roles) = (
        parsed.fields().count(),
        parsed.purposes.len(),
        parsed.roles.len(),
    );
    screen.say(
        format!("通过:{fields} 个字段,{purposes} 个目的,{roles} 个角色。"),
        format!("Right: {fields} fields, {purposes} purposes, {roles} roles."),
    )
}

/// Compiles policies and runs their test cases; one that does not hold is a finding at its line.
fn tested(register: &Register, text: &str) -> Result<(), Vec<PolicyFinding>> {
    let policies = Policies::compile(register, text)?;
    let outcomes = run_cases(&policies, register, text)?;
    let failed: Vec<_> = outcomes
        .iter()
        .filter(|outcome| !outcome.holds())
        .map(super::policies::failed)
        .collect();
    if failed.is_empty() {
        Ok(())
    } else {
        Err(failed)
    }
}

pub(super) fn planned(plan: &PlanAnswer, screen: &Screen) -> String {
    let mut out = String::new();
    if plan.changes.is_empty() {
        return screen.pick("没有变更。\n", "Nothing changes.\n").to_owned();
    }
    for change in &plan.changes {
        let sign = match change.sign.as_str() {
            "added" => "+",
            "removed" => "-",
            _ => "~",
        };
        // Writing to a String cannot fail, here and below.
        let _ = writeln!(out, "{sign} {}: {}", change.place, change.what);
        if let Some(effect) = &change.effect {
            let _ = writeln!(out, "    {effect}");
        }
        if change.loosens {
            let _ = writeln!(
                out,
                "    {}",
                screen.pick("! 放宽了管控", "! loosens what was held")
            );
        }
    }
    for missing in &plan.unweighed {
        let _ = writeln!(out, "! {missing}");
    }
    out
}

pub(super) fn text(path: &Path) -> Result<String, Fault> {
    std::fs::read_to_string(path).map_err(|error| Fault::file(path, &error))
}
