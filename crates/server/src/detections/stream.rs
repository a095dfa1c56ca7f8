//! Texts without end: a line in, a line out.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, header};
use shouxin_model::text::Language;
use shouxin_vault::Vault;
use shouxin_vault::detection::{DetectionCounts, Looking};
use shouxin_wire::Code;
use shouxin_wire::detections::{DetectionFault, DetectionItem, LineFault, Redaction};

use super::{Looked, TURNS, is_id, item, looking, stand_in};
use crate::App;
use crate::caller::Signed;
use crate::http::body::parse;
use crate::http::chunks::{Broken, Out, arrive, streamed};
use crate::http::document::{Guarded, WithBody, WithParams};
use crate::http::faults::told;
use crate::http::{Params, Refusal};

/// Find personal information in a stream of texts
///
/// Lines of JSON in, `{"id", "text"}` each; lines of JSON out, in the same order, as they are done. What is wrong
/// with a line is answered in its place, and the next one goes on. Memory stays the same however long the stream
/// is; who reads slowly is waited for. The ledger tells when it began and when it ended, and how many of each kind
/// there were; with pseudonyms also each portion of lines, of about 64 KiB, in which some were given.
#[utoipa::path(
    post,
    path = "/api/v1/detections/streams",
    operation_id = "detect-stream",
    tag = "detections",
    params(
        ("kinds" = Option<String>, Query, description = "The kinds to look for, parted by commas; every kind without it"),
        ("redact" = Option<String>, Query, description = "`mask`, `label`, `remove`, `generalise`, or `pseudonym` for whoever may call `POST /api/v1/pseudonyms`"),
    ),
    request_body(description = "Lines of `DetectionItem`, each of at most 1 MiB, together at most 4 GiB",
        content = String, content_type = "application/x-ndjson",
        example = json!("{\"id\":\"1\",\"text\":\"请打13800138000\"}\n")),
    responses(
        (status = 200, description = "Lines of `DetectedItem`; where a line was none, a `DetectionFault`",
            body = String, content_type = "application/x-ndjson",
            example = "{\"id\":\"1\",\"spans\":[{\"kind\":\"PHONE\",\"start\":2,\"end\":13,…}]}\n{\"line\":2,\"error\":{\"code\":\"invalid-json\",…}}\n"),
        Guarded, WithBody, WithParams,
    ),
    security(("session" = []), ("key" = []))
)]
pub(crate) async fn detect(
    State(app): State<App>,
    signed: Signed,
    mut params: Params,
    headers: HeaderMap,
    body: Body,
) -> Result<([(HeaderName, &'static str); 2], Body), Refusal> {
    let kinds: Vec<String> = match params.text("kinds")? {
        Some(list) => list.split(',').map(str::to_owned).collect(),
        None => Vec::new(),
    };
    let redact = match params.text("redact")? {
        None => None,
        Some(word) => {
            let named = Redaction::ALL.into_iter().find(|one| one.word() == word);
            Some(named.ok_or_else(|| params.refuse("redact"))?)
        }
    };
    params.end()?;
    if !is_lines(&headers) {
        return Err(signed
            .refuse(Code::UnsupportedMediaType)
            .detail("Content-Type: application/x-ndjson"));
    }
    let looking = looking(&app, &signed, "kinds", &kinds, redact).await?;
    let vault = app.vault().clone();
    let none = DetectionCounts::default();
    let began = vault
        .record_detections(&signed.caller, "began", &none)
        .await;
    if let Err(error) = began {
        return Err(told(&app, &signed, error).await);
    }
    let work = Work {
        looking,
        language: signed.language,
        counts: DetectionCounts::default(),
        line: 0,
    };
    let answer = streamed(move |out| run(vault, signed, work, body, out));
    let headers = [
        (header::CONTENT_TYPE, "application/x-ndjson"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, answer))
}

fn is_lines(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).map(str::trim);
    kind.is_some_and(|kind| {
        let known = [
            "application/x-ndjson",
            "application/ndjson",
            "application/jsonl",
        ];
        known.iter().any(|one| kind.eq_ignore_ascii_case(one))
    })
}

/// Answers line after line, and tells the ledger how it ended.
async fn run(
    vault: Vault,
    signed: Signed,
    mut work: Work,
    body: Body,
    out: Out,
) -> Result<(), &'static str> {
    let ended = lines(&vault, &signed, &mut work, body, &out).await;
    let did = if ended.is_ok() { "ended" } else { "broken" };
    let recorded = vault
        .record_detections(&signed.caller, did, &work.counts)
        .await;
    ended.and(recorded.map(drop).map_err(|_| "the ledger"))
}

