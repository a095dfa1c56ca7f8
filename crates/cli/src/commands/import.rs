//! `shouxin import`.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use shouxin_client::{Client, ClientError, Upload};
use shouxin_model::{FieldKind, ImportId};
use shouxin_wire::Code;
use shouxin_wire::imports::Import;

use crate::fault::Fault;
use crate::home::{Begun, Home};
use crate::link::Link;
use crate::progress;
use crate::screen::{Screen, Table};

/// Import a file of customers
///
/// CSV, NDJSON or XLSX in UTF-8 or GB18030. A mapping says which column goes to which field; `--guess`
/// proposes one by looking at the values: read it, correct it, and import with it. Every row ends as
/// created, merged, unchanged or refused, with the reason. An import that was interrupted goes on where
/// it stopped when the same command is run again: nothing is lost, nothing is doubled.
///
/// Example:
///   shouxin import customers.csv --guess > customers.map.toml
///   shouxin import customers.csv --map customers.map.toml --outcomes outcomes.csv
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct ImportFile {
    /// The file
    file: PathBuf,
    /// The mapping, TOML
    #[arg(
        long,
        value_name = "FILE",
        required_unless_present = "guess",
        conflicts_with = "guess"
    )]
    map: Option<PathBuf>,
    /// Propose a mapping and print it; nothing is imported
    #[arg(long)]
    guess: bool,
    /// Where to write what became of each row, as CSV
    #[arg(long, value_name = "FILE", conflicts_with = "guess")]
    outcomes: Option<PathBuf>,
    /// Begin anew, even if an import of this file was interrupted
    #[arg(long)]
    fresh: bool,
    #[command(flatten)]
    link: Link,
}

