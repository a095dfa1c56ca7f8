//! `shouxin export`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use sha2::{Digest, Sha256};
use shouxin_client::{Client, ExportOrder};
use shouxin_model::{ApprovalId, ExportId, FieldRef, SubjectId};
use shouxin_wire::exports::{Export, ExportAsked};

use crate::fault::Fault;
use crate::link::Link;
use crate::private::Fresh;
use crate::progress;
use crate::screen::{Screen, Table};

/// Export records to a file: for a purpose, once somebody else has approved
///
/// Without `--approval` it shows exactly what would leave and asks for approval. With it, the same command
/// downloads the file: once. Fields leave in a protected form unless `--clear` names them. Among the rows stand
/// decoys, people who exist nowhere, by which `shouxin trace` knows a leaked copy; the first and last line say
/// whose export it is.
///
/// Example:
///   shouxin export --purpose rights-answer --fields customer.name,customer.mobile --reason "for the authority"
///   shouxin approvals list
///   shouxin export --approval apr_06fs8k0000000000000000000g --to copies.csv
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct ExportCommand {
    /// Download what this approval allows
    #[arg(long, value_name = "APPROVAL", requires = "to")]
    approval: Option<ApprovalId>,
    /// The file to write, mode 0600
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// The purpose
    #[arg(long, required_unless_present = "approval")]
    purpose: Option<String>,
    /// The columns, as `collection.field`, parted by commas
    #[arg(
        long,
        value_name = "FIELD",
        value_delimiter = ',',
        required_unless_present = "approval"
    )]
    fields: Vec<FieldRef>,
    /// Those of them that must leave clear, parted by commas
    #[arg(long, value_name = "FIELD", value_delimiter = ',')]
    clear: Vec<FieldRef>,
    /// The collection whose records are the rows; otherwise that of the first field
    #[arg(long)]
    collection: Option<String>,
    /// Only records whose facet has this value; may be repeated
    #[arg(long = "where", value_name = "FIELD=VALUE", conflicts_with = "subject")]
    filters: Vec<String>,
    /// Only this person, `sub_…`; may be repeated
    #[arg(long, value_name = "SUBJECT")]
    subject: Vec<SubjectId>,
    /// The most rows that may leave
    #[arg(long, value_name = "ROWS", default_value_t = 10_000)]
    most_rows: u64,
    /// The kind of file: csv (for Excel), csv-plain, ndjson or xlsx; otherwise as `--to` ends
    #[arg(long)]
    format: Option<String>,
    /// What stands above the columns: names, zh or en
    #[arg(long, default_value = "names")]
    headings: String,
    /// Why: whoever approves reads it, and whoever traces a leaked copy
    #[arg(long, required_unless_present = "approval")]
    reason: Option<String>,
    #[command(flatten)]
    link: Link,
}

impl ExportCommand {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let client = self.link.client(screen)?;
        if let (Some(approval), Some(to)) = (self.approval, &self.to) {
            let export = find(&client, approval).await?;
            let done = download(&client, &export, to, screen).await?;
            return screen.answer(&done, || finished(&done, to, screen));
        }
        let asked = client.ask_export(&self.order()?).await?;
        screen.answer(&asked, || planned(&asked, screen))
    }

    fn order(self) -> Result<ExportOrder, Fault> {
        let mut filters = BTreeMap::new();
        for pair in &self.filters {
            let Some((field, value)) = pair.split_once('=') else {
                return Err(Fault::unable(
                    "--where 应写成 字段=值",
                    "--where is written as FIELD=VALUE",
                ));
            };
            filters.insert(field.to_owned(), value.to_owned());
        }
        let first = self
            .fields
            .first()
            .map(|field| field.collection().to_owned());
        let format = self.format.unwrap_or_else(|| {
            let end = self.to.as_deref().and_then(Path::extension);
            match end.and_then(|end| end.to_str()) {
                Some("xlsx") => "xlsx".to_owned(),
                Some("ndjson" | "jsonl") => "ndjson".to_owned(),
                _ => "csv".to_owned(),
            }
        });
        Ok(ExportOrder {
            purpose: self.purpose.unwrap_or_default(),
            collection: self.collection.or(first).unwrap_or_default(),
            fields: self.fields,
            clear: self.clear,
            filters,
            people: (!self.subject.is_empty()).then_some(self.subject),
            most_rows: self.most_rows,
            format,
            headings: self.headings,
            reason: self.reason.unwrap_or_default(),
        })
    }
}

