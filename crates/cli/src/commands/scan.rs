//! `shouxin scan`.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use clap::{Args, ValueEnum};
use shouxin_detect::Kind;
use shouxin_scan::databases::{self, Address, Asked};
use shouxin_scan::report::{Source, baseline, discovery, html, sarif, summary};
use shouxin_scan::{Finding, Problem, Report, Settings, files};
use shouxin_vault::world::{Machine, World};
use tempfile::TempDir;

use super::detect::Detection;
use crate::fault::Fault;
use crate::out::Out;
use crate::screen::Screen;
use crate::{progress, prompt};

/// Find personal information in files, folders and databases
///
/// A folder is walked with all folders in it: text and logs in any encoding, CSV, XLSX, JSON, DOCX, PDF,
/// mails with their attachments, HTML, Parquet, SQLite. What a file is, its content says. Of a database's
/// tables a sample is read, in a session that cannot write. Reports hold masked values at most. A database on another
/// machine is reached by TLS, its certificate checked; ?sslmode=require encrypts without the check.
///
/// Exit codes: 0 scanned, and nothing found that --fail-on names; 3 such was found; 1 the scan could not be
/// carried out, or was stopped; 2 wrong usage. What could not be read stands in the report.
///
/// Example:
///   shouxin scan /srv/share --format html --output report.html
///   pg_dump crm | shouxin scan - --name crm-dump
///   shouxin scan . --format sarif --fail-on ID_CARD,BANK_CARD --baseline last.sarif > now.sarif
///   shouxin scan postgres://reader@127.0.0.1:5432/crm --exclude '*.log*' --format discovery
///   shouxin scan mysql://reader@db.example.com/shop --ca ca.pem --password-file secret
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Scan {
    /// A file, a folder, - for standard input, sqlite:FILE, postgres://USER@HOST/DATABASE or mysql://USER@HOST[/DATABASE]
    source: String,
    /// What is written
    #[arg(long, value_enum, default_value_t = Format::Summary)]
    format: Format,
    /// Write there instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// End with exit code 3 if one of these kinds is found, or `any`
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    fail_on: Vec<String>,
    /// An earlier report in SARIF: what it tells is not new, and fails no more
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Look for these kinds alone, such as PHONE,ID_CARD
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    kinds: Vec<String>,
    #[command(flatten)]
    detection: Detection,
    /// What the source is called in the report; otherwise the folder's or database's name
    #[arg(long)]
    name: Option<String>,
    /// Rows of each table of a database that are looked at
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    rows: u64,
    /// Schemas or tables of a database to look at: SCHEMA, SCHEMA.TABLE, with `*`
    #[arg(long, value_name = "PATTERN", value_delimiter = ',')]
    include: Vec<String>,
    /// Schemas or tables to leave out
    #[arg(long, value_name = "PATTERN", value_delimiter = ',')]
    exclude: Vec<String>,
    /// Seconds that one statement of a database may take
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    timeout: u64,
    /// A file with the database's password, which its owner alone may read; or set SHOUXIN_SCAN_PASSWORD
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Ask for the database's password
    #[arg(long)]
    ask_password: bool,
    /// Reach a database on another machine without encryption
    #[arg(long)]
    unencrypted: bool,
    /// Certificate authorities in PEM that a database's certificate must come from; otherwise those of this machine
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Threads for a folder; otherwise as many as the machine has
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64))]
    threads: Option<u16>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a person at a terminal
    Summary,
    /// A finding a line
    Jsonl,
    /// SARIF 2.1.0
    Sarif,
    /// A page for people, in one file
    Html,
    /// What the server's discovery takes: places and shares, no values
    Discovery,
}

