//! `shouxin trace`.

use std::path::{Path, PathBuf};

use clap::Args;
use shouxin_client::{Client, Upload};
use shouxin_model::Caller;
use shouxin_vault::Vault;
use shouxin_wire::exports::{TraceAnswer, TraceFound};

use crate::fault::Fault;
use crate::link::Link;
use crate::offline::Offline;
use crate::progress;
use crate::screen::{Screen, Table};

/// Tell from a leaked copy which export it came from
///
/// Knows a copy by the decoys among its rows, in any order, with columns or rows missing, as CSV, NDJSON, XLSX or
/// plain text, in UTF-8 or GB18030, and by its visible mark. The file is read once and nothing of it is kept;
/// the question is recorded. Says no (exit code 1) if it is no export of ours, as far as can be told.
/// Nobody is told of their own exports, or they could find the decoys by trial: somebody else asks.
/// With `--data` it works on a data directory that no server has open.
///
/// Example:
///   shouxin trace found-on-a-stick.xlsx
///   shouxin trace leaked.csv --data /var/lib/shouxin
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Trace {
    /// The file
    file: PathBuf,
    #[command(flatten)]
    offline: Offline,
    #[command(flatten)]
    link: Link,
}

impl Trace {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let answer = if !self.offline.is_named() {
            online(&self.link.client(screen)?, &self.file, screen).await?
        } else {
            let place = self.offline.place()?;
            let vault = place.open_vault(screen, None).await?;
            let traced = offline(&vault, &self.file).await;
            vault.close().await;
            traced?
        };
        screen.answer(&answer, || shown(&answer, screen))?;
        if answer.found.is_empty() {
            return Err(Fault::no(
                "不是他人的导出文件,或诱饵与水印已全部去除(不会告知本人的导出)",
                "no export of ours, or every decoy and mark of it is gone (nobody is told of their own)",
            ));
        }
        Ok(())
    }
}

/// Sends the file while a bar shows how far it is.
async fn online(client: &Client, file: &Path, screen: &Screen) -> Result<TraceAnswer, Fault> {
    let size = std::fs::metadata(file)
        .map_err(|error| Fault::file(file, &error))?
        .len();
    let upload = Upload::default();
    let bar = progress::bytes(screen, "追溯", "Tracing", size);
    let tracing = client.trace(file, &upload);
    tokio::pin!(tracing);
    let mut tick = tokio::time::interval(std::time::Duration::from_millis(300));
    let answer = loop {
        tokio::select! {
            answer = &mut tracing => break answer,
            _ = tick.tick() => bar.set_position(upload.sent_bytes()),
        }
    };
    bar.finish_and_clear();
    Ok(answer?)
}

async fn offline(vault: &Vault, path: &Path) -> Result<TraceAnswer, Fault> {
    let file = std::fs::File::open(path).map_err(|error| Fault::file(path, &error))?;
    let name = path.to_string_lossy().into_owned();
    let traced = vault
        .trace(&Caller::operator(), file, Some(name))
        .await
        .map_err(|error| Fault::because("无法追溯", "the file cannot be traced", &error))?;
    let found = traced.found.into_iter().map(|found| TraceFound {
        export: found.export,
        actor: found.actor,
        at: found.at,
        purpose: found.purpose,
        // To the operator, who has the keys.
        reason: found.reason.expose().clone(),
        entry: found.began,
        decoys_found: found.decoys_found,
        decoys: found.decoys,
        bits: found.bits,
        visible: found.visible.word().to_owned(),
    });
    Ok(TraceAnswer {
        found: found.collect(),
        rows: traced.rows,
        entry: traced.entry,
    })
}

fn shown(answer: &TraceAnswer, screen: &Screen) -> String {
    let mut out = String::new();
    if !answer.found.is_empty() {
        let mut table = Table::new([
            screen.pick("导出", "export"),
            screen.pick("导出人", "by"),
            screen.pick("时间", "at"),
            screen.pick("用途", "purpose"),
            screen.pick("理由", "reason"),
            screen.pick("账本条目", "entry"),
            screen.pick("诱饵", "decoys"),
            screen.pick("巧合概率", "by chance"),
            screen.pick("可见水印", "mark"),
        ]);
        for found in &answer.found {
            table.row([
                &found.export.to_string(),
                &found.actor,
                &found.at.rfc3339(),
                &found.purpose,
                &found.reason,
                &found
                    .entry
                    .map_or_else(|| "–".to_owned(), |entry| entry.to_string()),
                &format!("{}/{}", found.decoys_found, found.decoys),
                &chance(found.bits),
                visible(&found.visible, screen),
            ]);
        }
        out = table.render();
    }
    out.push_str(
        &screen
            .pick(
                "共查看 {rows} 行;此次追溯记入账本第 {entry} 条。",
                "{rows} rows were looked at; the question is on record as ledger entry {entry}.",
            )
            .replace("{rows}", &answer.rows.to_string())
            .replace("{entry}", &answer.entry.to_string()),
    );
    out
}

/// Once in how many: a power of ten that is easier to read than one of two.
fn chance(bits: u32) -> String {
    match bits {
        0 => "–".to_owned(),
        bits => format!("< 10^-{}", bits * 3 / 10),
    }
}

fn visible<'a>(word: &'a str, screen: &Screen) -> &'a str {
    match word {
        "absent" => screen.pick("无", word),
        "intact" => screen.pick("完好", word),
        "altered" => screen.pick("被改动", word),
        other => other,
    }
}