/// The export that waits for this approval.
async fn find(client: &Client, approval: ApprovalId) -> Result<Export, Fault> {
    // An approval names its export in its body, which no list cuts off.
    let body = client.approval(approval).await?.body;
    let id = body["export"]
        .as_str()
        .and_then(|id| id.parse::<ExportId>().ok());
    match id {
        Some(id) => Ok(client.export(id).await?),
        None => Err(Fault::no(
            format!("{approval} 不是导出的审批"),
            format!("{approval} is no approval of an export"),
        )),
    }
}

/// Writes the file, whole or not at all.
async fn download(
    client: &Client,
    export: &Export,
    to: &Path,
    screen: &Screen,
) -> Result<Export, Fault> {
    // Before the approval is spent: one download is all there is.
    let mut file = Fresh::create(to)?;
    let mut pieces = client.download_export(export.export).await?;
    let planned = export.plan["people"].as_u64().unwrap_or(0);
    let bar = progress::bar(screen, "导出", "Exporting", planned);
    let mut digest = Sha256::new();
    let mut tick = tokio::time::interval(std::time::Duration::from_millis(700));
    let result: Result<(), Fault> = loop {
        tokio::select! {
            piece = pieces.next() => match piece {
                Ok(Some(piece)) => {
                    digest.update(&piece);
                    if let Err(error) = file.write_all(&piece) {
                        break Err(Fault::file(to, &error));
                    }
                }
                Ok(None) => break Ok(()),
                Err(error) => break Err(error.into()),
            },
            _ = tick.tick() => {
                if let Ok(status) = client.export(export.export).await {
                    bar.set_position(status.people + status.left_out);
                }
            }
        }
    };
    bar.finish_and_clear();
    if let Err(fault) = result {
        screen.aside(
            "下载中断,文件未保存。一次审批只能下载一次:请重新申请。",
            "The download broke off and no file was kept. One approval is one download: ask anew.",
        );
        return Err(fault);
    }
    let done = client.export(export.export).await?;
    let hex: String = digest
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    if done.sha256.as_deref() != Some(hex.as_str()) {
        return Err(Fault::no(
            "文件与账本所记的摘要不符,未保存",
            "the file is not the one whose digest the ledger holds: it was not kept",
        ));
    }
    file.keep()?;
    Ok(done)
}

fn planned(asked: &ExportAsked, screen: &Screen) -> String {
    let plan = &asked.export.plan;
    let number = |key: &str| plan[key].as_u64().unwrap_or(0).to_string();
    let mut table = Table::new([
        screen.pick("字段", "field"),
        screen.pick("形式", "form"),
        screen.pick("规则", "rule"),
        screen.pick("理由", "reason"),
    ]);
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    for field in plan["fields"].as_array().into_iter().flatten() {
        let reason = &field["reason"][screen.pick("zh", "en")];
        table.row([
            &text(&field["field"]),
            &text(&field["form"]),
            &text(&field["rule"]),
            &text(reason),
        ]);
    }
    let mut out = table.render();
    out.push_str(
        &screen
            .pick(
                "将导出 {people} 人的 {rows} 行,至多 {most} 行,另有 {decoys} 行诱饵。\n",
                "{rows} rows of {people} people would leave, {most} at most, with {decoys} decoys among them.\n",
            )
            .replace("{people}", &number("people"))
            .replace("{rows}", &number("rows"))
            .replace("{most}", &number("at_most"))
            .replace("{decoys}", &number("decoys")),
    );
    if plan["traceable"].as_bool() != Some(true) {
        out.push_str(screen.pick(
            "注意:去掉可见水印后,这样的文件不能凭行内容追溯。\n",
            "Note: without its visible mark such a file cannot be traced by its rows.\n",
        ));
    }
    let approval = asked.approval.approval;
    out.push_str(
        &screen
            .pick(
                "等待审批:{approval}。由另一位个人信息保护负责人(protection-officer)批准:\n  shouxin approvals show {approval}\n批准后:\n  shouxin export --approval {approval} --to FILE\n",
                "Waiting for {approval}. Another protection officer approves:\n  shouxin approvals show {approval}\nThen:\n  shouxin export --approval {approval} --to FILE\n",
            )
            .replace("{approval}", &approval.to_string()),
    );
    out
}

