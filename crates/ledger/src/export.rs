//! The export: one text file that holds the ledger and all that is needed to check it.

use std::io::{self, BufRead, Write};

use serde::{Deserialize, Serialize};

use crate::audit::{Auditor, LookedAt, Trust};
use crate::lines::{self, read_line};
use crate::{Frontier, Hash, Problem, Report, SignedCheckpoint, VerifierKey};

/// Writes an export: lines of JSON in one spelling.
///
/// ```text
/// {"shouxin-ledger-export":1,"origin":"log.example/main","keys":["log.example/main+1a2b3c4d+Ab…"]}
/// {"i":0,"h":"<leaf hash, hex>","e":{…the entry…}}
/// {"checkpoint":"log.example/main\n1\n…","edge":["<hash, hex>"]}
/// {"i":1,"h":"…","e":{…}}
/// {"end":"log.example/main\n2\n…","edge":["<hash, hex>"]}
/// ```
///
/// The first line names the format, the log and its keys, which a verifier does not believe on the
/// file's word. `h` is `SHA-256(0x00 || entry)`. Each checkpoint stands behind the last entry that it
/// covers; `edge` holds the peaks of the tree there, largest first, so that damage before it does not
/// hide damage after it. The last line is the final checkpoint and covers every entry. Between two
/// checkpoints there should be at most some ten thousand entries: the nearer they stand, the closer
/// a rewritten entry is located, and a verifier keeps one hash for each entry between them.
#[derive(Debug)]
pub struct ExportWriter<W> {
    out: W,
    edge: Frontier,
}

impl<W: Write> ExportWriter<W> {
    /// Writes the first line.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn begin(mut out: W, origin: &str, keys: &[VerifierKey]) -> io::Result<Self> {
        let keys = keys.iter().map(ToString::to_string).collect();
        write_line(
            &mut out,
            &Header {
                format: FORMAT,
                origin: origin.to_owned(),
                keys,
            },
        )?;
        Ok(Self {
            out,
            edge: Frontier::new(),
        })
    }

    /// Writes the next entry with its leaf hash as the store holds it. The two are not compared here:
    /// an export shows a damaged store as it is.
    ///
    /// # Errors
    /// Those of `out`; `InvalidData` if `body` holds a newline, which no entry does.
    pub fn entry(&mut self, leaf: Hash, body: &[u8]) -> io::Result<()> {
        if body.contains(&b'\n') {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "an entry holds a newline",
            ));
        }
        write!(
            self.out,
            "{{\"i\":{},\"h\":\"{leaf}\",\"e\":",
            self.edge.size()
        )?;
        self.out.write_all(body)?;
        self.out.write_all(b"}\n")?;
        self.edge.append(leaf);
        Ok(())
    }

    /// How many entries were written.
    pub const fn size(&self) -> u64 {
        self.edge.size()
    }

    /// Writes a checkpoint of the entries written so far.
    ///
    /// # Errors
    /// Those of `out`; `InvalidData` if it is of another size.
    pub fn checkpoint(&mut self, signed: &str) -> io::Result<()> {
        self.of_this_size(signed)?;
        let edge = self.edge.peaks().to_vec();
        write_line(
            &mut self.out,
            &CheckpointLine {
                checkpoint: signed.to_owned(),
                edge,
            },
        )
    }

    /// Writes the last line, a checkpoint of all entries, and gives the writer back.
    ///
    /// # Errors
    /// Those of `out`; `InvalidData` if it is of another size.
    pub fn finish(mut self, signed: &str) -> io::Result<W> {
        self.of_this_size(signed)?;
        let edge = self.edge.peaks().to_vec();
        write_line(
            &mut self.out,
            &EndLine {
                end: signed.to_owned(),
                edge,
            },
        )?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn of_this_size(&self, signed: &str) -> io::Result<()> {
        match SignedCheckpoint::parse(signed) {
            Ok(signed) if signed.checkpoint.size == self.edge.size() => Ok(()),
            _ => Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!(
                    "not a checkpoint of the {} entries written",
                    self.edge.size()
                ),
            )),
        }
    }
}

