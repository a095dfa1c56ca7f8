//! `shouxin policies`.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use shouxin_model::text::Language;
use shouxin_model::{ApprovalId, Text};
use shouxin_policy::{CaseOutcome, PolicyFinding};
use shouxin_wire::policies::{PolicyEffect, PolicyPlanAnswer};
use shouxin_wire::register::ApplyRequest;

use super::register::{check, differences, text};
use crate::fault::Fault;
use crate::link::Link;
use crate::screen::{Screen, Table};

/// Show, check, plan and apply policies
///
/// Policies say which role may see which field in which form; they are Cedar text that validates
/// against the register. Test cases stand beside them, as lines that begin with `//?`. `check` works
/// offline; `plan` says what would change, and what the reads of the last thirty days would have become.
///
/// Example:
///   shouxin policies show
///   shouxin policies check policies.cedar --register register.toml
///   shouxin policies plan policies.cedar
///   shouxin policies propose policies.cedar --reason "busy season"
///   shouxin policies apply policies.cedar --approval apr_06fs8k0000000000000000000g
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct PoliciesCommand {
    #[command(subcommand)]
    verb: PoliciesVerb,
    #[command(flatten)]
    link: Link,
}

#[derive(Subcommand, Debug)]
enum PoliciesVerb {
    /// Print the policies in force
    Show,
    /// Check policies and their test cases against a register, without a server
    Check {
        /// The policies, Cedar
        file: PathBuf,
        /// The register that they must validate against, TOML
        #[arg(long, value_name = "FILE")]
        register: PathBuf,
    },
    /// Say what policies would change, and what earlier reads would have become
    Plan {
        /// The policies, Cedar
        file: PathBuf,
    },
    /// Put policies in force
    Apply {
        /// The policies, Cedar
        file: PathBuf,
        /// The approval of this very text, if it loosens anything
        #[arg(long, value_name = "APPROVAL")]
        approval: Option<ApprovalId>,
    },
    /// Propose policies that loosen, for somebody else to approve
    Propose {
        /// The policies, Cedar
        file: PathBuf,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// List the versions
    History {
        /// Show what each version changed in the text
        #[arg(long)]
        diff: bool,
    },
}

impl PoliciesCommand {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        match self.verb {
            PoliciesVerb::Show => {
                let answer = self.link.client(screen)?.policies().await?;
                screen.answer(&answer, || answer.policies.clone())
            }
            PoliciesVerb::Check { file, register } => check(&register, Some(&file), screen),
            PoliciesVerb::Plan { file } => {
                let client = self.link.client(screen)?;
                let plan = client.plan_policies(&text(&file)?).await?;
                screen.answer(&plan, || planned(&plan, screen))?;
                if plan.applicable {
                    return Ok(());
                }
                Err(Fault::no(
                    "这份策略不能生效:有问题,或测试用例不成立",
                    "these policies cannot be applied: something was found, or a test case does not hold",
                ))
            }
            PoliciesVerb::Apply { file, approval } => {
                let request = ApplyRequest {
                    register: None,
                    policies: Some(text(&file)?),
                    approval,
                };
                let applied = self.link.client(screen)?.apply(&request).await?;
                let (version, entry) = (applied.policy_version, applied.entry);
                screen.answer(&applied, || {
                    either(
                        screen,
                        format!("现行:策略第 {version} 版;记入账本第 {entry} 条。\n"),
                        format!("In force: policies version {version}; ledger entry {entry}.\n"),
                    )
                })
            }
            PoliciesVerb::Propose { file, reason } => {
                let policies = text(&file)?;
                let client = self.link.client(screen)?;
                let asked = client
                    .propose_change(None, Some(&policies), &reason)
                    .await?;
                screen.answer(&asked, || super::approvals::told(&asked, screen))
            }
            PoliciesVerb::History { diff } => {
                let list = self.link.client(screen)?.versions(diff).await?.policies;
                if diff {
                    return screen.print(&differences(&list));
                }
                screen.answer(&list, || {
                    let mut table = Table::new([
                        screen.pick("版本", "version"),
                        screen.pick("生效时间", "applied at"),
                        screen.pick("操作者", "by"),
                    ]);
                    for entry in &list {
                        let (version, at) =
                            (entry.version.to_string(), entry.applied_at.to_string());
                        table.row([&version, &at, &entry.applied_by]);
                    }
                    table.render()
                })
            }
        }
    }
}