/// Look at exports: one's own, or everybody's for those who oversee them
///
/// Example:
///   shouxin exports list
///   shouxin exports show exp_06fs8k0000000000000000000g
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Exports {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    link: Link,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// List the newest hundred
    List,
    /// Show how one stands, with what was proposed
    Show {
        /// The export
        export: ExportId,
    },
}

impl Exports {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let client = self.link.client(screen)?;
        match self.verb {
            Verb::List => {
                let list = client.exports().await?;
                screen.answer(&list, || listed(&list.exports, screen))
            }
            Verb::Show { export } => {
                let export = client.export(export).await?;
                screen.answer(&export, || {
                    let plan = serde_json::to_string_pretty(&export.plan).unwrap_or_default();
                    let digest = export.sha256.as_deref().unwrap_or("–");
                    let mut out = listed(std::slice::from_ref(&export), screen);
                    // Writing to a String cannot fail.
                    let _ = writeln!(out, "SHA-256: {digest}\n{plan}");
                    out
                })
            }
        }
    }
}

fn listed(exports: &[Export], screen: &Screen) -> String {
    if exports.is_empty() {
        return screen.pick("没有导出。", "There is no export.").to_owned();
    }
    let mut table = Table::new([
        screen.pick("导出", "export"),
        screen.pick("状态", "state"),
        screen.pick("审批", "approval"),
        screen.pick("申请人", "asked by"),
        screen.pick("目的", "purpose"),
        screen.pick("行数", "rows"),
        screen.pick("人数", "people"),
        screen.pick("略去", "left out"),
        screen.pick("申请时间", "asked at"),
    ]);
    for one in exports {
        table.row([
            &one.export.to_string(),
            state(&one.state, screen),
            &one.approval.to_string(),
            &one.actor,
            &one.purpose,
            &one.rows.to_string(),
            &one.people.to_string(),
            &one.left_out.to_string(),
            &one.created_at.to_string(),
        ]);
    }
    table.render()
}

fn state<'a>(word: &'a str, screen: &Screen) -> &'a str {
    match word {
        "asked" => screen.pick("已申请", word),
        "running" => screen.pick("导出中", word),
        "done" => screen.pick("已完成", word),
        "broken" => screen.pick("已中断", word),
        "stopped" => screen.pick("已停止(发现外泄)", word),
        other => other,
    }
}

fn finished(done: &Export, to: &Path, screen: &Screen) -> String {
    screen
        .pick(
            "已导出 {people} 人的 {rows} 行到 {to}(权限 600),略去 {left} 人。账本条目 {entry}。",
            "{rows} rows of {people} people are in {to} (mode 600); {left} people were left out. Ledger entry {entry}.",
        )
        .replace("{people}", &done.people.to_string())
        .replace("{rows}", &done.rows.to_string())
        .replace("{left}", &done.left_out.to_string())
        .replace("{entry}", &done.entry.map(|entry| entry.to_string()).unwrap_or_default())
        .replace("{to}", &to.display().to_string())
}