async fn lines(
    vault: &Vault,
    signed: &Signed,
    work: &mut Work,
    body: Body,
    out: &Out,
) -> Result<(), &'static str> {
    let mut body = body.into_data_stream();
    let (mut waiting, mut seen) = (Waiting::default(), 0u64);
    loop {
        let piece = match arrive(&mut body).await {
            Ok(piece) => piece,
            Err(Broken::Connection) => return Err("the stream broke off"),
            Err(Broken::Silent) => return Err("nothing came for too long"),
            Err(Broken::TooLarge) => return Err("too large"),
        };
        seen = seen.saturating_add(piece.as_ref().map_or(0, |piece| piece.len() as u64));
        if seen > MOST_BYTES {
            return Err("too large");
        }
        let last = piece.is_none();
        let lines = match piece {
            Some(piece) => waiting.push(&piece),
            None => waiting.end(),
        };
        for some in in_turns(lines) {
            let answer = work.answer(vault, signed, some).await?;
            if !out.send(answer).await {
                return Err("nobody listens");
            }
        }
        if last {
            return Ok(());
        }
    }
}

/// Lines in portions that take a moment each, so that answers go out while others are made.
fn in_turns(lines: Vec<Line>) -> impl Iterator<Item = Vec<Line>> {
    let mut lines = lines.into_iter().peekable();
    std::iter::from_fn(move || {
        let mut portion = vec![lines.next()?];
        let mut bytes = portion[0].len();
        while let Some(line) = lines.next_if(|line| bytes + line.len() <= PORTION_BYTES) {
            bytes += line.len();
            portion.push(line);
        }
        Some(portion)
    })
}

/// One line: its bytes, or that there were too many of them.
enum Line {
    Whole(Vec<u8>),
    TooLong,
}

impl Line {
    fn len(&self) -> usize {
        match self {
            Self::Whole(bytes) => bytes.len(),
            Self::TooLong => 0,
        }
    }
}

/// What has arrived of a line that has not ended.
#[derive(Default)]
struct Waiting {
    bytes: Vec<u8>,
    /// Whether the line is too long already: the rest of it is passed over.
    too_long: bool,
}

impl Waiting {
    /// The lines that this piece ends.
    fn push(&mut self, piece: &[u8]) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut parts = piece.split(|byte| *byte == b'\n');
        let mut part = parts.next().unwrap_or_default();
        for next in parts {
            self.take(part);
            lines.push(self.line());
            part = next;
        }
        self.take(part);
        lines
    }

    /// The last line, if it did not end.
    fn end(&mut self) -> Vec<Line> {
        if self.bytes.is_empty() && !self.too_long {
            return Vec::new();
        }
        vec![self.line()]
    }

    fn take(&mut self, part: &[u8]) {
        if self.too_long || self.bytes.len() + part.len() > LONGEST_LINE {
            self.too_long = true;
            self.bytes = Vec::new();
        } else {
            self.bytes.extend_from_slice(part);
        }
    }

    fn line(&mut self) -> Line {
        let bytes = std::mem::take(&mut self.bytes);
        if std::mem::take(&mut self.too_long) {
            Line::TooLong
        } else {
            Line::Whole(bytes)
        }
    }
}

/// What is done with each line, and what came of it so far.
struct Work {
    looking: Looking,
    language: Language,
    counts: DetectionCounts,
    line: u64,
}

