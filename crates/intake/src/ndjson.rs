//! One JSON object a line, in memory bounded by the longest line.

use std::collections::BTreeSet;
use std::fmt;
use std::io::Read;

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};

use crate::decode::TextSource;
use crate::row::{Cell, Limits, Native, RowProblem};
use crate::{Code, Encoding};

/// The rows of an NDJSON file.
pub(crate) struct NdjsonRows<R> {
    text: TextSource<R>,
    line: u64,
    limits: Limits,
}

/// Names and cells of one object, nested ones as `a.b` and `a[1]`.
pub(crate) type NamedCells = Vec<(String, Cell)>;

impl<R: Read> NdjsonRows<R> {
    pub(crate) fn new(reader: R, encoding: Encoding, limits: Limits) -> Self {
        Self {
            text: TextSource::new(reader, encoding, false),
            line: 1,
            limits,
        }
    }

    /// The next object, or why it could not be read; `None` at the end.
    pub(crate) fn next(&mut self) -> Option<Result<(u64, NamedCells), RowProblem>> {
        loop {
            let line = self.line;
            let length = match self.line_length() {
                Ok(Some(length)) => length,
                Ok(None) => return None,
                Err(problem) => return Some(Err(problem)),
            };
            let bytes = &self.text.window()[..length];
            let is_blank = bytes.iter().all(u8::is_ascii_whitespace);
            let parsed = if is_blank {
                Ok(Vec::new())
            } else {
                parse(bytes, self.limits)
            };
            self.pass_line(length);
            match parsed {
                Ok(cells) if cells.is_empty() && is_blank => {}
                Ok(cells) => return Some(Ok((line, cells))),
                Err(code) => return Some(Err(RowProblem::at(line, code))),
            }
        }
    }

    /// The length of the next line without its end; `None` at the end of the text.
    fn line_length(&mut self) -> Result<Option<usize>, RowProblem> {
        let mut seen = 0;
        loop {
            let window = self.text.window();
            if let Some(end) = window[seen..].iter().position(|b| *b == b'\n') {
                return Ok(Some(seen + end));
            }
            seen = window.len();
            if seen > self.limits.row_bytes {
                let problem = RowProblem::at(self.line, Code::RowTooLong);
                self.skip_line()?;
                return Err(problem);
            }
            if !self.more()? {
                return Ok((seen > 0).then_some(seen));
            }
        }
    }

    fn skip_line(&mut self) -> Result<(), RowProblem> {
        loop {
            let window = self.text.window();
            if let Some(end) = window.iter().position(|b| *b == b'\n') {
                self.pass_line(end);
                return Ok(());
            }
            let length = window.len();
            self.text.advance(length);
            if !self.more()? {
                return Ok(());
            }
        }
    }

    fn pass_line(&mut self, length: usize) {
        let with_end = (length + 1).min(self.text.window().len());
        self.text.advance(with_end);
        self.line += 1;
    }

    fn more(&mut self) -> Result<bool, RowProblem> {
        self.text
            .more()
            .map_err(|_| RowProblem::fatal(self.line, Code::Unreadable))
    }
}

fn parse(bytes: &[u8], limits: Limits) -> Result<NamedCells, Code> {
    let mut flat = Flat {
        cells: Vec::new(),
        names: BTreeSet::new(),
        limits,
        blame: None,
    };
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let node = Node {
        flat: &mut flat,
        path: String::new(),
        depth: 0,
    };
    let outcome = node.deserialize(&mut json).and_then(|()| json.end());
    match outcome {
        Ok(()) => Ok(flat.cells),
        // serde_json's message may quote the text, so only the code goes on.
        Err(_) => Err(flat.blame.unwrap_or(Code::JsonSyntax)),
    }
}

struct Flat {
    cells: NamedCells,
    names: BTreeSet<String>,
    limits: Limits,
    blame: Option<Code>,
}

struct Node<'a> {
    flat: &'a mut Flat,
    path: String,
    depth: usize,
}

