//! `shouxin detect` and `shouxin redact`.

mod documents;
mod told;

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Seek, Write};
use std::num::NonZero;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use indicatif::ProgressBar;
use serde::Serialize;
use shouxin_detect::{Detector, Hit, Operator, Piece, Recognisers, Scope, Stream, redact, topics};
use shouxin_scan::rewrite::{self, Decoded, Form};
use shouxin_scan::{Problem, Settings};
use shouxin_vault::detection::Coarser;

use self::documents::{Document, Looking};
use self::told::{Each, Label, Part, Span, Spans};
use super::stand_ins::{Keyed, Vaulted};
use crate::fault::Fault;
use crate::link::Link;
use crate::out::Out;
use crate::progress;
use crate::screen::Screen;

/// Find personal information in text
///
/// Reads files, or standard input without any, and writes one line of JSON for each document (`--format
/// jsonl`: lines `{"id","text"}` become `{"id","spans":[{"start","end","type",…}]}`) or for each hit (`--format
/// text`). Sentences on health, religion, biometrics and minors are told as `topics`, or with `topic` instead
/// of `type`. Offsets count Unicode characters, `…_byte` bytes of UTF-8; `context` is the word that announced
/// it. Values are never repeated. Text is read in UTF-8, GB18030 or UTF-16; of several files each line says
/// which. Memory stays the same however long the input is. For tables, office files and databases see
/// `shouxin scan`.
///
/// Example:
///   shouxin detect chat.txt
///   shouxin detect --format jsonl < documents.jsonl > spans.jsonl
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Detect {
    /// The files; standard input without any, or for `-`
    files: Vec<PathBuf>,
    #[command(flatten)]
    how: How,
}

/// Take personal information out of text
///
/// Writes a copy in which every hit is replaced. It cannot be undone, but for pseudonyms that the server
/// gives: a search for one, under a purpose, leads back (shouxin search). What a file is, its content
/// says: text and logs, CSV, JSON and NDJSON are rewritten as a stream; XLSX and DOCX are written anew;
/// others are refused. Standard input is text.
///
/// Example:
///   shouxin redact chat.txt > chat.redacted.txt
///   shouxin redact customers.xlsx --output customers.redacted.xlsx
///   shouxin redact --operator mask --format jsonl < documents.jsonl
///   shouxin redact --operator pseudonym --new-key-file study.key calls.txt > calls.study.txt
///   shouxin redact --operator pseudonym --vault calls.txt > calls.study.txt
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Redact {
    /// The files; standard input without any, or for `-`
    files: Vec<PathBuf>,
    /// What takes the place of a hit
    #[arg(long, value_enum, default_value_t = Replacement::Label)]
    operator: Replacement,
    /// With `pseudonym`: the file that holds the key, mode 0600; the same key, the same pseudonyms
    #[arg(long, value_name = "FILE", conflicts_with_all = ["new_key_file", "vault"])]
    key_file: Option<PathBuf>,
    /// With `pseudonym`: make a key and keep it in this file
    #[arg(long, value_name = "FILE", conflicts_with = "vault")]
    new_key_file: Option<PathBuf>,
    /// With `pseudonym`: ask the server, which can lead back; files are read twice
    #[arg(long)]
    vault: bool,
    /// Write there instead of standard output; one file only
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    how: How,
    #[command(flatten)]
    link: Link,
}

#[derive(Args, Debug)]
struct How {
    /// What the input is: running text, or JSON with a document a line
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// With `jsonl`: on how many threads; by default on one for each core, 16 at most
    #[arg(long, value_name = "N")]
    threads: Option<NonZero<usize>>,
    #[command(flatten)]
    detection: Detection,
}

