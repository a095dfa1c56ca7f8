//! `shouxin-verify`: checks an audit ledger offline, with the public key and nothing else.

mod chinese;
mod options;
mod time;

use std::fs::{self, File};
use std::io::{self, BufReader, IsTerminal, Read, Write};
use std::process::ExitCode;

use options::{Command, Options, Unusable};
use shouxin_ledger::{
    Algorithm, EntryProof, GrowthProof, Lang, LeafProof, ProofFileError, Receipt, Report,
    SignedCheckpoint, Trust, VerifierKey, verify_export,
};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|arg| arg.to_string_lossy().into_owned())
        .collect();
    let say = Say {
        lang: options::language(&args),
        out: String::new(),
    };
    let (text, code) = match options::parse(&args).and_then(|options| run(&options, say)) {
        Ok(answer) => answer,
        Err(Unusable(en, zh)) => {
            let text = match options::language(&args) {
                Lang::En => format!("shouxin-verify: {en}\n"),
                Lang::Zh => format!("shouxin-verify：{zh}\n"),
            };
            // Nowhere is left to report a failure to write.
            let _ = io::stderr().write_all(text.as_bytes());
            return ExitCode::from(2);
        }
    };
    match io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::from(code),
        Err(_) => ExitCode::from(2),
    }
}

fn run(options: &Options, mut say: Say) -> Result<(String, u8), Unusable> {
    let is_right = match options.command {
        Command::Help => {
            say.out = match say.lang {
                Lang::En => include_str!("help.en.txt").to_owned(),
                Lang::Zh => include_str!("help.zh.txt").to_owned(),
            };
            true
        }
        Command::Version => {
            say.out = format!("shouxin-verify {}\n", env!("CARGO_PKG_VERSION"));
            true
        }
        Command::Export => export(options, &mut say)?,
        Command::Proof => proof(options, &mut say)?,
        Command::Growth => growth(options, &mut say)?,
        Command::Checkpoint => checkpoints(options, &mut say)?,
        Command::Receipt => receipt(options, &mut say)?,
    };
    Ok((say.out, u8::from(!is_right)))
}

fn export(options: &Options, say: &mut Say) -> Result<bool, Unusable> {
    let path = &options.files[0];
    let trust = match (options.keys.is_empty(), options.trust_header) {
        (false, false) => Trust::Keys(options.keys.clone()),
        (true, true) => Trust::OwnKeys,
        _ => {
            return Err(Unusable(
                "give either --key or --trust-header: the keys that an export names prove nothing \
                 about who wrote it; get the log's key from its operator by another way"
                    .into(),
                "请给出 --key 或 --trust-header 之一：导出文件自己列出的公钥不能证明由谁写成；\
                 请从其他途径向运营方取得账本的公钥"
                    .into(),
            ));
        }
    };
    let reader: Box<dyn Read> = if path == "-" {
        Box::new(io::stdin())
    } else {
        let file = File::open(path).map_err(|why| Unusable::file(path, why))?;
        let size = file.metadata().map_or(0, |data| data.len());
        Box::new(Progress {
            inner: file,
            size,
            read: 0,
            shown: None,
        })
    };
    let reader = BufReader::with_capacity(1 << 20, reader);
    let report =
        verify_export(reader, trust, &options.kept).map_err(|why| Unusable::file(path, why))?;
    say.report(&report);
    Ok(report.is_right())
}

/// A proof of one entry: with the entry, or with its hash alone.
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum OneProof {
    Entry(EntryProof),
    Leaf(LeafProof),
}

impl OneProof {
    fn verify(&self, keys: &[VerifierKey]) -> Result<SignedCheckpoint, ProofFileError> {
        match self {
            Self::Entry(proof) => proof.verify(keys),
            Self::Leaf(proof) => proof.verify(keys),
        }
    }

    fn tell(&self, say: &mut Say) {
        match self {
            Self::Entry(EntryProof { index, entry, .. }) => {
                say.item("entry", "条目", &index.to_string());
                say.item("when", "时间", &time::rfc3339(entry.at));
                let kind = match say.lang {
                    Lang::En => entry.kind.word(),
                    Lang::Zh => entry.kind.chinese(),
                };
                say.item("kind", "类型", kind);
                say.item("actor", "操作者", &entry.actor);
            }
            Self::Leaf(LeafProof { index, leaf, .. }) => {
                say.item("entry", "条目", &index.to_string());
                say.item("hash", "哈希", &leaf.to_string());
            }
        }
    }
}