impl Scan {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let fails_on = fails_on(&self.fail_on)?;
        let settings = Arc::new(self.settings()?);
        let earlier = self.baseline.as_deref().map(read_baseline).transpose()?;
        let address = Address::parse(&self.source).map_err(usage)?;
        let mut out = Out::open(self.output.as_deref())?;
        stop_on_interrupt(&settings);
        let report = match &address {
            None if self.source == super::STANDARD_INPUT => {
                let spooled = Spooled::of(&mut io::stdin().lock())?;
                self.folder(&spooled.path(), screen, &settings, &mut out)?
            }
            None => self.folder(Path::new(&self.source), screen, &settings, &mut out)?,
            Some(address) => self.database(address, screen, &settings, &mut out).await?,
        };
        let Some(report) = report else {
            return Ok(());
        };
        let text = match self.format {
            Format::Summary => summary::render(&report, screen.language),
            Format::Jsonl => {
                for (document, place, problem) in report.problems() {
                    let place = if place.is_empty() { "" } else { place };
                    let text = problem.text();
                    screen.aside(
                        format!("{document} {place}: {}", text.zh),
                        format!("{document} {place}: {}", text.en),
                    );
                }
                String::new()
            }
            Format::Sarif => sarif::render(&report, earlier.as_ref()).map_err(unwritten)?,
            Format::Html => html::render(&report, screen.language).map_err(unwritten)?,
            Format::Discovery => discovery::render(&report)?,
        };
        unless_left(put(&mut out, text.as_bytes()))?;
        if !text.is_empty() && !text.ends_with('\n') {
            unless_left(put(&mut out, b"\n"))?;
        }
        out.close()?;
        verdict(&report, fails_on, earlier.as_ref())
    }

    fn settings(&self) -> Result<Settings, Fault> {
        let mut settings = Settings::new(self.detection.detector()?);
        settings.kinds = self
            .kinds
            .iter()
            .map(|word| kind(word))
            .collect::<Result<_, _>>()?;
        settings.topics = !self.detection.structured && self.kinds.is_empty();
        Ok(settings)
    }

    fn folder(
        &self,
        root: &Path,
        screen: &Screen,
        settings: &Settings,
        out: &mut dyn Write,
    ) -> Result<Option<Report>, Fault> {
        let folder = files::list(root, &settings.limits).map_err(|problem| {
            let text = problem.text();
            Fault::no(
                format!("{}:{}", root.display(), text.zh),
                format!("{}: {}", root.display(), text.en),
            )
        })?;
        let bar = progress::bytes(screen, "扫描", "scanning", folder.bytes());
        let threads = self.threads.map_or_else(
            || std::thread::available_parallelism().map_or(1, usize::from),
            usize::from,
        );
        let mut tell = |finding: &Finding| told(out, finding);
        let documents = files::scan(
            &folder,
            settings,
            threads,
            (self.format == Format::Jsonl).then_some(&mut tell),
            &|bytes| bar.inc(bytes),
        );
        bar.finish_and_clear();
        let Some(documents) = unless_left(documents)? else {
            return Ok(None);
        };
        Ok(Some(Report {
            name: self.name.clone().unwrap_or_else(|| name_of(root)),
            source: Source::Files,
            scanned_at: Machine.now().rfc3339(),
            documents,
            scanned: folder.files.len() as u64,
            bytes: folder.bytes(),
        }))
    }

    async fn database(
        &self,
        address: &Address,
        screen: &Screen,
        settings: &Settings,
        out: &mut dyn Write,
    ) -> Result<Option<Report>, Fault> {
        let asked = Asked {
            rows: self.rows,
            include: self.include.clone(),
            exclude: self.exclude.clone(),
            timeout_seconds: self.timeout,
            allows_unencrypted: self.unencrypted,
            authorities: self.ca.clone(),
        };
        let password = match address {
            Address::Sqlite(_) => None,
            _ => self.password(screen)?,
        };
        let bar = progress::bar(screen, "扫描", "scanning", 0);
        let mut tell = |finding: &Finding| told(out, finding);
        let documents = databases::scan(
            address,
            password.as_deref(),
            &asked,
            settings,
            (self.format == Format::Jsonl).then_some(&mut tell),
            &|done, all| {
                bar.set_length(all);
                bar.set_position(done);
            },
        )
        .await;
        bar.finish_and_clear();
        let Some(documents) = unless_left(documents)? else {
            return Ok(None);
        };
        Ok(Some(Report {
            name: self.name.clone().unwrap_or_else(|| address.name()),
            source: address.source(),
            scanned_at: Machine.now().rfc3339(),
            scanned: documents.len() as u64,
            documents,
            bytes: 0,
        }))
    }

    /// From a file, the environment, or a person; none if nobody says any.
    fn password(&self, screen: &Screen) -> Result<Option<String>, Fault> {
        if self.password_file.is_some() || self.ask_password {
            let question = screen.pick("数据库密码:", "Password of the database: ");
            return prompt::password_or_file(self.password_file.as_deref(), question).map(Some);
        }
        Ok(std::env::var("SHOUXIN_SCAN_PASSWORD").ok())
    }
}