impl Work {
    /// The answers to these lines. What takes long is done on a thread that holds up nobody else.
    async fn answer(
        &mut self,
        vault: &Vault,
        signed: &Signed,
        lines: Vec<Line>,
    ) -> Result<Vec<u8>, &'static str> {
        let mut work = Self {
            looking: self.looking.clone(),
            language: self.language,
            counts: std::mem::take(&mut self.counts),
            line: self.line,
        };
        let turn = TURNS.acquire().await.ok();
        let done = tokio::task::spawn_blocking(move || {
            let answers: Vec<_> = lines.iter().filter_map(|line| work.one(line)).collect();
            (answers, work.counts, work.line)
        });
        let (mut answers, counts, line) = done.await.map_err(|_| "looking")?;
        drop(turn);
        (self.counts, self.line) = (counts, line);
        let looked = answers.iter_mut().filter_map(|one| one.as_mut().ok());
        let given = stand_in(vault, &signed.caller, &self.looking, looked.collect());
        given.await.map_err(|_| "the ledger")?;
        let mut answer = Vec::new();
        for one in answers {
            match one {
                Ok(looked) => put(&mut answer, &item(looked)),
                Err(fault) => put(&mut answer, &fault),
            }
        }
        Ok(answer)
    }

    /// What a line came to; `None` for an empty one.
    fn one(&mut self, line: &Line) -> Option<Result<Looked, DetectionFault>> {
        self.line += 1;
        let refusal = match line {
            Line::Whole(bytes) if bytes.iter().all(u8::is_ascii_whitespace) => return None,
            Line::Whole(bytes) => match parse::<DetectionItem>(bytes, self.language) {
                Ok(text) if is_id(&text.id) => {
                    return Some(Ok(Looked::at(text, &self.looking, &mut self.counts)));
                }
                Ok(_) => Refusal::new(Code::InvalidValue, self.language).at("id", ""),
                Err(refusal) => refusal,
            },
            Line::TooLong => Refusal::new(Code::TooLarge, self.language),
        };
        self.counts.faults += 1;
        let problem = refusal.problem();
        Some(Err(DetectionFault {
            line: self.line,
            error: LineFault {
                code: problem.code.clone(),
                title: problem.title.clone(),
                at: problem.places.first().map(|place| place.at.clone()),
            },
        }))
    }
}

fn put(answer: &mut Vec<u8>, line: &impl serde::Serialize) {
    // Plain strings and numbers: writing them into memory does not fail.
    if serde_json::to_writer(&mut *answer, line).is_ok() {
        answer.push(b'\n');
    }
}

/// The longest line that is looked at.
const LONGEST_LINE: usize = 1024 * 1024;

/// Lines are looked at in portions of about so much, or one by one where they are longer.
const PORTION_BYTES: usize = 64 * 1024;

const MOST_BYTES: u64 = 4 * 1024 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn told(lines: &[Line]) -> Vec<String> {
        let one = |line: &Line| match line {
            Line::Whole(bytes) => String::from_utf8(bytes.clone()).unwrap(),
            Line::TooLong => "too long".to_owned(),
        };
        lines.iter().map(one).collect()
    }

    #[test]
    fn lines_are_the_same_however_they_arrive() {
        let text = b"one\n\ntwo\nthree";
        for size in 1..=text.len() {
            let mut waiting = Waiting::default();
            let mut lines = Vec::new();
            for piece in text.chunks(size) {
                lines.extend(waiting.push(piece));
            }
            lines.extend(waiting.end());
            assert_eq!(told(&lines), ["one", "", "two", "three"], "{size}");
        }
    }

    #[test]
    fn a_line_too_long_takes_no_memory_and_ends_with_its_line() {
        let mut waiting = Waiting::default();
        let piece = vec![b'x'; 64 * 1024];
        for _ in 0..100 {
            assert!(waiting.push(&piece).is_empty());
            assert!(waiting.bytes.capacity() <= 2 * LONGEST_LINE);
        }
        assert_eq!(told(&waiting.push(b"x\nnext\n")), ["too long", "next"]);
        assert!(waiting.end().is_empty());
    }

    #[test]
    fn portions_keep_order_and_size() {
        let lines = (0..9)
            .map(|n| Line::Whole(vec![b'0' + n; 20 * 1024]))
            .collect();
        let portions: Vec<_> = in_turns(lines).map(|portion| portion.len()).collect();
        assert_eq!(portions, [3, 3, 3]);
    }
}
