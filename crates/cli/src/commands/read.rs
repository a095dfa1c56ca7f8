//! `shouxin read`.

use std::fmt::Write as _;

use clap::Args;
use shouxin_model::{FieldKind, FieldRef, RecordId, SubjectId};
use shouxin_wire::Because;
use shouxin_wire::reads::{FieldAnswer, ReadRequest};

use crate::fault::Fault;
use crate::link::Link;
use crate::screen::{Screen, Table};

/// Read fields of one person for a purpose
///
/// Every field is answered in the form that policy allows: clear, masked, generalised, tokenised or
/// withheld, with the rule that decided and who could change it. Masked is the default; `--clear` names
/// what must be opened. The read is in the ledger before anything is opened; the entry's number is shown.
///
/// Example:
///   shouxin read sub_0… --purpose repair-contact --fields customer.name,customer.mobile
///   shouxin read sub_0… --purpose repair-contact --fields customer.mobile --clear customer.mobile
///   shouxin read sub_0… --purpose ownership-check --fields customer.resident_id --explain
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Read {
    /// The person, `sub_…`
    subject: SubjectId,
    /// What for: a purpose of the register
    #[arg(long)]
    purpose: String,
    /// Which fields, as collection.field, parted by commas
    #[arg(long, value_delimiter = ',', required = true, value_name = "FIELDS")]
    fields: Vec<FieldRef>,
    /// Which of them must be opened
    #[arg(long, value_delimiter = ',', value_name = "FIELDS")]
    clear: Vec<FieldRef>,
    /// A kind of personal information to be opened in free texts, such as `mobile`; may be repeated
    #[arg(long = "clear-piece", value_name = "KIND", value_parser = kind)]
    clear_pieces: Vec<FieldKind>,
    /// The case that ties you to the person, `rec_…`; any open case if not named
    #[arg(long)]
    case: Option<RecordId>,
    /// The records whose values are wanted; all that hold the fields if none is named
    #[arg(long, value_name = "RECORD", value_delimiter = ',')]
    records: Vec<RecordId>,
    /// Say what would be answered and why, without data
    #[arg(long)]
    explain: bool,
    /// Why, in your words; only a digest of them is kept
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    link: Link,
}

/// A kind of the register, by its word.
fn kind(word: &str) -> Result<FieldKind, &'static str> {
    FieldKind::from_word(word)
        .ok_or("no such kind: use a word of the register, such as mobile / 没有这个种类")
}

impl Read {
    pub(crate) async fn run(mut self, screen: &Screen) -> Result<(), Fault> {
        // What must be opened is also asked for.
        for field in &self.clear {
            if !self.fields.contains(field) {
                self.fields.push(field.clone());
            }
        }
        let request = ReadRequest {
            fields: self.fields,
            purpose: self.purpose,
            case: self.case,
            records: self.records,
            clear: self.clear,
            clear_pieces: self.clear_pieces,
            reason: self.reason,
        };
        let client = self.link.client(screen)?;
        if self.explain {
            let answer = client.explain(self.subject, &request).await?;
            return screen.answer(&answer, || {
                let mut out = String::new();
                if answer.refused {
                    out.push_str(screen.pick(
                        "整个查阅会被拒绝:\n",
                        "The read as a whole would be refused:\n",
                    ));
                    answer
                        .because
                        .iter()
                        .for_each(|because| reason(&mut out, because, screen));
                }
                out + &fields(&answer.fields, screen)
            });
        }
        let answer = client.read(self.subject, &request).await?;
        screen.answer(&answer, || {
            let entry = answer.entry;
            let mut out = fields(&answer.fields, screen);
            let _ = match screen.pick("zh", "en") {
                "zh" => writeln!(out, "此次查阅为 {},记入账本第 {entry} 条。", answer.read),
                _ => writeln!(out, "This read is {}, ledger entry {entry}.", answer.read),
            };
            out
        })
    }
}

/// The fields with their forms, values and reasons.
fn fields(fields: &[FieldAnswer], screen: &Screen) -> String {
    let mut table = Table::new([
        screen.pick("字段", "field"),
        screen.pick("形式", "form"),
        screen.pick("值", "value"),
        screen.pick("原因", "why"),
        screen.pick("可由何人变更", "who can change it"),
    ]);
    for field in fields {
        let why: Vec<&str> = field
            .because
            .iter()
            .map(|because| because.text.as_str())
            .collect();
        let who: Vec<&str> = field
            .because
            .iter()
            .map(|because| because.changed_by.as_str())
            .collect();
        let (name, mut why, who) = (field.field.to_string(), why.join("; "), who.join("; "));
        if let Some(grant) = field.grant {
            why.push_str(screen.pick(" 依据授权 ", " By the grant "));
            why.push_str(&grant.to_string());
        }
        // The purpose of this command is to show them.
        let values: Vec<&str> = field
            .values
            .iter()
            .map(|value| value.value.as_str())
            .collect();
        let values = if values.is_empty() {
            "—".to_owned()
        } else {
            values.join("\n")
        };
        table.row([&name, field.form.word(), &values, &why, &who]);
    }
    let mut out = table.render();
    if fields.iter().any(|field| field.step_up) {
        out.push_str(screen.pick(
            "验证第二因素后可见更多:shouxin step-up\n",
            "A second factor would open more: shouxin step-up\n",
        ));
    }
    out
}

fn reason(out: &mut String, because: &Because, screen: &Screen) {
    // Writing to a String cannot fail.
    let _ = match screen.pick("zh", "en") {
        "zh" => writeln!(
            out,
            "  {}({};可由以下人员变更:{})",
            because.text, because.rule, because.changed_by
        ),
        _ => writeln!(
            out,
            "  {} ({}; could be changed by: {})",
            because.text, because.rule, because.changed_by
        ),
    };
}
