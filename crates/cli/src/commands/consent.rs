//! `shouxin consent` and `shouxin restriction`.

use clap::{Args, Subcommand, ValueEnum};
use shouxin_model::id::is_slug;
use shouxin_model::{ConsentForm, Moment, SubjectId};
use shouxin_wire::consents::{ConsentRequest, ConsentState, TakenDown};

use crate::fault::Fault;
use crate::link::Link;
use crate::screen::Screen;

/// Take down what a customer said about a purpose
///
/// It replaces what the customer said before and counts from the next read on.
///
/// Example:
///   shouxin consent given sub_06fs8k0000000000000000000g --purpose marketing --form separate \
///     --notice marketing --until 2027-11-21T00:00:00Z
///   shouxin consent withdrawn sub_06fs8k0000000000000000000g --purpose marketing
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Consent {
    /// What the customer said
    #[arg(value_enum)]
    word: Word,
    /// The customer
    subject: SubjectId,
    /// The purpose
    #[arg(long, value_name = "PURPOSE", value_parser = slug)]
    purpose: String,
    /// The form in which it was said
    #[arg(long, value_enum, default_value_t = Form::General)]
    form: Form,
    /// The notice that the customer was shown just now: agreeing to a purpose that one binds needs it
    #[arg(long, value_name = "NOTICE", value_parser = slug)]
    notice: Option<String>,
    /// Until when it counts, such as 2027-11-21T00:00:00Z; for good if not named
    #[arg(long, value_name = "MOMENT", value_parser = Moment::parse_rfc3339)]
    until: Option<Moment>,
    #[command(flatten)]
    link: Link,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Word {
    /// Yes
    Given,
    /// No, when asked
    Refused,
    /// No longer
    Withdrawn,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    /// Consent
    General,
    /// Separate consent
    Separate,
    /// Written consent
    Written,
    /// A guardian's consent
    Guardian,
    /// For one time
    Once,
}

impl Consent {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let (state, zh, en) = match self.word {
            Word::Given => (ConsentState::Given, "同意", "given"),
            Word::Refused => (ConsentState::Refused, "拒绝", "refused"),
            Word::Withdrawn => (ConsentState::Withdrawn, "撤回同意", "withdrawn"),
        };
        let form = match self.form {
            Form::General => ConsentForm::General,
            Form::Separate => ConsentForm::Separate,
            Form::Written => ConsentForm::Written,
            Form::Guardian => ConsentForm::Guardian,
            Form::Once => ConsentForm::Once,
        };
        let client = self.link.client(screen)?;
        let snapshot = match &self.notice {
            Some(notice) => client.notice_shown(notice).await?.snapshot,
            None => None,
        };
        let consent = ConsentRequest {
            state,
            form,
            expires_at: self.until,
            snapshot,
        };
        let done = client
            .put_consent(self.subject, &self.purpose, &consent)
            .await?;
        let (subject, purpose) = (self.subject, &self.purpose);
        told(
            &done,
            &format!("{subject} 就目的 {purpose} 的表示已记录:{zh}"),
            &format!("{subject} about {purpose}: {en}"),
            screen,
        )
    }
}

/// Restrict processing for a customer, and free it again
///
/// While it is restricted, the customer's data are stored and protected only, or read to meet a legal duty.
///
/// Example:
///   shouxin restriction put sub_06fs8k0000000000000000000g --reason accuracy-contested
///   shouxin restriction lift sub_06fs8k0000000000000000000g
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Restriction {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    link: Link,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Restrict processing
    Put {
        /// The customer
        subject: SubjectId,
        /// Why, as a word for the ledger: accuracy-contested, unlawful, objection
        #[arg(long, value_name = "WORD")]
        reason: String,
    },
    /// Free processing
    Lift {
        /// The customer
        subject: SubjectId,
    },
}

impl Restriction {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let client = self.link.client(screen)?;
        match self.verb {
            Verb::Put { subject, reason } => told(
                &client.restrict(subject, &reason).await?,
                &format!("{subject} 已限制处理"),
                &format!("processing for {subject} is restricted"),
                screen,
            ),
            Verb::Lift { subject } => told(
                &client.lift_restriction(subject).await?,
                &format!("{subject} 已解除限制"),
                &format!("processing for {subject} is free again"),
                screen,
            ),
        }
    }
}

fn told(done: &TakenDown, zh: &str, en: &str, screen: &Screen) -> Result<(), Fault> {
    let entry = done.entry;
    screen.answer(done, || match screen.language {
        shouxin_client::Language::Chinese => format!("{zh}(账本第 {entry} 条)"),
        shouxin_client::Language::English => format!("{en} (ledger entry {entry})"),
    })
}

/// A name of the register: it becomes part of an address.
fn slug(text: &str) -> Result<String, &'static str> {
    if is_slug(text) {
        Ok(text.to_owned())
    } else {
        Err("a purpose or notice is a word of small letters, digits and hyphens")
    }
}
