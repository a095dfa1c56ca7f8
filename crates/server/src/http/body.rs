//! Strict JSON bodies: nothing unknown, nothing twice, nothing too deep, no broken text.

use std::collections::HashSet;
use std::fmt;

use axum::RequestExt;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use serde::de::{self, DeserializeOwned, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_path_to_error::{Path, Segment};
use shouxin_guard::Finding;
use shouxin_model::text::Language;
use shouxin_wire::Code;

use super::{Refusal, language::preferred, trail};
use crate::App;
use crate::guard;
use crate::guard::free_text::FreeText;

/// A JSON body of the shape `T`, read strictly. Its errors name the place and never repeat a value.
#[derive(Debug)]
pub struct Body<T>(pub T);

/// The deepest nesting that any operation needs, with room.
const DEEPEST: usize = 12;

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &App) -> Result<Self, Refusal> {
        let language = preferred(request.headers());
        let is_json = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|v| v.to_str().ok())
            .and_then(|v| v.split(';').next())
            .is_some_and(|v| v.trim().eq_ignore_ascii_case("application/json"));
        if !is_json {
            return Err(Refusal::new(Code::UnsupportedMediaType, language)
                .detail("Content-Type: application/json"));
        }
        let (parts, body) = request.with_limited_body().into_parts();
        let bytes = Bytes::from_request(Request::new(body), app)
            .await
            .map_err(|rejection| match rejection.status() {
                StatusCode::PAYLOAD_TOO_LARGE => Refusal::new(Code::TooLarge, language),
                _ => Refusal::new(Code::InvalidJson, language),
            })?;
        let operation = trail::operation(&parts.method, parts.extensions.get());
        let finding = match parse_watched(&bytes, language, FreeText::of(operation)) {
            (read, None) => return read.map(Self),
            (_, Some(finding)) => finding,
        };
        guard::of_body(app, &parts, &finding).await?;
        // The guard only counts.
        parse(&bytes, language).map(Self)
    }
}

/// Reads `bytes` as JSON of the shape `T`.
///
/// # Errors
/// A refusal that names the place: a JSON path, or line and column where there is no path yet.
pub fn parse<T: DeserializeOwned>(bytes: &[u8], language: Language) -> Result<T, Refusal> {
    parse_watched(bytes, language, FreeText::of(trail::NO_OPERATION)).0
}

/// The same, with the first thing that the guard finds in a text outside of these places.
fn parse_watched<T: DeserializeOwned>(
    bytes: &[u8],
    language: Language,
    free_text: &FreeText,
) -> (Result<T, Refusal>, Option<Finding>) {
    let mut scan = Scan {
        path: Vec::new(),
        found: None,
        free_text,
        finding: None,
    };
    let read = parse_scanned(bytes, language, &mut scan);
    (read, scan.finding)
}

fn parse_scanned<T: DeserializeOwned>(
    bytes: &[u8],
    language: Language,
    seen: &mut Scan<'_>,
) -> Result<T, Refusal> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let (line, column) = line_and_column(bytes, error.valid_up_to());
        refuse(Code::BrokenUnicode, language, position(line, column))
    })?;
    scan(text, language, seen)?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let at = place(error.path());
        // serde's own message can quote the value: only its class may leave.
        let message = error.inner().to_string();
        if message.starts_with("unknown field") {
            refuse(Code::UnknownField, language, at)
        } else if message.starts_with("missing field") {
            let name = message.split('`').nth(1).unwrap_or_default();
            let text = match language {
                Language::Chinese => format!("缺少字段 {name}"),
                Language::English => format!("the field {name} is missing"),
            };
            Refusal::new(Code::InvalidValue, language).at(at, text)
        } else {
            refuse(Code::InvalidValue, language, at)
        }
    })
}

/// A path as the answer shows it. A key is the sender's text: only what could be a declared name is
/// repeated.
fn place(path: &Path) -> String {
    let mut shown = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => shown.push_str(&format!("[{index}]")),
            Segment::Map { key } if shouxin_model::id::is_name(key) => {
                shown.push_str(&format!(".{key}"))
            }
            _ => shown.push_str(".?"),
        }
    }
    match shown.trim_start_matches('.') {
        "" => "body".to_owned(),
        path => path.to_owned(),
    }
}

fn refuse(code: Code, language: Language, at: String) -> Refusal {
    Refusal::new(code, language).at(at, code.title().get(language))
}

fn position(line: usize, column: usize) -> String {
    format!("line {line}, column {column}")
}

fn line_and_column(bytes: &[u8], offset: usize) -> (usize, usize) {
    let before = &bytes[..offset.min(bytes.len())];
    let line = 1 + before.iter().filter(|b| **b == b'\n').count();
    let column = 1 + before.iter().rev().take_while(|b| **b != b'\n').count();
    (line, column)
}

/// One pass over the whole text before any shape is known: depth, repeated keys, control characters.
fn scan(text: &str, language: Language, scan: &mut Scan<'_>) -> Result<(), Refusal> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let node = Node {
        scan: &mut *scan,
        depth: 0,
    };
    let result = node
        .deserialize(&mut deserializer)
        .and_then(|()| deserializer.end());
    match (result, scan.found.take()) {
        (Ok(()), _) => Ok(()),
        (Err(_), Some((code, path))) => Err(refuse(code, language, path)),
        (Err(error), None) => {
            // Half a surrogate pair is the one Unicode fault that JSON escapes can carry.
            let half = error.to_string();
            let half = half.contains("surrogate") || half.contains("hex escape");
            let code = if half {
                Code::BrokenUnicode
            } else {
                Code::InvalidJson
            };
            Err(refuse(
                code,
                language,
                position(error.line(), error.column()),
            ))
        }
    }
}