/// One of two texts that were made.
fn either(screen: &Screen, zh: String, en: String) -> String {
    match screen.language {
        Language::Chinese => zh,
        Language::English => en,
    }
}

/// A test case that does not hold, as a finding at its line.
pub(super) fn failed(outcome: &CaseOutcome) -> PolicyFinding {
    let (expect, form) = (outcome.case.expect.word(), outcome.form.word());
    let rule = &outcome.decided_by;
    PolicyFinding {
        line: outcome.case.line,
        column: 1,
        policy: None,
        message: Text::made(
            format!("测试用例不成立:期望 {expect},实际为 {form}(规则 {rule})"),
            format!(
                "the test case does not hold: {expect} was expected, {form} is given (rule {rule})"
            ),
        ),
    }
}

fn planned(plan: &PolicyPlanAnswer, screen: &Screen) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail, here and below.
    for finding in &plan.findings {
        let policy = finding.policy.as_deref().unwrap_or_default();
        let _ = writeln!(
            out,
            "{}:{}: {policy} {}",
            finding.line, finding.column, finding.message
        );
    }
    for change in &plan.changes {
        let sign = if change.sign == "added" { "+" } else { "-" };
        let _ = writeln!(out, "{sign} {}", change.statement.replace('\n', "\n  "));
        if change.loosens {
            let _ = writeln!(
                out,
                "    {}",
                screen.pick("! 放宽了管控", "! loosens what was held")
            );
        }
    }
    for case in plan.cases.iter().filter(|case| !case.holds) {
        let (line, expect, form, rule) = (case.line, &case.expect, &case.form, &case.decided_by);
        let _ = writeln!(
            out,
            "{line}:1: {}",
            either(
                screen,
                format!("测试用例不成立:期望 {expect},实际为 {form}(规则 {rule})"),
                format!(
                    "the test case does not hold: {expect} was expected, {form} is given (rule {rule})"
                ),
            )
        );
    }
    let (cases, held) = (
        plan.cases.len(),
        plan.cases.iter().filter(|case| case.holds).count(),
    );
    if plan.findings.is_empty() {
        let _ = writeln!(
            out,
            "{}",
            either(
                screen,
                format!("测试用例 {cases} 个,成立 {held} 个。"),
                format!("Test cases: {cases}, of which {held} hold."),
            )
        );
    }
    if let Some(effect) = &plan.effect {
        told(&mut out, effect, screen);
    }
    out
}

/// What earlier reads would have become.
fn told(out: &mut String, effect: &PolicyEffect, screen: &Screen) {
    let (reads, looked, entries) = (effect.reads, effect.looked_at, effect.entries);
    let (differ, granted) = (effect.differ, effect.granted);
    let (lose, gain) = (effect.lose, effect.gain);
    let said = either(
        screen,
        format!(
            "近 30 天的 {reads} 次查阅(查看了账本 {entries} 条中的 {looked} 条):{lose} 个账号会少看,{gain} 个会多看。\n\
             重新计算的是现有角色、用途、字段和策略;工单关系、同意、限制、保存期限、额度、时段、网络、设备和第二因素按当时的记录不变。\n\
             未计算:授权打开的字段 {granted} 个,现行策略已与记录不同的 {differ} 个。"
        ),
        format!(
            "{reads} reads of the last 30 days ({looked} of {entries} ledger entries looked at): {lose} callers would see less, {gain} more.\n\
             Roles as held now, purposes, fields and policies are evaluated anew; ties, consent, restrictions, keeping periods, quotas, hours, networks, devices and second factors are held as recorded.\n\
             Not evaluated: {granted} fields that a grant opened, {differ} that are decided otherwise already."
        ),
    );
    let _ = writeln!(out, "{said}");
    if effect.shifts.is_empty() {
        return;
    }
    let mut table = Table::new([
        screen.pick("查阅", "reads"),
        screen.pick("账号", "callers"),
        screen.pick("角色", "roles"),
        screen.pick("用途", "purpose"),
        screen.pick("字段", "field"),
        screen.pick("原为", "was"),
        screen.pick("将为", "would be"),
    ]);
    for shift in &effect.shifts {
        let (reads, callers) = (shift.reads.to_string(), shift.callers.to_string());
        let roles = shift.roles.join(" ");
        table.row([
            &reads,
            &callers,
            &roles,
            &shift.purpose,
            &shift.field,
            &shift.was,
            &shift.would,
        ]);
    }
    out.push_str(&table.render());
}