fn proof(options: &Options, say: &mut Say) -> Result<bool, Unusable> {
    let proof: OneProof = json(options)?;
    match proof.verify(&options.keys) {
        Ok(signed) => {
            say.line(
                "right: the ledger holds this entry",
                "正确：账本中确有此条目",
            );
            proof.tell(say);
            say.checkpoint(&signed);
            Ok(true)
        }
        Err(why) => {
            say.line(
                &format!("WRONG: {why}"),
                &format!("有误：{}", chinese::proof(&why)),
            );
            Ok(false)
        }
    }
}

fn growth(options: &Options, say: &mut Say) -> Result<bool, Unusable> {
    let proof: GrowthProof = json(options)?;
    match proof.verify(&options.keys) {
        Ok((older, newer)) => {
            say.line(
                "right: the newer ledger begins with the older one",
                "正确：新账本以旧账本开头，其间只增不改",
            );
            say.checkpoint(&older);
            say.checkpoint(&newer);
            Ok(true)
        }
        Err(why) => {
            say.line(
                &format!("WRONG: {why}"),
                &format!("有误：{}", chinese::proof(&why)),
            );
            Ok(false)
        }
    }
}

fn receipt(options: &Options, say: &mut Say) -> Result<bool, Unusable> {
    need_keys(options)?;
    let path = &options.files[0];
    let text = fs::read(path).map_err(|why| Unusable::file(path, why))?;
    match Receipt::parse(&text).and_then(|receipt| receipt.verify(&options.keys)) {
        Ok(checked) => {
            say.line(
                "right: the receipt is as it was signed, and the ledger tells the same",
                "正确：回执与签署时一致，账本所记相同",
            );
            say.item("purpose", "目的", &checked.purpose);
            say.said(&checked.state);
            say.item("entry", "条目", &checked.proof.proof.index.to_string());
            say.item("when", "时间", &time::rfc3339(checked.proof.proof.entry.at));
            if let Some(look) = &checked.proof.last_allowed {
                say.look("last read", "最后一次获准查阅", look);
            }
            if let Some(look) = &checked.proof.first_denied {
                say.look("first denied", "首次被拒查阅", look);
            }
            say.checkpoint(&checked.checkpoint);
            Ok(true)
        }
        Err(why) => {
            say.line(
                &format!("WRONG: {why}"),
                &format!("有误：{}", chinese::receipt(&why)),
            );
            Ok(false)
        }
    }
}

fn checkpoints(options: &Options, say: &mut Say) -> Result<bool, Unusable> {
    need_keys(options)?;
    let mut all: Vec<(&String, SignedCheckpoint)> = Vec::new();
    let mut is_right = true;
    for path in &options.files {
        let signed = options::checkpoint(path)?;
        match signed.verify(&options.keys) {
            Ok(_) => {
                say.line(&format!("right: {path}"), &format!("正确：{path}"));
                say.checkpoint(&signed);
                let (new, ours) = (&signed.checkpoint, all.iter());
                if let Some((other, _)) = ours.into_iter().find(|(_, old)| {
                    let old = &old.checkpoint;
                    old.origin == new.origin && old.size == new.size && old.root != new.root
                }) {
                    is_right = false;
                    say.line(
                        &format!("WRONG: forked: {path} and {other} have one size and two roots"),
                        &format!("有误：分叉：{path} 与 {other} 大小相同而根不同"),
                    );
                }
                all.push((path, signed));
            }
            Err(why) => {
                is_right = false;
                say.line(
                    &format!("WRONG: {path}: {why}"),
                    &format!("有误：{path}：{}", chinese::note(&why)),
                );
            }
        }
    }
    Ok(is_right)
}

fn need_keys(options: &Options) -> Result<(), Unusable> {
    if options.keys.is_empty() {
        return Err(Unusable(
            "give the log's key with --key".into(),
            "请用 --key 给出账本的公钥".into(),
        ));
    }
    Ok(())
}

fn json<T: for<'de> serde::Deserialize<'de>>(options: &Options) -> Result<T, Unusable> {
    need_keys(options)?;
    let path = &options.files[0];
    let text = fs::read(path).map_err(|why| Unusable::file(path, why))?;
    serde_json::from_slice(&text).map_err(|why| Unusable::file(path, why))
}

/// Collects the answer in one language.
struct Say {
    lang: Lang,
    out: String,
}

impl Say {
    fn line(&mut self, en: &str, zh: &str) {
        self.out.push_str(match self.lang {
            Lang::En => en,
            Lang::Zh => zh,
        });
        self.out.push('\n');
    }

