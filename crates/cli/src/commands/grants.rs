//! `shouxin grants`, `shouxin break-glass`, `shouxin alarms` and `shouxin reviews`.

use clap::{Args, Subcommand, ValueEnum};
use shouxin_client::Asking;
use shouxin_model::{AlarmId, Conditions, GrantId, Hours, Network, SubjectId};
use shouxin_wire::grants::{FindingWord, Grant};

use super::approvals::{left, told};
use crate::fault::Fault;
use crate::link::Link;
use crate::screen::{Screen, Table};

/// Ask for access beyond one's roles, for a time; look at grants; end them
///
/// Somebody else approves (shouxin approvals). A grant lends a role's view of the fields named and stands for
/// the tie to the subject it names; never for consent, against a restriction, beyond a keeping period, or
/// against a policy that forbids.
///
/// Example:
///   shouxin grants request --purpose repair-service --role service-adviser --field customer.name \\
///     --subject sub_06fs8k0000000000000000000g --minutes 60 --reason "covering for a colleague"
///   shouxin grants list
///   shouxin grants revoke gra_06fs8k0000000000000000000g
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Grants {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    link: Link,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Ask for access
    Request(Request),
    /// List grants: one's own, or everybody's for those who watch over them
    List {
        /// Also what is over
        #[arg(long)]
        all: bool,
    },
    /// Show a grant
    Show {
        /// The grant
        grant: GrantId,
    },
    /// End a grant at once
    Revoke {
        /// The grant
        grant: GrantId,
    },
}

#[derive(Args, Debug)]
struct Request {
    /// The purpose it is for
    #[arg(long, value_name = "PURPOSE")]
    purpose: String,
    /// The role of the purpose whose view is asked for; not needed where one's own roles may name it
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// A field, `collection.field` or `collection.*`; may be given several times
    #[arg(long = "field", value_name = "FIELD", required = true)]
    fields: Vec<String>,
    /// The one customer it is for
    #[arg(long, value_name = "SUBJECT")]
    subject: Option<SubjectId>,
    /// For how many minutes once approved
    #[arg(long, value_name = "NUMBER")]
    minutes: u32,
    /// Only within these hours, in Chinese time: `mon-fri 08:30-18:00`
    #[arg(long, value_name = "HOURS")]
    hours: Option<Hours>,
    /// Only from this network, such as 10.0.0.0/8; may be given several times
    #[arg(long = "network", value_name = "NETWORK")]
    networks: Vec<Network>,
    /// Only on a device registered for oneself
    #[arg(long)]
    device: bool,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

impl Grants {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let client = self.link.client(screen)?;
        match self.verb {
            Verb::Request(request) => {
                let conditions = Conditions {
                    hours: request.hours,
                    networks: request.networks,
                    device: request.device,
                };
                let asking = Asking {
                    purpose: &request.purpose,
                    role: request.role.as_deref(),
                    fields: &request.fields,
                    subject: request.subject,
                    seconds: i64::from(request.minutes) * 60,
                    conditions: &conditions,
                };
                let asked = client.request_grant(&asking, &request.reason).await?;
                screen.answer(&asked, || told(&asked, screen))
            }
            Verb::List { all } => {
                let list = client.grants(all).await?;
                screen.answer(&list, || listed(&list.grants, screen))
            }
            Verb::Show { grant } => {
                let grant = client.grant(grant).await?;
                screen.answer(&grant, || listed(std::slice::from_ref(&grant), screen))
            }
            Verb::Revoke { grant } => {
                let grant = client.revoke_grant(grant).await?;
                screen.answer(&grant, || listed(std::slice::from_ref(&grant), screen))
            }
        }
    }
}

fn listed(grants: &[Grant], screen: &Screen) -> String {
    if grants.is_empty() {
        return screen.pick("没有授权。", "There is no grant.").to_owned();
    }
    let mut table = Table::new([
        screen.pick("授权", "grant"),
        screen.pick("状态", "state"),
        screen.pick("剩余", "left"),
        screen.pick("持有人", "holder"),
        screen.pick("目的", "purpose"),
        screen.pick("字段", "fields"),
        screen.pick("对象", "subject"),
        screen.pick("理由", "reason"),
    ]);
    for grant in grants {
        let state = match (grant.kind.as_str(), grant.state.as_str()) {
            ("emergency", "live") => screen.pick("紧急,有效", "emergency, live"),
            (_, "live") => screen.pick("有效", "live"),
            (_, "revoked") => screen.pick("已收回", "revoked"),
            (_, _) => screen.pick("已到期", "expired"),
        };
        let subject = grant.subject.map(|subject| subject.to_string());
        table.row([
            &grant.grant.to_string(),
            state,
            &left(grant.seconds_left, screen),
            &grant.holder.to_string(),
            &grant.purpose,
            &grant.fields.join(", "),
            subject.as_deref().unwrap_or("–"),
            &grant.reason,
        ]);
    }
    table.render()
}

/// Open one customer at once, in an emergency; alarms, and must be reviewed by somebody else
///
/// Only for the roles, and as long, as the register says under the purpose (emergency).
///
/// Example:
///   shouxin break-glass sub_06fs8k0000000000000000000g --purpose repair-contact --reason "stranded"
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct BreakGlass {
    /// The customer
    subject: SubjectId,
    /// The purpose
    #[arg(long, value_name = "PURPOSE")]
    purpose: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    link: Link,
}

