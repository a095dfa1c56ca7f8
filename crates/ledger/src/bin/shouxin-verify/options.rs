//! The command line.

use std::fs;

use crate::chinese;
use shouxin_ledger::{Lang, SignedCheckpoint, VerifierKey};

/// What was asked for.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) command: Command,
    pub(crate) files: Vec<String>,
    pub(crate) keys: Vec<VerifierKey>,
    pub(crate) trust_header: bool,
    pub(crate) kept: Vec<SignedCheckpoint>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Help,
    Version,
    Export,
    Proof,
    Growth,
    Checkpoint,
    Receipt,
}

/// Wrong usage, or a file that cannot be read: in English and Chinese.
#[derive(Debug)]
pub(crate) struct Unusable(pub(crate) String, pub(crate) String);

impl Unusable {
    pub(crate) fn file(path: &str, why: impl std::fmt::Display) -> Self {
        Self(
            format!("{path}: {why}"),
            format!("{path}：无法读取（{why}）"),
        )
    }
}

/// The language that `--lang` or else the locale asks for.
pub(crate) fn language(args: &[String]) -> Lang {
    let asked = args
        .iter()
        .enumerate()
        .find_map(|(place, arg)| match arg.strip_prefix("--lang") {
            Some("") => args.get(place + 1).cloned(),
            Some(value) => value.strip_prefix('=').map(str::to_owned),
            None => None,
        });
    let locale = || {
        ["LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
    };
    match asked.or_else(locale) {
        Some(language) if language.starts_with("zh") => Lang::Zh,
        _ => Lang::En,
    }
}

/// Reads the command line and the files that its options name.
pub(crate) fn parse(args: &[String]) -> Result<Options, Unusable> {
    let mut options = Options {
        command: Command::Help,
        files: Vec::new(),
        keys: Vec::new(),
        trust_header: false,
        kept: Vec::new(),
    };
    let mut words = Vec::new();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let (name, inline) = match arg.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name, Some(value)),
            _ => (arg.as_str(), None),
        };
        let mut value = || {
            inline
                .or_else(|| args.next().map(String::as_str))
                .ok_or_else(|| {
                    Unusable(
                        format!("{name} needs a value"),
                        format!("{name} 需要一个值"),
                    )
                })
        };
        match name {
            "--help" | "-h" => return Ok(options),
            "--version" => {
                options.command = Command::Version;
                return Ok(options);
            }
            "--trust-header" => options.trust_header = true,
            "--key" => options.keys.extend(keys(value()?)?),
            "--checkpoint" => options.kept.push(checkpoint(value()?)?),
            "--lang" => match value()? {
                "en" | "zh" => {}
                _ => {
                    return Err(Unusable(
                        "--lang is en or zh".into(),
                        "--lang 为 en 或 zh".into(),
                    ));
                }
            },
            _ if name.starts_with("--") => {
                return Err(Unusable(
                    format!("there is no option {name}; see --help"),
                    format!("没有选项 {name}；见 --help"),
                ));
            }
            _ => words.push(arg.clone()),
        }
    }
    let mut words = words.into_iter();
    options.command = match words.next().as_deref() {
        None | Some("help") => Command::Help,
        Some("export") => Command::Export,
        Some("proof") => Command::Proof,
        Some("growth") => Command::Growth,
        Some("checkpoint") => Command::Checkpoint,
        Some("receipt") => Command::Receipt,
        Some(word) => {
            return Err(Unusable(
                format!("there is no command {word}; see --help"),
                format!("没有命令 {word}；见 --help"),
            ));
        }
    };
    options.files = words.collect();
    let wanted = match options.command {
        Command::Help | Command::Version => return Ok(options),
        Command::Checkpoint => !options.files.is_empty(),
        Command::Export | Command::Proof | Command::Growth | Command::Receipt => {
            options.files.len() == 1
        }
    };
    let fits =
        options.command == Command::Export || (options.kept.is_empty() && !options.trust_header);
    if wanted && fits {
        return Ok(options);
    }
    Err(Unusable(
        "name one file after the command; see --help".into(),
        "请在命令后给出一个文件；见 --help".into(),
    ))
}

/// The keys of an argument: one key, or a file with one a line.
fn keys(argument: &str) -> Result<Vec<VerifierKey>, Unusable> {
    let wrong = |why: shouxin_ledger::KeyError| {
        Unusable(
            format!("--key: {why}"),
            format!("--key：{}", chinese::key(why)),
        )
    };
    let text = match argument.parse::<VerifierKey>() {
        Ok(key) => return Ok(vec![key]),
        Err(why) => fs::read_to_string(argument).map_err(|_| wrong(why))?,
    };
    let lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.parse().map_err(wrong)).collect()
}

/// The checkpoint in a file.
pub(crate) fn checkpoint(path: &str) -> Result<SignedCheckpoint, Unusable> {
    let text = fs::read_to_string(path).map_err(|why| Unusable::file(path, why))?;
    SignedCheckpoint::parse(&text).map_err(|why| {
        Unusable(
            format!("{path}: {why}"),
            format!("{path}：{}", chinese::note(&why)),
        )
    })
}
