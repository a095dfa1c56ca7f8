//! `shouxin cases` and `shouxin case`.

use clap::{Args, Subcommand};
use shouxin_model::{RecordId, SubjectId};
use shouxin_wire::cases::{Case, CaseChange};

use crate::fault::Fault;
use crate::link::Link;
use crate::screen::{Screen, Table, more};

/// List the cases that tie you to people
///
/// Work orders, parcels or tickets that a purpose ties to you, newest first. No personal values.
///
/// Example:
///   shouxin cases --purpose repair-service
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Cases {
    /// What for: a purpose of the register
    #[arg(long)]
    purpose: String,
    /// How many at most
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100))]
    limit: u32,
    /// Where the last page ended
    #[arg(long, value_name = "CURSOR")]
    after: Option<String>,
    #[command(flatten)]
    link: Link,
}

impl Cases {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let client = self.link.client(screen)?;
        let page = client
            .cases(&self.purpose, self.limit, self.after.as_deref())
            .await?;
        screen.answer(&page, || {
            if page.cases.is_empty() {
                return screen
                    .pick("没有与您相关的业务单。", "No case ties you to anyone.")
                    .to_owned();
            }
            table(&page.cases, screen).render() + &more(page.next.as_deref(), screen)
        })
    }
}

fn table(cases: &[Case], screen: &Screen) -> Table {
    let mut table = Table::new([
        screen.pick("业务单", "case"),
        screen.pick("主体", "person"),
        screen.pick("类型", "collection"),
        screen.pick("状态", "state"),
        screen.pick("内容", "fields"),
    ]);
    for case in cases {
        let state = if case.open {
            screen.pick("进行中", "open")
        } else {
            screen.pick("已结束", "closed")
        };
        let fields: Vec<String> = case
            .fields
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        table.row([
            &case.case.to_string(),
            &case.subject.to_string(),
            &case.collection,
            state,
            &fields.join(" "),
        ]);
    }
    table
}

/// Close or hand over a case
///
/// Whoever is tied to a person by a case loses sight of the person when the case closes.
///
/// Example:
///   shouxin case close sub_0… rec_0…
///   shouxin case assign sub_0… rec_0… --to chen.jing
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct CaseCommand {
    #[command(subcommand)]
    verb: CaseVerb,
    #[command(flatten)]
    link: Link,
}

#[derive(Subcommand, Debug)]
enum CaseVerb {
    /// Close a case
    Close {
        /// The person, `sub_…`
        subject: SubjectId,
        /// The case, `rec_…`
        case: RecordId,
        /// The status to give it; the register's word for closed if not named
        #[arg(long)]
        status: Option<String>,
    },
    /// Hand a case over to another login
    Assign {
        /// The person, `sub_…`
        subject: SubjectId,
        /// The case, `rec_…`
        case: RecordId,
        /// The login it is assigned to from now on
        #[arg(long, value_name = "LOGIN")]
        to: String,
    },
}

impl CaseCommand {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let client = self.link.client(screen)?;
        let (subject, case, change) = match self.verb {
            CaseVerb::Close {
                subject,
                case,
                status,
            } => {
                let status = match status {
                    Some(status) => status,
                    None => closed(&client.register().await?.register)?,
                };
                (
                    subject,
                    case,
                    CaseChange {
                        status: Some(status),
                        assignee: None,
                    },
                )
            }
            CaseVerb::Assign { subject, case, to } => (
                subject,
                case,
                CaseChange {
                    status: None,
                    assignee: Some(to),
                },
            ),
        };
        let changed = client.change_case(subject, case, &change).await?;
        screen.answer(&changed, || {
            table(std::slice::from_ref(&changed), screen).render()
        })
    }
}

/// The word for closed, where the register's collections of cases all use the same.
fn closed(register: &serde_json::Value) -> Result<String, Fault> {
    let collections = register
        .get("collections")
        .and_then(serde_json::Value::as_array);
    let mut words: Vec<&str> = collections
        .into_iter()
        .flatten()
        .filter_map(|collection| collection.get("case")?.get("closed")?.as_str())
        .collect();
    words.sort_unstable();
    words.dedup();
    match words.as_slice() {
        [word] => Ok((*word).to_owned()),
        [] => Err(Fault::no("登记册没有业务单", "the register has no cases")),
        words => {
            let words = words.join(", ");
            Err(Fault::unable(
                format!("请用 --status 给出状态({words})"),
                format!("name the status with --status ({words})"),
            ))
        }
    }
}