/// What is looked for.
#[derive(Args, Debug)]
pub(super) struct Detection {
    /// Leave names and addresses out, which is many times as fast
    #[arg(long)]
    pub(super) structured: bool,
    /// A file with recognisers of your own, in TOML: [[recogniser]] with name, kind, pattern
    #[arg(long, value_name = "FILE")]
    recognisers: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Running text
    Text,
    /// `{"id","text"}` a line
    Jsonl,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Replacement {
    /// Its kind: [PHONE]
    Label,
    /// As many `*` as it had characters
    Mask,
    /// Nothing
    Remove,
    /// The same stand-in for the same value, in the shape of its kind, where no real value lies
    Pseudonym,
    /// A coarser truth: district, decade, network, class of goods; its kind where there is none
    Generalise,
}

impl Detect {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let how = self.how;
        let detector = how.detection.detector()?;
        let labels = !how.detection.structured;
        let mut out = Out::open(None)?;
        let files = inputs(self.files);
        let names_files = files.len() > 1;
        work(&files, screen, |input, bar, path| {
            let file = path.filter(|_| names_files);
            match how.format {
                Format::Text => each_piece(input, &detector, bar, |piece| {
                    told(&mut out, piece, file)?;
                    let passages = if labels {
                        topics(&piece.text)
                    } else {
                        Vec::new()
                    };
                    passages.iter().try_for_each(|passage| {
                        line(&mut out, &Label::of(passage, piece.chars_before, file))
                    })
                }),
                Format::Jsonl => {
                    let looking = how.looking(&detector);
                    let spans = |lines: &mut Vec<u8>, document: &Document<'_>, hits: &[Hit]| {
                        let passages = if labels {
                            topics(&document.text)
                        } else {
                            Vec::new()
                        };
                        let whole = Part::whole(&document.text);
                        let spans = Spans {
                            id: document.id,
                            spans: Each(hits, |hit| Span::of(hit, whole, None)),
                            topics: Each(&passages, |passage| Label::of(passage, 0, None)),
                        };
                        line(lines, &spans)
                    };
                    documents::each(
                        input,
                        looking,
                        bar,
                        spans,
                        |lines| Ok(out.write_all(lines)?),
                    )
                }
            }
        })?;
        out.close()
    }
}