impl BreakGlass {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let client = self.link.client(screen)?;
        let opened = client
            .break_glass(self.subject, &self.purpose, &self.reason)
            .await?;
        screen.answer(&opened, || {
            let (grant, left) = (opened.grant, left(opened.seconds_left, screen));
            let (due, entry) = (opened.review_due, opened.entry);
            match screen.pick("zh", "en") {
                "zh" => format!(
                    "已紧急开放({grant}),剩余 {left}。已告警,须于 {due} 前由他人复核。记入账本第 {entry} 条。\n"
                ),
                _ => format!(
                    "Open in an emergency ({grant}), {left} left. An alarm was raised; somebody else reviews it by \
                     {due}. Ledger entry {entry}.\n"
                ),
            }
        })
    }
}

/// List alarms, and note that one has looked at them
///
/// Example:
///   shouxin alarms
///   shouxin alarms --seen alm_06fs8k0000000000000000000g
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Alarms {
    /// Also those that somebody has looked at
    #[arg(long)]
    all: bool,
    /// Note that one has looked at this one
    #[arg(long, value_name = "ALARM")]
    seen: Option<AlarmId>,
    #[command(flatten)]
    link: Link,
}

impl Alarms {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let client = self.link.client(screen)?;
        if let Some(alarm) = self.seen {
            client.see_alarm(alarm).await?;
        }
        let list = client.alarms(self.all).await?;
        screen.answer(&list, || {
            if list.alarms.is_empty() {
                return screen.pick("没有告警。", "There is no alarm.").to_owned();
            }
            let mut table = Table::new([
                screen.pick("告警", "alarm"),
                screen.pick("时间", "at"),
                screen.pick("类别", "kind"),
                screen.pick("何人", "who"),
                screen.pick("何事", "about"),
                screen.pick("已查看", "seen by"),
            ]);
            for alarm in &list.alarms {
                let kind = match alarm.kind.as_str() {
                    "emergency" => screen.pick("紧急调阅", "emergency"),
                    "decoy-returned" => screen.pick("诱饵记录被送回", "a decoy came back"),
                    other => other,
                };
                table.row([
                    &alarm.alarm.to_string(),
                    &alarm.at.to_string(),
                    kind,
                    &alarm.actor,
                    &alarm.about,
                    alarm.seen_by.as_deref().unwrap_or("–"),
                ]);
            }
            table.render()
        })
    }
}

/// Review what somebody opened in an emergency
///
/// Example:
///   shouxin reviews list
///   shouxin reviews show gra_06fs8k0000000000000000000g
///   shouxin reviews decide gra_06fs8k0000000000000000000g --finding justified --note "called for help"
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Reviews {
    #[command(subcommand)]
    verb: ReviewVerb,
    #[command(flatten)]
    link: Link,
}

#[derive(Subcommand, Debug)]
enum ReviewVerb {
    /// List what is to be reviewed
    List {
        /// Also what was reviewed
        #[arg(long)]
        all: bool,
    },
    /// Show one, with the reason that was given
    Show {
        /// The emergency's grant
        emergency: GrantId,
    },
    /// Note what the review found
    Decide {
        /// The emergency's grant
        emergency: GrantId,
        /// Whether there was need for it
        #[arg(long, value_enum)]
        finding: Found,
        /// Why
        #[arg(long, value_name = "TEXT")]
        note: String,
    },
}

/// What a reviewer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Found {
    /// There was need for it
    Justified,
    /// There was none
    Unjustified,
}

impl Reviews {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let client = self.link.client(screen)?;
        match self.verb {
            ReviewVerb::List { all } => {
                let list = client.reviews(all).await?;
                screen.answer(&list, || reviewed(&list.reviews, screen))
            }
            ReviewVerb::Show { emergency } => {
                let review = client.review(emergency).await?;
                screen.answer(&review, || {
                    let grants = review.grant.as_ref().map(std::slice::from_ref);
                    reviewed(std::slice::from_ref(&review), screen)
                        + &listed(grants.unwrap_or_default(), screen)
                })
            }
            ReviewVerb::Decide {
                emergency,
                finding,
                note,
            } => {
                let finding = match finding {
                    Found::Justified => FindingWord::Justified,
                    Found::Unjustified => FindingWord::Unjustified,
                };
                let review = client.decide_review(emergency, finding, &note).await?;
                screen.answer(&review, || reviewed(std::slice::from_ref(&review), screen))
            }
        }
    }
}

fn reviewed(reviews: &[shouxin_wire::grants::Review], screen: &Screen) -> String {
    if reviews.is_empty() {
        return screen
            .pick("没有待复核的事项。", "There is nothing to review.")
            .to_owned();
    }
    let mut table = Table::new([
        screen.pick("紧急调阅", "emergency"),
        screen.pick("何人", "who"),
        screen.pick("开放时间", "opened at"),
        screen.pick("复核期限", "due at"),
        screen.pick("结论", "finding"),
        screen.pick("复核人", "reviewed by"),
        screen.pick("说明", "note"),
    ]);
    for review in reviews {
        let finding = match review.finding.as_deref() {
            Some("justified") => screen.pick("有必要", "justified"),
            Some(_) => screen.pick("无必要", "unjustified"),
            None if review.overdue => screen.pick("逾期未复核", "overdue"),
            None => screen.pick("待复核", "to be done"),
        };
        table.row([
            &review.emergency.to_string(),
            &review.holder,
            &review.opened_at.to_string(),
            &review.due_at.to_string(),
            finding,
            review.decided_by.as_deref().unwrap_or("–"),
            review.note.as_deref().unwrap_or("–"),
        ]);
    }
    table.render()
}