/// Examines an export: every entry against its leaf hash, the tree against every checkpoint, every
/// signature, the numbering, and that nothing was cut off. `kept` are checkpoints that were kept
/// elsewhere; an export that is older than one of them, or tells another story, is found out.
///
/// Reads once, from front to back, and keeps one hash for each entry since the last checkpoint, and some
/// megabytes of lines, which the processors look at beside each other. Lines over 1 MiB count as damaged.
///
/// # Errors
/// Those of `reader`. What is wrong with the export is in the report.
pub fn verify_export(
    mut reader: impl BufRead,
    trust: Trust,
    kept: &[SignedCheckpoint],
) -> io::Result<Report> {
    let mut line = Vec::new();
    let whole = read_line(&mut reader, &mut line)?;
    let header = read_json::<Header>(&line).filter(|header| whole && header.format == FORMAT);
    let (origin, keys) = header.map_or((None, Some(Vec::new())), |header| {
        let keys = header
            .keys
            .iter()
            .map(|key| key.parse())
            .collect::<Result<Vec<_>, _>>();
        (Some(header.origin), keys.ok())
    });
    let is_header_right = origin.is_some() && keys.is_some();
    let mut auditor = Auditor::begin(trust, origin, keys.unwrap_or_default(), kept);
    if !is_header_right {
        auditor.wrong(Problem::Header, Some(1));
    }
    let mut rest = Rest {
        auditor,
        number: 2,
        ended: false,
    };
    lines::in_order(&mut reader, Line::read, |line| rest.take(line))?;
    Ok(rest.auditor.finish(rest.ended))
}

/// The lines after the first, as they are examined one after the other.
struct Rest {
    auditor: Auditor,
    /// That of the next line, counted from 1.
    number: u64,
    ended: bool,
}

impl Rest {
    /// Says whether there is a point in further lines.
    fn take(&mut self, line: Option<Line>) -> bool {
        let at = Some(self.number);
        self.number += 1;
        if self.ended {
            self.auditor.wrong(Problem::Trailing, at);
            return false;
        }
        match line {
            Some(Line::Entry(entry)) => self.auditor.looked_at(entry, at),
            Some(Line::Checkpoint(CheckpointLine { checkpoint, edge })) => {
                self.checkpoint(&checkpoint, &edge);
            }
            Some(Line::End(EndLine { end, edge })) => {
                self.checkpoint(&end, &edge);
                self.ended = true;
            }
            None => self.auditor.damaged(at),
        }
        true
    }

    /// On the line before `number`.
    fn checkpoint(&mut self, text: &str, edge: &[Hash]) {
        let at = Some(self.number - 1);
        if self.auditor.checkpoint(text, at) {
            self.auditor.edge(edge, at);
        }
    }
}

/// One line after the first.
enum Line {
    Entry(LookedAt),
    Checkpoint(CheckpointLine),
    End(EndLine),
}

impl Line {
    /// Reads a whole line and looks at its entry, if it holds one.
    fn read(line: &[u8]) -> Option<Self> {
        Self::entry(line)
            .or_else(|| read_json(line).map(Self::Checkpoint))
            .or_else(|| read_json(line).map(Self::End))
    }

