//! JSON, one value or one a line, of any size: spaces and numbers stay as they are written, strings and
//! numbers with something in them become other strings.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Bytes, Read, Write};
use std::iter::Peekable;
use std::path::Path;

use shouxin_detect::Operator;

use super::Replaced;
use crate::column::Profile;
use crate::{Problem, Settings};

/// Reads the file twice: once to learn what its columns hold, once to write.
pub(super) fn copy(
    path: &Path,
    out: &mut impl Write,
    operator: Operator<'_>,
    settings: &Settings,
) -> Result<Replaced, Problem> {
    let mut learner = Learner {
        values: HashMap::new(),
        bytes: 0,
        settings,
    };
    walk(
        File::open(path)?,
        &mut std::io::sink(),
        settings,
        &mut learner,
    )?;
    let mut rewriter = Rewriter {
        columns: learner
            .values
            .into_iter()
            .map(|(name, values)| {
                let values = values.iter().map(String::as_str);
                let profile = Profile::of(&settings.detector, &name, values);
                (name, profile)
            })
            .collect(),
        operator,
        settings,
        replaced: Replaced::default(),
    };
    walk(File::open(path)?, out, settings, &mut rewriter)?;
    Ok(rewriter.replaced)
}

/// What is done with each leaf and key.
trait Visit {
    /// What takes the place of a leaf of this column; `None` to leave it.
    fn leaf(&mut self, column: &str, value: &str) -> Option<String>;
    /// What takes the place of a key.
    fn key(&mut self, key: &str) -> Option<String>;
}

struct Learner<'s> {
    values: HashMap<String, Vec<String>>,
    bytes: usize,
    settings: &'s Settings,
}

/// So much is held to learn from.
const SAMPLE_BYTES: usize = 16 << 20;

impl Visit for Learner<'_> {
    fn leaf(&mut self, column: &str, value: &str) -> Option<String> {
        let limits = &self.settings.limits;
        if self.bytes > SAMPLE_BYTES
            || !self.values.contains_key(column) && self.values.len() >= limits.columns
        {
            return None;
        }
        let values = self.values.entry(column.to_owned()).or_default();
        if values.len() < limits.profile_values {
            self.bytes += value.len() + column.len();
            values.push(value.to_owned());
        }
        None
    }

    fn key(&mut self, _: &str) -> Option<String> {
        None
    }
}

struct Rewriter<'s> {
    columns: HashMap<String, Profile>,
    operator: Operator<'s>,
    settings: &'s Settings,
    replaced: Replaced,
}

/// What was made of a text, if that is another: it may be of what stands between hits alone.
fn if_other(text: &str, made: String) -> Option<String> {
    (made != text).then_some(made)
}

impl Visit for Rewriter<'_> {
    fn leaf(&mut self, column: &str, value: &str) -> Option<String> {
        let detector = &self.settings.detector;
        let hits = match self.columns.get(column) {
            Some(profile) => profile.judge(detector, value),
            // Beyond what was learnt, the name alone tells.
            None => Profile::of(detector, column, []).judge(detector, value),
        };
        let name = column.rsplit('/').find(|part| *part != "*");
        let (replaced, operator) = (&mut self.replaced, self.operator);
        let name = name.unwrap_or_default();
        let made = replaced.of_cell(name, value, &hits, operator, self.settings);
        if_other(value, made)
    }

    fn key(&mut self, key: &str) -> Option<String> {
        let hits = self.settings.detector.detect(key);
        let made = self.replaced.of(key, &hits, self.operator, self.settings);
        if_other(key, made)
    }
}

/// A container that is open.
enum Open {
    /// A list.
    List,
    /// An object, with the length of the column's name before its key, and whether a value comes next.
    Object { is_value: bool },
}

/// Containers within containers: no honest file goes deeper.
const MOST_DEPTH: usize = 512;