impl Redact {
    pub(crate) async fn run(mut self, screen: &Screen) -> Result<(), Fault> {
        self.files = inputs(self.files);
        let settings = Settings::new(self.how.detection.detector()?);
        let replacing = self.replacement(&settings, screen).await?;
        let operator = replacing.operator();
        if self.files.len() > 1 && self.output.is_some() {
            return Err(Fault::unable(
                "--output 只能用于一个文件",
                "--output is for one file",
            ));
        }
        let mut out = Out::open(self.output.as_deref())?;
        match self.how.format {
            Format::Jsonl => work(&self.files, screen, |input, bar, _| {
                let looking = self.how.looking(&settings.detector);
                let copy = |lines: &mut Vec<u8>, document: &Document<'_>, hits: &[Hit]| {
                    let text = redact(&document.text, hits, operator).into();
                    let id = document.id;
                    line(lines, &Document { id, text })
                };
                documents::each(input, looking, bar, copy, |lines| Ok(out.write_all(lines)?))
            })?,
            Format::Text if self.files.is_empty() => work(&[], screen, |input, bar, _| {
                let input = bar.wrap_read(input);
                rewrite::text(input, &mut out, operator, &settings).map(drop)
            })?,
            Format::Text => {
                for path in &self.files {
                    self.copy(path, operator, &settings, &mut out)?;
                }
            }
        }
        out.close()
    }

    /// What takes the place of a hit.
    async fn replacement(&self, settings: &Settings, screen: &Screen) -> Result<Replacing, Fault> {
        let has_key = self.key_file.is_some() || self.new_key_file.is_some() || self.vault;
        if has_key != matches!(self.operator, Replacement::Pseudonym) {
            return Err(needs_key());
        }
        Ok(match self.operator {
            Replacement::Label => Replacing::Same(Operator::Label),
            Replacement::Mask => Replacing::Same(Operator::Mask),
            Replacement::Remove => Replacing::Same(Operator::Remove),
            Replacement::Generalise => Replacing::Same(Operator::By(&Coarser)),
            Replacement::Pseudonym if self.vault => {
                Replacing::Vaulted(self.of_vault(settings, screen).await?)
            }
            Replacement::Pseudonym => {
                let made = self.new_key_file.as_deref().map(Keyed::make);
                let read = || self.key_file.as_deref().map(Keyed::read);
                let keyed = made.or_else(read).ok_or_else(needs_key)??;
                Replacing::Keyed(keyed)
            }
        })
    }

    /// Goes through the files once to learn the values, and asks the server for a pseudonym of each.
    async fn of_vault(&self, settings: &Settings, screen: &Screen) -> Result<Vaulted, Fault> {
        if self.files.is_empty() {
            return Err(Fault::unable(
                "--vault 要读两遍，标准输入只能读一遍；请给出文件",
                "--vault reads twice, and standard input can be read once: name a file",
            ));
        }
        let vaulted = Vaulted::default();
        let operator = Operator::By(&vaulted);
        match self.how.format {
            Format::Jsonl => work(&self.files, screen, |input, bar, _| {
                let looking = self.how.looking(&settings.detector);
                let learn = |_: &mut Vec<u8>, document: &Document<'_>, hits: &[Hit]| {
                    redact(&document.text, hits, operator);
                    Ok(())
                };
                documents::each(input, looking, bar, learn, |_| Ok(()))
            })?,
            Format::Text => {
                for path in &self.files {
                    let form = rewrite::form_of(path).map_err(|problem| about(path, &problem))?;
                    let done = if is_archive(form) {
                        rewrite::copy(
                            path,
                            form,
                            &mut io::Cursor::new(Vec::new()),
                            operator,
                            settings,
                        )
                    } else {
                        rewrite::copy(path, form, &mut io::empty(), operator, settings)
                    };
                    done.map_err(|problem| about(path, &problem))?;
                }
            }
        }
        vaulted.ask(&self.link.client(screen)?).await?;
        Ok(vaulted)
    }

    /// A copy of one file. Office files are archives, whose end tells where things are: they are written
    /// apart first.
    fn copy(
        &self,
        path: &Path,
        operator: Operator<'_>,
        settings: &Settings,
        out: &mut Out,
    ) -> Result<(), Fault> {
        let form = rewrite::form_of(path).map_err(|problem| about(path, &problem))?;
        let is_archive = is_archive(form);
        if is_archive && self.output.is_none() && io::stdout().is_terminal() {
            return Err(Fault::unable(
                format!("{}:副本不是文字,请用 --output 写到文件", path.display()),
                format!(
                    "{}: the copy is no text; write it to a file with --output",
                    path.display()
                ),
            ));
        }
        let done = if is_archive {
            let mut held = io::Cursor::new(Vec::new());
            rewrite::copy(path, form, &mut held, operator, settings)
                .and_then(|_| Ok(out.write_all(held.get_ref())?))
        } else {
            rewrite::copy(path, form, &mut Forward(out), operator, settings).map(drop)
        };
        match done {
            Err(Problem::ReaderLeft) => Ok(()),
            other => other.map_err(|problem| about(path, &problem)),
        }
    }
}

/// What takes the place of hits, and what it needs for that.
enum Replacing {
    Same(Operator<'static>),
    Keyed(Keyed),
    Vaulted(Vaulted),
}

impl Replacing {
    fn operator(&self) -> Operator<'_> {
        match self {
            Self::Same(operator) => *operator,
            Self::Keyed(keyed) => Operator::By(keyed),
            Self::Vaulted(vaulted) => Operator::By(vaulted),
        }
    }
}

fn needs_key() -> Fault {
    Fault::unable(
        "--operator pseudonym 需要 --key-file、--new-key-file 或 --vault 之一，其他方式不需要",
        "--operator pseudonym takes one of --key-file, --new-key-file and --vault; the others take none",
    )
}

const fn is_archive(form: Form) -> bool {
    matches!(form, Form::Xlsx | Form::Docx)
}

/// A stream that is only written forward.
struct Forward<'o>(&'o mut Out);