impl ImportFile {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let client = self.link.client(screen)?;
        let Some(map) = &self.map else {
            return guess(&client, &self.file, screen).await;
        };
        let mapping = std::fs::read_to_string(map).map_err(|error| Fault::file(map, &error))?;
        let size = std::fs::metadata(&self.file)
            .map_err(|error| Fault::file(&self.file, &error))?
            .len();
        let home = Home::find()?;
        let import = self.begin(&client, &home, &mapping, screen).await?;
        let result = send_in_turn(&client, import, &self.file, size, screen).await;
        let done = match result {
            Ok(done) => done,
            Err(error) => {
                screen.aside(
                    "导入中断。再次运行同一命令即从中断处继续。",
                    "The import was interrupted. The same command goes on where it stopped.",
                );
                return Err(error.into());
            }
        };
        let mut begun = home.imports()?;
        begun.retain(|known| known.import != import);
        home.keep_imports(&begun)?;
        if let Some(path) = &self.outcomes {
            outcomes(&client, import, path).await?;
        }
        screen.answer(&done, || shown(&done, self.outcomes.as_deref(), screen))
    }

    /// Opens an import, or finds the one of this file that was interrupted.
    async fn begin(
        &self,
        client: &Client,
        home: &Home,
        mapping: &str,
        screen: &Screen,
    ) -> Result<ImportId, Fault> {
        let file = self
            .file
            .canonicalize()
            .map_err(|error| Fault::file(&self.file, &error))?;
        let server = client.server().to_owned();
        let actor = self.link.actor(home)?;
        let mut begun = home.imports()?;
        let is_same = |known: &Begun| {
            known.server == server
                && known.actor == actor
                && known.file == file
                && known.mapping == mapping
        };
        let known = begun
            .iter()
            .find(|known| is_same(known))
            .map(|known| known.import);
        if let Some(import) = known.filter(|_| !self.fresh) {
            match client.import(import).await {
                Ok(status) if status.state == "open" => {
                    let rows = status.rows;
                    screen.aside(
                        format!("接着导入 {import}:已完成 {rows} 行。"),
                        format!("Going on with {import}: {rows} rows are done."),
                    );
                    return Ok(import);
                }
                Ok(_) => {}
                Err(ClientError::Problem(problem))
                    if Code::from_word(&problem.code) == Some(Code::NotFound) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let import = client.open_import(mapping).await?.import;
        begun.retain(|known| !is_same(known));
        begun.push(Begun {
            server,
            actor,
            file,
            mapping: mapping.to_owned(),
            import,
        });
        home.keep_imports(&begun)?;
        Ok(import)
    }
}

async fn guess(client: &Client, file: &Path, screen: &Screen) -> Result<(), Fault> {
    let bytes = std::fs::read(file).map_err(|error| Fault::file(file, &error))?;
    let answer = client.guess(&file.to_string_lossy(), bytes).await?;
    let (mapped, columns) = (answer.mapped, answer.columns);
    screen.aside(
        format!("{columns} 列中推测出 {mapped} 列。请核对后用 --map 导入。"),
        format!(
            "{mapped} of {columns} columns are mapped. Read it, correct it, then import with --map."
        ),
    );
    screen.answer(&answer, || answer.mapping.clone())
}

/// Sends the file, once whoever feeds this import already has ended.
///
/// After a kill the server may still be committing the last page of the connection that broke off.
async fn send_in_turn(
    client: &Client,
    import: ImportId,
    file: &Path,
    size: u64,
    screen: &Screen,
) -> Result<Import, ClientError> {
    for _ in 0..TURNS {
        match send(client, import, file, size, screen).await {
            Err(error) if error.code() == Some(Code::ImportBeingFed) => {
                tokio::time::sleep(TURN).await;
            }
            result => return result,
        }
    }
    send(client, import, file, size, screen).await
}

/// How long, and how often, an import waits for another feeder to end.
const TURN: Duration = Duration::from_millis(500);
const TURNS: usize = 20;

/// Sends the file while a bar shows bytes, rows, rate and time left.
async fn send(
    client: &Client,
    import: ImportId,
    file: &Path,
    size: u64,
    screen: &Screen,
) -> Result<Import, ClientError> {
    let upload = Upload::default();
    let bar = progress::bytes(screen, "导入", "Importing", size);
    let sending = client.send_file(import, file, &upload);
    tokio::pin!(sending);
    let mut tick = tokio::time::interval(Duration::from_millis(500));
    let result = loop {
        tokio::select! {
            result = &mut sending => break result,
            _ = tick.tick() => {
                // The server reads no faster than rows become durable: bytes sent tell how far it is.
                bar.set_position(upload.sent_bytes());
                if let Ok(status) = client.import(import).await {
                    bar.set_message(screen
                        .pick("导入 {rows} 行", "Importing, {rows} rows")
                        .replace("{rows}", &status.rows.to_string()));
                }
            }
        }
    };
    bar.finish_and_clear();
    result
}

async fn outcomes(client: &Client, import: ImportId, path: &Path) -> Result<(), Fault> {
    let failed = |error: std::io::Error| Fault::file(path, &error);
    let mut download = client.outcomes(import).await?;
    let mut file = std::fs::File::create(path).map_err(failed)?;
    while let Some(piece) = download.next().await? {
        file.write_all(&piece).map_err(failed)?;
    }
    file.sync_all().map_err(failed)
}

/// How many pieces of which kinds.
fn sealed_apart(pieces: &BTreeMap<String, u64>, screen: &Screen) -> String {
    let mut table = Table::new([screen.pick("种类", "kind"), screen.pick("处数", "pieces")]);
    for (word, count) in pieces {
        let title = FieldKind::from_word(word).map(FieldKind::title);
        let name = title
            .as_ref()
            .map_or(word.as_str(), |title| screen.pick(&title.zh, &title.en));
        table.row([name, &count.to_string()]);
    }
    table.render()
}

fn shown(done: &Import, outcomes: Option<&Path>, screen: &Screen) -> String {
    let mut table = Table::new([screen.pick("结果", "outcome"), screen.pick("行数", "rows")]);
    for (word, zh) in [
        ("created", "新建"),
        ("merged", "合并"),
        ("unchanged", "无变化"),
        ("refused", "拒绝"),
    ] {
        let count = done.counts.get(word).copied().unwrap_or(0);
        table.row([screen.pick(zh, word), &count.to_string()]);
    }
    let mut out = table.render();
    if !done.sealed_apart.is_empty() {
        out.push_str(screen.pick(
            "自由文本中查出的个人信息,已与文本分开加密:\n",
            "Found in free texts, and sealed apart from them:\n",
        ));
        out.push_str(&sealed_apart(&done.sealed_apart, screen));
    }
    out.push_str(
        &screen
            .pick(
                "共 {rows} 行,导入 {import}。",
                "{rows} rows in all, import {import}.",
            )
            .replace("{rows}", &done.rows.to_string())
            .replace("{import}", &done.import.to_string()),
    );
    match outcomes {
        Some(path) => {
            let path = path.display().to_string();
            out.push_str(
                &screen
                    .pick("每行的结果见 {path}。", " What became of each row: {path}.")
                    .replace("{path}", &path),
            );
        }
        None => out.push_str(screen.pick(
            "用 --outcomes 可得到每行的结果。",
            " --outcomes tells what became of each row.",
        )),
    }
    out
}