/// Standard input as a file that its owner alone may read: what a document is, its end may tell. It goes with
/// this value.
struct Spooled(TempDir);

impl Spooled {
    fn of(input: &mut dyn Read) -> Result<Self, Fault> {
        let spooled = TempDir::new().map(Self).map_err(unspooled)?;
        let mut file = File::create(spooled.path()).map_err(unspooled)?;
        io::copy(input, &mut file).map_err(unspooled)?;
        Ok(spooled)
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("stdin")
    }
}

fn unspooled(error: io::Error) -> Fault {
    Fault::because(
        "标准输入无法存入临时目录(TMPDIR)",
        "standard input cannot be kept in the folder for temporary files (TMPDIR)",
        &error,
    )
}

/// What was scanned; nothing if whoever read the findings has left, which is no fault.
fn unless_left<T>(done: Result<T, Problem>) -> Result<Option<T>, Fault> {
    match done {
        Err(Problem::ReaderLeft) => Ok(None),
        other => Ok(Some(other?)),
    }
}

/// The name of a folder, wherever one stands.
fn name_of(root: &Path) -> String {
    let whole = fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
    whole.file_name().map_or_else(
        || "/".to_owned(),
        |name| name.to_string_lossy().into_owned(),
    )
}

fn told(out: &mut dyn Write, finding: &Finding) -> Result<(), Problem> {
    let mut line = serde_json::to_vec(finding).map_err(io::Error::from)?;
    line.push(b'\n');
    put(out, &line)
}

fn put(out: &mut dyn Write, bytes: &[u8]) -> Result<(), Problem> {
    Ok(out.write_all(bytes)?)
}

fn unwritten(error: impl std::error::Error) -> Fault {
    Fault::because("报告写不出来", "the report cannot be written", &error)
}

fn usage(problem: Problem) -> Fault {
    let text = problem.text();
    Fault::unable(text.zh, text.en)
}

fn kind(word: &str) -> Result<Kind, Fault> {
    Kind::from_word(&word.trim().to_uppercase()).ok_or_else(|| {
        let known: Vec<&str> = Kind::ALL.iter().map(|kind| kind.word()).collect();
        let known = known.join(", ");
        Fault::unable(
            format!("没有名为 {word} 的种类;有:{known}"),
            format!("there is no kind {word}; there are {known}"),
        )
    })
}

/// The kinds that make the command fail; all for `any`.
fn fails_on(words: &[String]) -> Result<BTreeSet<Kind>, Fault> {
    if words.iter().any(|word| word == "any") {
        return Ok(Kind::ALL.iter().copied().collect());
    }
    words.iter().map(|word| kind(word)).collect()
}

fn read_baseline(path: &Path) -> Result<BTreeSet<String>, Fault> {
    let text = fs::read_to_string(path).map_err(|error| Fault::file(path, &error))?;
    baseline::read(&text).map_err(|_| {
        Fault::unable(
            format!("{}:不是 SARIF 报告", path.display()),
            format!("{}: no report in SARIF", path.display()),
        )
    })
}

fn verdict(
    report: &Report,
    fails_on: BTreeSet<Kind>,
    earlier: Option<&BTreeSet<String>>,
) -> Result<(), Fault> {
    let found: Vec<&str> = baseline::new_kinds(report, earlier)
        .intersection(&fails_on)
        .map(|kind| kind.word())
        .collect();
    if found.is_empty() {
        return Ok(());
    }
    let found = found.join(", ");
    Err(Fault::found(
        format!("发现 --fail-on 所列的个人信息:{found}"),
        format!("found what --fail-on names: {found}"),
    ))
}

/// Ctrl-C asks the scan to end where it is; a second one ends the program.
fn stop_on_interrupt(settings: &Arc<Settings>) {
    let settings = Arc::clone(settings);
    tokio::spawn(async move {
        let mut asked = false;
        while tokio::signal::ctrl_c().await.is_ok() {
            if asked {
                std::process::exit(1);
            }
            asked = true;
            settings.stop.store(true, Ordering::Relaxed);
        }
    });
}
