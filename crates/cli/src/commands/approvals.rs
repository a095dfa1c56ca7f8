//! `shouxin approvals`.

use std::fmt::Write as _;

use clap::{Args, Subcommand};
use shouxin_model::ApprovalId;
use shouxin_model::text::Language;
use shouxin_wire::approvals::{Approval, ApprovalList, DecisionWord};

use crate::fault::Fault;
use crate::link::Link;
use crate::screen::{Screen, Table, more};

/// Decide about what somebody else asked for: exports, looser registers or policies, keys, grants
///
/// `show` prints exactly what will happen. A decision counts for that and nothing else: it names the digest
/// of what was shown. Nobody decides about their own proposal.
///
/// Example:
///   shouxin approvals list
///   shouxin approvals show apr_06fs8k0000000000000000000g
///   shouxin approvals approve apr_06fs8k0000000000000000000g --digest 9f86d0…
///   shouxin approvals reject apr_06fs8k0000000000000000000g --digest 9f86d0… --note "too many rows"
///   shouxin approvals withdraw apr_06fs8k0000000000000000000g
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Approvals {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    link: Link,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// List what awaits a decision, and one's own proposals
    List {
        /// Also what is over
        #[arg(long)]
        all: bool,
        /// How many at most
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=500))]
        limit: u32,
        /// Where the last page ended
        #[arg(long, value_name = "CURSOR")]
        after: Option<String>,
    },
    /// Show exactly what will happen, with its digest
    Show {
        /// The approval
        approval: ApprovalId,
    },
    /// Approve what was shown
    Approve(Decide),
    /// Reject it; also takes back an approval that nothing used yet
    Reject(Decide),
    /// Take one's own proposal back
    Withdraw {
        /// The approval
        approval: ApprovalId,
    },
}

#[derive(Args, Debug)]
struct Decide {
    /// The approval
    approval: ApprovalId,
    /// The digest that `show` printed: what is decided about
    #[arg(long, value_name = "HEX")]
    digest: String,
    /// A note for whoever asked
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

impl Approvals {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let client = self.link.client(screen)?;
        let (decide, decision) = match self.verb {
            Verb::List { all, limit, after } => {
                let list = client.approvals(all, limit, after.as_deref()).await?;
                return screen.answer(&list, || listed(&list, screen));
            }
            Verb::Show { approval } => {
                let approval = client.approval(approval).await?;
                return screen.answer(&approval, || told(&approval, screen));
            }
            Verb::Withdraw { approval } => {
                let approval = client.withdraw_approval(approval).await?;
                return screen.answer(&approval, || told(&approval, screen));
            }
            Verb::Approve(decide) => (decide, DecisionWord::Approve),
            Verb::Reject(decide) => (decide, DecisionWord::Reject),
        };
        let note = decide.note.as_deref();
        let approval = client
            .decide_approval(decide.approval, &decide.digest, decision, note)
            .await?;
        screen.answer(&approval, || told(&approval, screen))
    }
}

fn listed(list: &ApprovalList, screen: &Screen) -> String {
    if list.approvals.is_empty() {
        return screen.pick("没有待办的审批。", "Nothing waits.").to_owned();
    }
    let mut table = Table::new([
        screen.pick("审批", "approval"),
        screen.pick("事项", "act"),
        screen.pick("状态", "state"),
        screen.pick("剩余", "left"),
        screen.pick("申请人", "asked by"),
        screen.pick("理由", "reason"),
    ]);
    for one in &list.approvals {
        table.row([
            &one.approval.to_string(),
            act(&one.act, screen),
            state(&one.state, screen),
            &left(one.seconds_left, screen),
            &one.requested_by,
            &one.reason,
        ]);
    }
    table.render() + &more(list.next.as_deref(), screen)
}

/// An approval with all that it is about.
pub(super) fn told(one: &Approval, screen: &Screen) -> String {
    let mut out = String::new();
    let body = serde_json::to_string_pretty(&one.body).unwrap_or_default();
    let lines = [
        (screen.pick("审批", "approval"), one.approval.to_string()),
        (screen.pick("事项", "act"), act(&one.act, screen).to_owned()),
        (
            screen.pick("状态", "state"),
            state(&one.state, screen).to_owned(),
        ),
        (screen.pick("剩余", "left"), left(one.seconds_left, screen)),
        (screen.pick("申请人", "asked by"), one.requested_by.clone()),
        (screen.pick("理由", "reason"), one.reason.clone()),
        (
            screen.pick("审批人", "decided by"),
            one.decided_by.clone().unwrap_or_else(|| "–".to_owned()),
        ),
        (
            screen.pick("批注", "note"),
            one.note.clone().unwrap_or_else(|| "–".to_owned()),
        ),
        (screen.pick("摘要值", "digest"), one.digest.clone()),
    ];
    for (name, value) in lines {
        // Writing to a String cannot fail, here and below.
        let _ = writeln!(out, "{name}: {value}");
    }
    let _ = writeln!(
        out,
        "{}\n{body}",
        screen.pick("将要执行的全部内容:", "Exactly what will happen:")
    );
    out
}

fn act<'a>(word: &'a str, screen: &Screen) -> &'a str {
    match word {
        "export" => screen.pick("导出", word),
        "register" => screen.pick("放宽登记册", word),
        "policies" => screen.pick("放宽策略", word),
        "epoch-destruction" => screen.pick("销毁一轮密钥", word),
        "grant" => screen.pick("临时授权", word),
        "notice" => screen.pick("扩大告知范围", word),
        other => other,
    }
}

fn state<'a>(word: &'a str, screen: &Screen) -> &'a str {
    match word {
        "open" => screen.pick("待审批", word),
        "approved" => screen.pick("已批准", word),
        "rejected" => screen.pick("已驳回", word),
        "withdrawn" => screen.pick("已撤回", word),
        "spent" => screen.pick("已使用", word),
        "expired" => screen.pick("已过期", word),
        other => other,
    }
}

/// Seconds as people count them down: `2 d 3 h`, `14:05`.
pub(super) fn left(seconds: u64, screen: &Screen) -> String {
    let (day, hour, minute) = match screen.language {
        Language::Chinese => (" 天 ", " 小时", " 分"),
        Language::English => (" d ", " h", " min"),
    };
    match seconds {
        0 => "–".to_owned(),
        1..3_600 => format!("{}:{:02}", seconds / 60, seconds % 60),
        3_600..86_400 => {
            let (hours, minutes) = (seconds / 3_600, seconds % 3_600 / 60);
            format!("{hours}{hour} {minutes}{minute}")
        }
        _ => {
            let (days, hours) = (seconds / 86_400, seconds % 86_400 / 3_600);
            format!("{days}{day}{hours}{hour}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_is_counted_down_in_fitting_units() {
        let [zh, en] = [Language::Chinese, Language::English].map(|language| Screen {
            language,
            json: false,
        });
        for (seconds, chinese, english) in [
            (0, "–", "–"),
            (5, "0:05", "0:05"),
            (845, "14:05", "14:05"),
            (3_700, "1 小时 1 分", "1 h 1 min"),
            (183_600, "2 天 3 小时", "2 d 3 h"),
        ] {
            assert_eq!(left(seconds, &zh), chinese);
            assert_eq!(left(seconds, &en), english);
        }
    }
}