    fn entry(line: &[u8]) -> Option<Self> {
        let rest = line.strip_prefix(b"{\"i\":")?;
        let (digits, rest) = rest.split_at(rest.iter().position(|byte| *byte == b',')?);
        let number: u64 = str::from_utf8(digits).ok()?.parse().ok()?;
        let (hash, rest) = rest.strip_prefix(b",\"h\":\"")?.split_at_checked(64)?;
        let body = rest.strip_prefix(b"\",\"e\":")?.strip_suffix(b"}")?;
        let is_plain =
            number == 0 && digits == b"0" || number > 0 && (b'1'..=b'9').contains(&digits[0]);
        let leaf = Hash::from_hex(hash).filter(|_| is_plain)?;
        Some(Self::Entry(LookedAt::of(number, leaf, body)))
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    #[serde(rename = "shouxin-ledger-export")]
    format: u32,
    origin: String,
    keys: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CheckpointLine {
    checkpoint: String,
    edge: Vec<Hash>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EndLine {
    end: String,
    edge: Vec<Hash>,
}

fn write_line(out: &mut impl Write, line: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}

/// Reads JSON in the one spelling that [`write_line`] gives it.
fn read_json<T: Serialize + for<'de> Deserialize<'de>>(line: &[u8]) -> Option<T> {
    let value = serde_json::from_slice(line).ok()?;
    (serde_json::to_vec(&value).ok()? == line).then_some(value)
}

const FORMAT: u32 = 1;

#[cfg(test)]
mod tests {
    use ed25519_dalek::Signer as _;
    use proptest::prelude::*;

    use super::*;
    use crate::{Checkpoint, Entry, Kind, Signer};

    fn signer() -> impl Signer {
        let secret = ed25519_dalek::SigningKey::from_bytes(&[1; 32]);
        let key = VerifierKey::ed25519("log.example", secret.verifying_key().as_bytes()).unwrap();
        (key, move |text: &[u8]| {
            Ok(secret.sign(text).to_bytes().to_vec())
        })
    }

    fn signed(size: u64, root: Hash) -> String {
        Checkpoint::new("log.example", size, root, 0)
            .sign(&[&signer()])
            .unwrap()
    }

    #[test]
    fn a_writer_takes_only_what_fits_what_it_wrote() {
        let mut writer = ExportWriter::begin(Vec::new(), "log.example", &[]).unwrap();
        let body = Entry::new(0, Kind::System, "operator").encode().unwrap();
        let leaf = Hash::of_leaf(&body);
        assert!(writer.entry(leaf, b"two\nlines").is_err());
        writer.entry(leaf, &body).unwrap();
        assert!(writer.checkpoint(&signed(2, leaf)).is_err());
        assert!(writer.checkpoint("no checkpoint").is_err());
        writer.checkpoint(&signed(1, leaf)).unwrap();
        assert!(writer.finish(&signed(0, Hash::EMPTY_TREE)).is_err());
    }

    /// Whoever is trusted may still sign nonsense; with its own keys, a file may hold any.
    #[test]
    fn sizes_at_the_end_of_all_numbers_are_borne() {
        let key = signer().key().to_string();
        let peaks = |size: u64| vec![Hash::EMPTY_TREE; size.count_ones() as usize];
        let line = |key: &str, size: u64| {
            let root = Frontier::from_peaks(size, peaks(size)).unwrap().root();
            let text = serde_json::to_string(&signed(size, root)).unwrap();
            let edge = serde_json::to_string(&peaks(size)).unwrap();
            format!("{{\"{key}\":{text},\"edge\":{edge}}}\n")
        };
        let entry = |number: u64| {
            format!(
                "{{\"i\":{number},\"h\":\"{}\",\"e\":{{}}}}\n",
                Hash::EMPTY_TREE
            )
        };
        let mut text = format!(
            "{{\"shouxin-ledger-export\":1,\"origin\":\"log.example\",\"keys\":[\"{key}\"]}}\n"
        );
        for part in [
            entry(u64::MAX),
            entry(0),
            line("checkpoint", u64::MAX - 1),
            entry(u64::MAX - 1),
            line("checkpoint", u64::MAX),
            "damage\n".to_owned(),
            entry(u64::MAX),
            line("end", u64::MAX),
        ] {
            text.push_str(&part);
            let report = verify_export(text.as_bytes(), Trust::OwnKeys, &[]).unwrap();
            assert!(
                !report.is_right() && !report.findings.is_empty(),
                "{report:#?}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_verifier_fall(
            lines in prop::collection::vec(prop_oneof![
                "\\{\"i\":[0-9]{1,20},\"h\":\"[0-9a-f]{64}\",\"e\":.{0,9}\\}",
                "\\{\"(checkpoint|end)\":\"[a-z0-9\\\\]{0,20}\",\"edge\":\\[\\]\\}",
                ".{0,30}",
            ], 0..12),
        ) {
            let text = lines.join("\n");
            let keys = Trust::Keys(vec![signer().key().clone()]);
            prop_assert!(!verify_export(text.as_bytes(), keys, &[]).unwrap().is_right());
        }
    }

    #[test]
    fn a_line_without_end_does_not_fill_the_memory() {
        let endless = io::Read::take(io::repeat(b'x'), 3 << 20);
        let report = verify_export(io::BufReader::new(endless), Trust::OwnKeys, &[]).unwrap();
        assert!(!report.is_right());
    }
}