impl Node<'_> {
    fn blame<T, E: Error>(self, code: Code) -> Result<T, E> {
        self.flat.blame = Some(code);
        Err(E::custom(code.word()))
    }

    fn leaf<E: Error>(self, text: String, native: Native) -> Result<(), E> {
        if self.depth == 0 {
            return self.blame(Code::JsonNotObject);
        }
        if self.flat.cells.len() >= self.flat.limits.columns {
            return self.blame(Code::TooManyColumns);
        }
        if !self.flat.names.insert(self.path.clone()) {
            return self.blame(Code::JsonDuplicateKey);
        }
        self.flat.cells.push((self.path, Cell::new(text, native)));
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        if self.depth >= self.flat.limits.json_depth {
            return self.blame(Code::JsonTooDeep);
        }
        let mut keys = BTreeSet::new();
        while let Some(key) = map.next_key::<String>()? {
            let path = if self.path.is_empty() {
                key.clone()
            } else {
                format!("{}.{key}", self.path)
            };
            if !keys.insert(key) {
                return self.blame(Code::JsonDuplicateKey);
            }
            map.next_value_seed(Node {
                flat: &mut *self.flat,
                path,
                depth: self.depth + 1,
            })?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        if self.depth == 0 {
            return self.blame(Code::JsonNotObject);
        }
        if self.depth >= self.flat.limits.json_depth {
            return self.blame(Code::JsonTooDeep);
        }
        for place in 1.. {
            let path = format!("{}[{place}]", self.path);
            let node = Node {
                flat: &mut *self.flat,
                path,
                depth: self.depth + 1,
            };
            if seq.next_element_seed(node)?.is_none() {
                break;
            }
        }
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.leaf(text.to_owned(), Native::Text)
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<(), E> {
        self.leaf(
            if truth { "TRUE" } else { "FALSE" }.to_owned(),
            Native::Bool,
        )
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        // Whole JSON numbers keep every digit, so they are as good as text.
        self.leaf(number.to_string(), Native::Text)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.leaf(number.to_string(), Native::Text)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        // A whole number written with a point or an exponent shows how many digits are left:
        // 1.38E+10 has three, 1.3812345678E+10 has all eleven.
        let is_large_whole = number.fract() == 0.0 && number.abs() >= 1e6;
        let text = if is_large_whole {
            format!("{number:E}").replace('E', "E+")
        } else {
            number.to_string()
        };
        self.leaf(text, Native::Number)
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.leaf(String::new(), Native::Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<String> {
        let limits = Limits {
            row_bytes: 100_000,
            json_depth: 3,
            columns: 4,
            ..Limits::default()
        };
        let mut rows = NdjsonRows::new(text.as_bytes(), Encoding::Utf8, limits);
        let mut shown = Vec::new();
        while let Some(row) = rows.next() {
            shown.push(match row {
                Ok((line, cells)) => {
                    let cells: Vec<_> = cells
                        .iter()
                        .map(|(n, c)| format!("{n}={}", c.expose()))
                        .collect();
                    format!("{line}: {}", cells.join(" "))
                }
                Err(problem) => format!("{}! {}", problem.row, problem.code.word()),
            });
        }
        shown
    }

    #[test]
    fn objects_become_rows_and_nested_ones_become_names() {
        assert_eq!(
            rows("{\"a\":\"x\",\"b\":{\"c\":1,\"d\":[true,null]}}\r\n\n{\"a\":2}"),
            ["1: a=x b.c=1 b.d[1]=TRUE b.d[2]=", "3: a=2"]
        );
    }

    #[test]
    fn a_number_shows_how_many_of_its_digits_are_left() {
        assert_eq!(
            rows("{\"a\":13812345678,\"b\":1.38E+10,\"c\":1.3812345678e10,\"d\":0.5}"),
            ["1: a=13812345678 b=1.38E+10 c=1.3812345678E+10 d=0.5"]
        );
        assert_eq!(
            rows("{\"a\":110101199001011234}"),
            ["1: a=110101199001011234"]
        );
    }

    #[test]
    fn what_is_no_plain_object_is_refused_with_its_line() {
        for (text, code) in [
            ("{\"a\":1,\"a\":2}", "json-duplicate-key"),
            ("{\"a\":{\"b\":1},\"a.b\":2}", "json-duplicate-key"),
            ("{\"a\":{\"b\":{\"c\":{\"d\":1}}}}", "json-too-deep"),
            ("{\"a\":[[[1]]]}", "json-too-deep"),
            ("[1]", "json-not-object"),
            ("7", "json-not-object"),
            ("{\"a\":1} x", "json-syntax"),
            ("{\"a\":", "json-syntax"),
            (
                "{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1}",
                "too-many-columns",
            ),
        ] {
            assert_eq!(rows(text), [format!("1! {code}")], "{text}");
        }
        let long = format!("{{\"a\":\"{}\"}}\n{{\"a\":1}}", "x".repeat(200_000));
        assert_eq!(rows(&long), ["1! row-too-long", "2: a=1"]);
    }
}
