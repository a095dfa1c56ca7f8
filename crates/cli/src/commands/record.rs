//! `shouxin record`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use shouxin_model::SubjectId;
use shouxin_wire::records::RecordWrite;

use crate::fault::Fault;
use crate::link::Link;
use crate::screen::Screen;

/// Write single records
///
/// A record is matched by its collection's key: it is created, merged with the one that is there, or
/// found unchanged. The values come as JSON from a file or standard input, never as arguments.
///
/// Example:
///   echo '{"name": "测试", "mobile": "13800000000"}' | shouxin record write customer
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct RecordCommand {
    #[command(subcommand)]
    verb: RecordVerb,
    #[command(flatten)]
    link: Link,
}

#[derive(Subcommand, Debug)]
enum RecordVerb {
    /// Create or merge a record
    Write {
        /// The collection
        collection: String,
        /// The person it belongs to, `sub_…`; otherwise the key decides, or someone new is made
        #[arg(long)]
        subject: Option<SubjectId>,
        /// A file with the values, one JSON object of field names and texts; otherwise standard input
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
    },
}

impl RecordCommand {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let RecordVerb::Write {
            collection,
            subject,
            file,
        } = self.verb;
        let client = self.link.client(screen)?;
        let text = match &file {
            Some(path) => {
                std::fs::read_to_string(path).map_err(|error| Fault::file(path, &error))?
            }
            None => std::io::read_to_string(std::io::stdin()).map_err(|error| {
                Fault::because("无法读取标准输入", "standard input cannot be read", &error)
            })?,
        };
        // What is wrong with the JSON is told by its place: the message itself may repeat a value.
        let values: BTreeMap<String, String> = serde_json::from_str(&text).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            Fault::unable(
                format!("第 {line} 行第 {column} 列:应为一个 JSON 对象,由字段名和文本组成"),
                format!("line {line}, column {column}: one JSON object of field names and texts is needed"),
            )
        })?;
        let written = client
            .write(&RecordWrite {
                collection,
                subject,
                values,
            })
            .await?;
        screen.answer(&written, || {
            let entry = written.entry;
            let outcome = match written.outcome.as_str() {
                "created" => screen.pick("新建", "created"),
                "merged" => screen.pick("合并", "merged"),
                "unchanged" => screen.pick("未变", "unchanged"),
                other => other,
            };
            let (subject, record) = (written.subject, written.record);
            screen
                .pick(
                    &format!("{outcome}:主体 {subject},记录 {record},记入账本第 {entry} 条。"),
                    &format!("{outcome}: person {subject}, record {record}, ledger entry {entry}."),
                )
                .to_owned()
        })
    }
}