struct Scan<'a> {
    path: Vec<String>,
    found: Option<(Code, String)>,
    free_text: &'a FreeText,
    finding: Option<Finding>,
}

impl Scan<'_> {
    fn stop<E: de::Error>(&mut self, code: Code) -> E {
        self.found = Some((code, self.place()));
        E::custom("refused")
    }

    fn place(&self) -> String {
        let path = self.path.concat();
        match path.strip_prefix('.').unwrap_or(&path) {
            "" => "body".to_owned(),
            path => path.to_owned(),
        }
    }

    /// Shows a text to the guard, unless people write freely here. The first finding is enough.
    fn watch(&mut self, text: &str) {
        if self.finding.is_some() || self.free_text.holds(&self.path) {
            return;
        }
        if let Some(rule) = shouxin_guard::text(text) {
            let at = self.place();
            self.finding = Some(Finding { rule, at });
        }
    }

    fn text<E: de::Error>(&mut self, text: &str) -> Result<(), E> {
        let broken = |c: char| {
            (c.is_control() && !matches!(c, '\t' | '\n' | '\r')) || (c as u32 & 0xFFFE) == 0xFFFE
        };
        if text.chars().any(broken) {
            Err(self.stop(Code::BrokenUnicode))
        } else {
            self.watch(text);
            Ok(())
        }
    }
}

struct Node<'a, 'b> {
    scan: &'a mut Scan<'b>,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Node<'_, '_> {
    type Value = ();

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.depth > DEEPEST {
            return Err(self.scan.stop(Code::TooDeep));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        self.scan.text(text)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        for index in 0.. {
            self.scan.path.push(format!("[{index}]"));
            let node = Node {
                scan: &mut *self.scan,
                depth: self.depth + 1,
            };
            let more = items.next_element_seed(node)?;
            self.scan.path.pop();
            if more.is_none() {
                break;
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let mut seen = HashSet::new();
        while let Some(key) = entries.next_key::<String>()? {
            // A key is the sender's text: only what could be a declared name is repeated.
            let shown = if shouxin_model::id::is_name(&key) {
                key.as_str()
            } else {
                "?"
            };
            self.scan.path.push(format!(".{shown}"));
            self.scan.text(&key)?;
            if !seen.insert(key) {
                return Err(self.scan.stop(Code::DuplicateKey));
            }
            entries.next_value_seed(Node {
                scan: &mut *self.scan,
                depth: self.depth + 1,
            })?;
            self.scan.path.pop();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Shape {
        #[allow(dead_code)]
        fields: Vec<String>,
        #[serde(default)]
        #[allow(dead_code)]
        inner: Option<Box<Shape>>,
    }

    fn check(body: &[u8], code: Code, at: &str) {
        let refusal = parse::<Shape>(body, Language::English).unwrap_err();
        let problem = refusal.problem();
        assert_eq!(
            (problem.code.as_str(), problem.places[0].at.as_str()),
            (code.word(), at)
        );
        let said = serde_json::to_string(problem).unwrap();
        assert!(!said.contains("13800000000"), "{said}");
    }

    #[test]
    fn a_good_body_is_read() {
        assert!(
            parse::<Shape>(
                br#"{"fields":["a"],"inner":{"fields":[]}}"#,
                Language::English
            )
            .is_ok()
        );
    }

    #[test]
    fn bad_bodies_are_refused_with_the_place_and_without_the_value() {
        check(
            br#"{"fields":["a"]"#,
            Code::InvalidJson,
            "line 1, column 15",
        );
        check(
            b"{\"fields\":\n [\"\xff\"]}",
            Code::BrokenUnicode,
            "line 2, column 4",
        );
        check(
            br#"{"fields":["\u0000"]}"#,
            Code::BrokenUnicode,
            "fields[0]",
        );
        check(
            br#"{"fields":["\ud800"]}"#,
            Code::BrokenUnicode,
            "line 1, column 19",
        );
        check(
            br#"{"fields":[],"fields":[]}"#,
            Code::DuplicateKey,
            "fields",
        );
        check(
            br#"{"fields":[],"inner":{"fields":[],"fields":[]}}"#,
            Code::DuplicateKey,
            "inner.fields",
        );
        check(br#"{"fields":[],"13800000000":1}"#, Code::UnknownField, "?");
        check(br#"{"fields":[],"extra":1}"#, Code::UnknownField, "extra");
        check(br#"{"fields":"13800000000"}"#, Code::InvalidValue, "fields");
        check(
            br#"{"fields":[],"inner":{"fields":[13800000000]}}"#,
            Code::InvalidValue,
            "inner.fields[0]",
        );
        check(br#"{}"#, Code::InvalidValue, "body");
        check(
            &[b"{\"fields\":".as_slice(), &[b'['; 40], &[b']'; 40], b"}"].concat(),
            Code::TooDeep,
            &format!("fields{}", "[0]".repeat(12)),
        );
    }
}
