//! Strict JSON bodies: nothing unknown, nothing twice, nothing too deep, no broken text.

use std::borrow::Cow;
use std::collections::HashSet;
use std::error::Error as _;
use std::fmt;

use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use http_body_util::LengthLimitError;
use serde::de::{self, DeserializeOwned, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_path_to_error::Segment;
use shouxin_guard::Finding;
use shouxin_model::text::Language;
use shouxin_wire::Code;

use super::{Refusal, language::preferred, trail};
use crate::App;
use crate::guard;
use crate::guard::free_text::{FreeText, Place};

/// A JSON body of the shape `T` and of at most `MOST` bytes, read strictly. Its errors name the place and
/// never repeat a value.
#[derive(Debug)]
pub struct Body<T, const MOST: usize = USUAL_BYTES>(pub T);

/// More than any operation needs that does not say so itself.
pub const USUAL_BYTES: usize = 64 * 1024;

/// The deepest nesting that any operation needs, with room.
const DEEPEST: usize = 12;

impl<T: DeserializeOwned, const MOST: usize> FromRequest<App> for Body<T, MOST> {
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
        let (parts, body) = request.into_parts();
        let bytes = to_bytes(body, MOST).await.map_err(|error| {
            let long = error.source().is_some_and(|e| e.is::<LengthLimitError>());
            let code = if long {
                Code::TooLarge
            } else {
                Code::InvalidJson
            };
            Refusal::new(code, language)
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

fn parse_scanned<'a, T: DeserializeOwned>(
    bytes: &'a [u8],
    language: Language,
    seen: &mut Scan<'a>,
) -> Result<T, Refusal> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let (line, column) = line_and_column(bytes, error.valid_up_to());
        refuse(Code::BrokenUnicode, language, position(line, column))
    })?;
    scan(text, language, seen)?;
    if let Ok(read) = serde_json::from_str(text) {
        return Ok(read);
    }
    // Once more, slower, to learn where it does not fit.
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
fn place(path: &serde_path_to_error::Path) -> String {
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
fn scan<'a>(text: &'a str, language: Language, scan: &mut Scan<'a>) -> Result<(), Refusal> {
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
    path: Vec<Place<'a>>,
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
        let path: String = self.path.iter().map(Place::to_string).collect();
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

impl<'a> DeserializeSeed<'a> for Node<'_, 'a> {
    type Value = ();

    fn deserialize<D: de::Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.depth > DEEPEST {
            return Err(self.scan.stop(Code::TooDeep));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Node<'_, 'a> {
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

    fn visit_seq<A: SeqAccess<'a>>(self, mut items: A) -> Result<(), A::Error> {
        for index in 0.. {
            self.scan.path.push(Place::Item(index));
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

    fn visit_map<A: MapAccess<'a>>(self, mut entries: A) -> Result<(), A::Error> {
        let mut seen = Keys::default();
        while let Some(key) = entries.next_key_seed(Key)? {
            self.scan.path.push(Place::Key(key.clone()));
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

/// The keys of an object: a list while there are few, as there nearly always are.
#[derive(Default)]
struct Keys<'a> {
    few: Vec<Cow<'a, str>>,
    many: HashSet<Cow<'a, str>>,
}

impl<'a> Keys<'a> {
    /// Whether the key is new.
    fn insert(&mut self, key: Cow<'a, str>) -> bool {
        if self.few.contains(&key) {
            return false;
        }
        if self.few.len() < 16 {
            self.few.push(key);
            return true;
        }
        self.many.insert(key)
    }
}

/// A key, without a copy of it where it has no escapes.
struct Key;

impl<'a> DeserializeSeed<'a> for Key {
    type Value = Cow<'a, str>;

    fn deserialize<D: de::Deserializer<'a>>(
        self,
        deserializer: D,
    ) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'a> Visitor<'a> for Key {
    type Value = Cow<'a, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, key: &'a str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(key))
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(key.to_owned()))
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

    #[test]
    fn a_key_that_comes_twice_is_found_however_many_there_are() {
        for many in [1, 15, 16, 17, 40] {
            let keys: Vec<String> = (0..many).map(|n| format!("\"k{n}\":0")).collect();
            let body = format!("{{{},\"k{}\":1}}", keys.join(","), many - 1);
            let at = format!("k{}", many - 1);
            check(body.as_bytes(), Code::DuplicateKey, &at);
        }
    }
}