/// Copies tokens. Columns are named by pointers, `*` for places in lists.
fn walk(
    reader: impl Read,
    out: &mut impl Write,
    settings: &Settings,
    visit: &mut impl Visit,
) -> Result<(), Problem> {
    let mut bytes = BufReader::with_capacity(1 << 16, reader).bytes().peekable();
    let mut open: Vec<(Open, usize)> = Vec::new();
    let mut column = String::new();
    let mut number = String::new();
    let mut is_first = true;
    while let Some(byte) = next(&mut bytes)? {
        // The mark of UTF-8; other encodings are no JSON (RFC 8259, 8.1).
        if std::mem::take(&mut is_first) && byte == 0xef {
            if next(&mut bytes)? == Some(0xbb) && next(&mut bytes)? == Some(0xbf) {
                continue;
            }
            return Err(Problem::Damaged);
        }
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => out.write_all(&[byte])?,
            b'{' | b'[' => {
                settings.go_on()?;
                if open.len() >= MOST_DEPTH {
                    return Err(Problem::TooDeep);
                }
                let length = column.len();
                if byte == b'[' {
                    column.push_str("/*");
                    open.push((Open::List, length));
                } else {
                    open.push((Open::Object { is_value: false }, length));
                }
                out.write_all(&[byte])?;
            }
            b'}' | b']' => {
                let (_, length) = open.pop().ok_or(Problem::Damaged)?;
                column.truncate(length);
                out.write_all(&[byte])?;
            }
            b',' => {
                if let Some((Open::Object { is_value }, length)) = open.last_mut() {
                    *is_value = false;
                    column.truncate(*length);
                }
                out.write_all(b",")?;
            }
            b':' => {
                if let Some((Open::Object { is_value }, _)) = open.last_mut() {
                    *is_value = true;
                }
                out.write_all(b":")?;
            }
            b'"' => {
                let (raw, text) = string(&mut bytes, settings.limits.value_bytes)?;
                let is_key = matches!(open.last(), Some((Open::Object { is_value: false }, _)));
                let replaced = if is_key {
                    column.push('/');
                    let is_place = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
                    column.push_str(if is_place { "*" } else { &text });
                    visit.key(&text)
                } else {
                    visit.leaf(&column, &text)
                };
                put(out, &raw, replaced)?;
            }
            b'-' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                number.clear();
                number.push(char::from(byte));
                while let Some(Ok(more)) = bytes.peek() {
                    if !(more.is_ascii_alphanumeric() || matches!(more, b'.' | b'+' | b'-')) {
                        break;
                    }
                    number.push(char::from(*more));
                    if number.len() > MOST_NUMBER {
                        return Err(Problem::Damaged);
                    }
                    bytes.next();
                }
                let is_number = matches!(byte, b'-' | b'0'..=b'9');
                let replaced = is_number.then(|| visit.leaf(&column, &number)).flatten();
                put(out, number.as_bytes(), replaced)?;
            }
            _ => return Err(Problem::Damaged),
        }
    }
    if open.is_empty() {
        Ok(())
    } else {
        Err(Problem::Damaged)
    }
}

const MOST_NUMBER: usize = 1_000;

fn next<R: Read>(bytes: &mut Peekable<Bytes<R>>) -> Result<Option<u8>, Problem> {
    Ok(bytes.next().transpose()?)
}

/// The rest of a string after its first quotation mark: as it is written, and as it reads.
fn string<R: Read>(
    bytes: &mut Peekable<Bytes<R>>,
    most: usize,
) -> Result<(Vec<u8>, String), Problem> {
    let mut raw = vec![b'"'];
    let mut is_escaped = false;
    loop {
        let byte = next(bytes)?.ok_or(Problem::Damaged)?;
        raw.push(byte);
        if raw.len() > most {
            return Err(Problem::TooLarge(most as u64 >> 20));
        }
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => break,
            _ => {}
        }
    }
    let text = serde_json::from_slice(&raw).map_err(|_| Problem::Damaged)?;
    Ok((raw, text))
}

fn put(out: &mut impl Write, raw: &[u8], replaced: Option<String>) -> Result<(), Problem> {
    match replaced {
        None => out.write_all(raw)?,
        Some(text) => {
            let json = serde_json::to_vec(&text).map_err(|_| Problem::Damaged)?;
            out.write_all(&json)?;
        }
    }
    Ok(())
}
