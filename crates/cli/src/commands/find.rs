//! `shouxin search` and `shouxin count`.

use std::fmt::Write as _;

use clap::Args;
use shouxin_model::{FieldRef, SearchMode};
use shouxin_wire::counts::CountRequest;
use shouxin_wire::searches::SearchRequest;

use crate::fault::Fault;
use crate::link::Link;
use crate::prompt;
use crate::screen::{Screen, Table};

/// Find people by a sealed field
///
/// The value is asked for, or read from standard input: an argument would stand in the shell's history
/// and in the list of processes. Only people whom the purpose ties to you are found. The search counts
/// against the purpose's quota and is in the ledger. A pseudonym that the server gave is looked for as a
/// value is (mode exact).
///
/// Example:
///   shouxin search --field customer.mobile --mode last4 --purpose repair-contact
///   echo 欧阳 | shouxin search --field customer.name --mode surname --purpose repair-contact
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Search {
    /// The field, as collection.field
    #[arg(long)]
    field: FieldRef,
    /// How: exact, last4, prefix, name, surname or initials; the field must offer it
    #[arg(long, default_value = "exact", value_parser = mode)]
    mode: SearchMode,
    /// What for: a purpose of the register
    #[arg(long)]
    purpose: String,
    /// How many at most, 1 to 100
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100))]
    limit: u32,
    #[command(flatten)]
    link: Link,
}

impl Search {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let client = self.link.client(screen)?;
        let value = prompt::word(screen.pick("要找的内容:", "What to look for: "))?;
        let request = SearchRequest {
            field: self.field,
            mode: self.mode,
            value,
            purpose: self.purpose,
            limit: self.limit,
        };
        let answer = client.search(&request).await?;
        screen.answer(&answer, || {
            let mut table =
                Table::new([screen.pick("主体", "person"), screen.pick("记录", "record")]);
            for found in &answer.matches {
                table.row([&found.subject.to_string(), &found.record.to_string()]);
            }
            let mut out = if answer.matches.is_empty() {
                String::new()
            } else {
                table.render()
            };
            let (count, entry) = (answer.matches.len(), answer.entry);
            let more = if answer.more {
                screen.pick("(还有更多)", " (there are more)")
            } else {
                ""
            };
            // Writing to a String cannot fail.
            let _ = match screen.pick("zh", "en") {
                "zh" => writeln!(out, "找到 {count} 个{more},记入账本第 {entry} 条。"),
                _ => writeln!(out, "{count} found{more}, ledger entry {entry}."),
            };
            out
        })
    }
}

fn mode(word: &str) -> Result<SearchMode, String> {
    serde_json::from_value(serde_json::Value::from(word))
        .map_err(|_| "one of exact, last4, prefix, name, surname, initials".to_owned())
}

/// Count people by group, never fewer than ten
///
/// Groups of fewer than ten people are left out, and how many were is said.
///
/// Example:
///   shouxin count --purpose regional-performance --collection work_order --by region,status
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Count {
    /// What for: a purpose of the register
    #[arg(long)]
    purpose: String,
    /// The collection whose people are counted
    #[arg(long)]
    collection: String,
    /// One or two fields of the collection to group by, parted by a comma
    #[arg(long, value_delimiter = ',', required = true, value_name = "FIELDS")]
    by: Vec<String>,
    #[command(flatten)]
    link: Link,
}

impl Count {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let request = CountRequest {
            purpose: self.purpose,
            collection: self.collection,
            group_by: self.by.clone(),
        };
        let answer = self.link.client(screen)?.count(&request).await?;
        screen.answer(&answer, || {
            let mut table = Table::new([&self.by.join(" / "), screen.pick("人数", "people")]);
            for group in &answer.groups {
                let by: Vec<&str> =
                    self.by.iter().map(|field| group.by.get(field).map_or("", String::as_str)).collect();
                table.row([&by.join(" / "), &group.subjects.to_string()]);
            }
            let mut out = table.render();
            let (left_out, smallest, entry) = (answer.suppressed_groups, answer.smallest_group, answer.entry);
            // Writing to a String cannot fail.
            let _ = match screen.pick("zh", "en") {
                "zh" => writeln!(out, "另有 {left_out} 组不足 {smallest} 人,未显示。记入账本第 {entry} 条。"),
                _ => writeln!(out, "{left_out} more with fewer than {smallest} people are not shown. Ledger entry {entry}."),
            };
            out
        })
    }
}