    fn item(&mut self, en: &str, zh: &str, value: &str) {
        self.line(&format!("  {en:<12} {value}"), &format!("  {zh}：{value}"));
    }

    fn said(&mut self, state: &str) {
        let chinese = chinese::state(state);
        self.line(
            &format!("  {:<12} {state}", "said"),
            &format!("  表示：{chinese}"),
        );
    }

    fn look(&mut self, en: &str, zh: &str, look: &EntryProof) {
        let at = time::rfc3339(look.entry.at);
        self.item(en, zh, &format!("{} ({at})", look.index));
    }

    fn checkpoint(&mut self, signed: &SignedCheckpoint) {
        let checkpoint = &signed.checkpoint;
        self.item("log", "账本", &checkpoint.origin);
        self.item("size", "条目数", &checkpoint.size.to_string());
        self.item("root", "树根", &checkpoint.root.to_string());
        if let Some(at) = checkpoint.at() {
            self.item("signed at", "签署时间", &time::rfc3339(at));
        }
    }

    fn report(&mut self, report: &Report) {
        if report.is_right() {
            self.line(
                "right: every entry is as it was recorded",
                "正确：每条条目均与记录时一致",
            );
        } else {
            let count = report.findings.len() as u64 + report.more;
            self.line(
                &format!("WRONG: {count} finding(s)"),
                &format!("有误：发现 {count} 处"),
            );
            for finding in report.findings.iter().take(SHOWN) {
                let text = finding.text(self.lang);
                self.line(&format!("  {text}"), &format!("  {text}"));
            }
            if let Some(more) = count.checked_sub(SHOWN as u64).filter(|more| *more > 0) {
                self.line(&format!("  and {more} more"), &format!("  另有 {more} 处"));
            }
            if report.signed.is_none() {
                self.line(
                    "no trusted checkpoint covers anything in this file",
                    "没有可信的检查点涵盖此文件中的任何内容",
                );
            }
        }
        if let Some(origin) = &report.origin {
            self.item("log", "账本", origin);
        }
        self.item("entries", "条目数", &report.entries.to_string());
        if let Some((first, last)) = report.times {
            let (first, last) = (time::rfc3339(first), time::rfc3339(last));
            self.item("from, to", "起止时间", &format!("{first}  {last}"));
        }
        if let Some((size, root)) = report.signed {
            self.item("signed size", "已签名的大小", &size.to_string());
            self.item("root", "树根", &root.to_string());
        }
        if let Some(at) = report.signed_at {
            self.item("signed at", "签署时间", &time::rfc3339(at));
        }
        self.item("checkpoints", "检查点", &report.checkpoints.to_string());
        for (key, count) in &report.signers {
            self.signer(key, *count);
        }
        for (kind, count) in &report.kinds {
            self.line(
                &format!("  {:<12} {count}", kind.word()),
                &format!("  {}：{count}", kind.chinese()),
            );
        }
        if report.unknown > 0 {
            self.item("later kinds", "更新版本的条目", &report.unknown.to_string());
        }
        if report.keys_from_file {
            self.line(
                "note: the keys are those of the file itself; this shows that it agrees with itself, not who wrote it",
                "注意：公钥取自文件自身；这只说明文件自身一致，不说明由谁写成",
            );
        }
    }

    fn signer(&mut self, key: &VerifierKey, count: u64) {
        let algorithm = match key.algorithm() {
            Algorithm::Ed25519 => "Ed25519",
            Algorithm::Sm2Sm3 => "SM2/SM3",
        };
        self.item(
            "signed by",
            "签名",
            &format!("{key} ({algorithm}) × {count}"),
        );
    }
}

/// How many findings are printed.
const SHOWN: usize = 20;

/// Shows on a terminal how much of a file was read.
struct Progress {
    inner: File,
    size: u64,
    read: u64,
    shown: Option<u64>,
}

impl Read for Progress {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.read += count as u64;
        let percent = self.read.saturating_mul(100).checked_div(self.size);
        if percent != self.shown && self.size > LARGE && io::stderr().is_terminal() {
            self.shown = percent;
            let percent = percent.unwrap_or(100);
            let mut line = format!("\r{percent:>3} %");
            if count == 0 || percent >= 100 {
                line = "\r      \r".to_owned();
            }
            io::stderr().write_all(line.as_bytes())?;
        }
        Ok(count)
    }
}

/// Smaller files are read before a percentage could be.
const LARGE: u64 = 50_000_000;