impl Write for Forward<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Seek for Forward<'_> {
    fn seek(&mut self, _: io::SeekFrom) -> io::Result<u64> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// A problem with a file. Exit code 1.
fn about(path: &Path, problem: &Problem) -> Fault {
    let (path, text) = (path.display(), problem.text());
    Fault::no(
        format!("{path}:{}", text.zh),
        format!("{path}: {}", text.en),
    )
}

impl How {
    const fn looking<'d>(&self, detector: &'d Detector) -> Looking<'d> {
        Looking {
            detector,
            threads: self.threads,
        }
    }
}

impl Detection {
    /// The detector for it.
    pub(super) fn detector(&self) -> Result<Detector, Fault> {
        let detector = Detector::with_scope(if self.structured {
            Scope::Structured
        } else {
            Scope::All
        });
        let Some(path) = &self.recognisers else {
            return Ok(detector);
        };
        let text = std::fs::read_to_string(path).map_err(|error| Fault::file(path, &error))?;
        let own = Recognisers::parse(&text).map_err(|fault| {
            let path = path.display();
            let (zh, en) = match fault.place {
                Some(place) => (
                    format!("第 {place} 个 recogniser："),
                    format!("recogniser {place}: "),
                ),
                None => (String::new(), String::new()),
            };
            Fault::unable(
                format!("{path}：{zh}{}", fault.why.zh),
                format!("{path}: {en}{}", fault.why.en),
            )
        })?;
        Ok(detector.with(own))
    }
}

/// The files; none if standard input is asked for by its sign.
fn inputs(mut files: Vec<PathBuf>) -> Vec<PathBuf> {
    if matches!(files.as_slice(), [only] if only == Path::new(super::STANDARD_INPUT)) {
        files.clear();
    }
    files
}

/// Each file in turn, or standard input. A reader that left early is no fault.
fn work(
    files: &[PathBuf],
    screen: &Screen,
    mut one: impl FnMut(&mut dyn BufRead, &ProgressBar, Option<&Path>) -> Result<(), Problem>,
) -> Result<(), Fault> {
    let mut run = |input: &mut dyn BufRead, path: Option<&Path>, size: u64| {
        let bar = progress::bytes(screen, "查找", "searching", size);
        let done = one(input, &bar, path);
        bar.finish_and_clear();
        match done {
            Err(Problem::ReaderLeft) => Ok(()),
            other => other.map_err(|problem| {
                about(path.unwrap_or(Path::new(super::STANDARD_INPUT)), &problem)
            }),
        }
    };
    if files.is_empty() {
        return run(
            &mut BufReader::with_capacity(1 << 16, io::stdin().lock()),
            None,
            0,
        );
    }
    for path in files {
        let file = File::open(path).map_err(|error| Fault::file(path, &error))?;
        let size = file.metadata().map_or(0, |told| told.len());
        run(
            &mut BufReader::with_capacity(1 << 16, file),
            Some(path),
            size,
        )?;
    }
    Ok(())
}

/// Running text in pieces, in any encoding. Bytes that form no character become U+FFFD.
fn each_piece(
    input: &mut dyn BufRead,
    detector: &Detector,
    bar: &ProgressBar,
    mut tell: impl FnMut(&Piece) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let mut source = Decoded::open(bar.wrap_read(input))?;
    let mut stream = Stream::new(detector);
    while let Some(text) = source.piece()? {
        for piece in stream.push(&text) {
            tell(&piece)?;
        }
    }
    tell(&stream.finish())
}

/// One line for each hit of a piece.
fn told(out: &mut Out, piece: &Piece, file: Option<&Path>) -> Result<(), Problem> {
    piece
        .hits
        .iter()
        .try_for_each(|hit| line(out, &Span::of(hit, Part::of(piece), file)))
}

fn line(out: &mut impl Write, value: &impl Serialize) -> Result<(), Problem> {
    serde_json::to_writer(&mut *out, value).map_err(|_| Problem::Damaged)?;
    Ok(out.write_all(b"\n")?)
}
