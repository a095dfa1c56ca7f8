//! JSON: each leaf is a cell of the column that its pointer names, places in lists as `*`.

use std::io::{BufRead, BufReader, Read};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::collect::{Collector, Spot, Table};
use crate::{Place, Problem};

/// One value of any size, leaf by leaf in constant memory.
pub(super) fn read(reader: impl Read, collector: &mut Collector<'_, '_>) -> Result<(), Problem> {
    let mut table = Table::new(vec![collector.document()], None);
    let reader = BufReader::with_capacity(1 << 16, unmarked(reader)?);
    let mut json = serde_json::Deserializer::from_reader(reader);
    let done = walk(&mut json, None, &mut table, collector)
        .and_then(|()| json.end().map_err(|_| Problem::Damaged));
    table.close(collector, None, None)?;
    done
}

/// One value a line.
pub(super) fn lines(reader: impl Read, collector: &mut Collector<'_, '_>) -> Result<(), Problem> {
    let mut table = Table::new(vec![collector.document()], None);
    let mut reader = BufReader::with_capacity(1 << 16, unmarked(reader)?);
    let most = collector.settings.limits.value_bytes as u64;
    let (mut number, mut failed, mut bytes) = (0, 0, Vec::new());
    loop {
        bytes.clear();
        if reader.by_ref().take(most).read_until(b'\n', &mut bytes)? == 0 {
            break;
        }
        number += 1;
        if bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let mut json = serde_json::Deserializer::from_slice(&bytes);
        match walk(&mut json, Some(number), &mut table, collector) {
            Ok(()) => {}
            Err(problem) if problem.ends() => return Err(problem),
            Err(_) => {
                // No JSON, but perhaps text with something in it.
                failed += 1;
                let text = String::from_utf8_lossy(&bytes).into_owned();
                collector.passage(&text, |_| Place::line(number))?;
            }
        }
    }
    if failed > 0 {
        collector.problem("", Problem::Rows(failed));
    }
    table.close(collector, None, None)
}

/// The same without the mark of UTF-8, which some programs put before JSON (RFC 8259, 8.1 lets it be passed over).
fn unmarked<R: Read>(mut reader: R) -> std::io::Result<impl Read> {
    let mut head = Vec::new();
    reader.by_ref().take(3).read_to_end(&mut head)?;
    if head == b"\xef\xbb\xbf" {
        head.clear();
    }
    Ok(std::io::Cursor::new(head).chain(reader))
}

fn walk<'de, D: Deserializer<'de>>(
    json: D,
    line: Option<u64>,
    table: &mut Table,
    collector: &mut Collector<'_, '_>,
) -> Result<(), Problem> {
    let mut failed = None;
    let mut tell = |pointer: &str, column: &str, value: &str| -> Result<(), ()> {
        let told = match table.column(collector, column, None) {
            Some(at) => table.cell(
                collector,
                at,
                Spot::Pointer(pointer.to_owned(), line),
                value,
            ),
            None => Ok(()),
        };
        told.map_err(|problem| failed = Some(problem))
    };
    let walked = leaves(json, &mut tell);
    match (failed, walked) {
        (Some(problem), _) => Err(problem),
        (None, Err(error)) if error.to_string().starts_with("recursion limit") => {
            Err(Problem::TooDeep)
        }
        (None, Err(_)) => Err(Problem::Damaged),
        (None, Ok(())) => Ok(()),
    }
}

/// Is told each leaf: its pointer, the pointer with `*` for places in lists, its text. Keys are told as
/// leaves of the column `(keys)`, since they may be somebody's number.
pub(crate) type Leaf<'l> = &'l mut dyn FnMut(&str, &str, &str) -> Result<(), ()>;

/// Walks over one JSON value.
///
/// # Errors
/// That of the parser, or of `leaf`.
pub(crate) fn leaves<'de, D: Deserializer<'de>>(json: D, leaf: Leaf<'_>) -> Result<(), D::Error> {
    Walk {
        path: &mut Path::default(),
        leaf,
    }
    .deserialize(json)
}

#[derive(Default)]
struct Path {
    pointer: String,
    column: String,
}

struct Walk<'w, 'l> {
    path: &'w mut Path,
    leaf: &'w mut (dyn FnMut(&str, &str, &str) -> Result<(), ()> + 'l),
}

impl Walk<'_, '_> {
    fn tell<E: Error>(self, value: &str) -> Result<(), E> {
        (self.leaf)(&self.path.pointer, &self.path.column, value).map_err(|()| E::custom("stopped"))
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        self.tell(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.tell(&value.to_string())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.tell(&value.to_string())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.tell(&value.to_string())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let (pointer, column) = (self.path.pointer.len(), self.path.column.len());
        let mut index = 0_u64;
        loop {
            self.path.pointer.push_str(&format!("/{index}"));
            self.path.column.push_str("/*");
            let more = list.next_element_seed(Walk {
                path: self.path,
                leaf: self.leaf,
            })?;
            self.path.pointer.truncate(pointer);
            self.path.column.truncate(column);
            if more.is_none() {
                return Ok(());
            }
            index += 1;
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let (pointer, column) = (self.path.pointer.len(), self.path.column.len());
        while let Some(key) = map.next_key::<String>()? {
            (self.leaf)(&self.path.pointer, KEYS, &key)
                .map_err(|()| A::Error::custom("stopped"))?;
            let escaped = key.replace('~', "~0").replace('/', "~1");
            self.path.pointer.push('/');
            self.path.pointer.push_str(&escaped);
            self.path.column.push('/');
            // A list under keys of its own: a number for each customer is no column each.
            let is_place = !key.is_empty() && key.bytes().all(|b| b.is_ascii_digit());
            self.path
                .column
                .push_str(if is_place { "*" } else { &escaped });
            map.next_value_seed(Walk {
                path: self.path,
                leaf: self.leaf,
            })?;
            self.path.pointer.truncate(pointer);
            self.path.column.truncate(column);
        }
        Ok(())
    }
}

/// The column of keys.
const KEYS: &str = "(keys)";

#[cfg(test)]
mod tests {
    use super::leaves;

    #[test]
    fn leaves_come_with_their_pointers() {
        let text = r#"{"a":[{"b":"x"},{"b":7}],"c/d":true,"13":"y"}"#;
        let mut told = Vec::new();
        let mut json = serde_json::Deserializer::from_str(text);
        leaves(&mut json, &mut |pointer, column, value| {
            if column != super::KEYS {
                told.push(format!("{pointer} {column} {value}"));
            }
            Ok(())
        })
        .unwrap();
        assert_eq!(told, ["/a/0/b /a/*/b x", "/a/1/b /a/*/b 7", "/13 /* y"]);
    }
}
