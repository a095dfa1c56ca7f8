//! `shouxin erase`.

use clap::Args;
use shouxin_model::SubjectId;

use crate::fault::Fault;
use crate::link::Link;
use crate::prompt;
use crate::screen::Screen;

/// Erase a person for good
///
/// Destroys the person's keys and removes every row about them. The ledger keeps what happened, under a
/// pseudonym that leads to nobody any more. A tombstone makes sure that a restored backup erases them
/// again. Nobody can undo it, so the command asks, unless --yes says that you mean it.
///
/// Example:
///   shouxin erase sub_0… --reason asked-by-subject
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Erase {
    /// The person, `sub_…`
    subject: SubjectId,
    /// Why, as a word for the ledger: asked-by-subject, consent-withdrawn, purpose-achieved
    #[arg(long, value_name = "WORD")]
    reason: String,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    link: Link,
}

impl Erase {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let client = self.link.client(screen)?;
        let wanted = self.subject.to_string();
        if !self.yes {
            let typed = prompt::word(screen.pick(
                "删除后无法恢复。请再次输入该主体编号以确认:",
                "Nobody can undo this. Type the person's id again to confirm: ",
            ))?;
            if typed.trim() != wanted {
                return Err(Fault::no(
                    "编号不符,未删除",
                    "another id: nothing was erased",
                ));
            }
        }
        let erased = client.erase(self.subject, &self.reason).await?;
        screen.answer(&erased, || {
            let (id, at, entry) = (erased.erasure, erased.at, erased.entry);
            screen
                .pick(
                    &format!("{wanted} 已删除:{id},{at},账本第 {entry} 条"),
                    &format!("{wanted} is erased: {id}, {at}, ledger entry {entry}"),
                )
                .to_owned()
        })
    }
}
