//! Personal information in texts that callers hold themselves. Nothing of a text is kept, logged or repeated in an
//! error; the ledger is told how many of each kind were found.

mod batch;
mod stream;

use std::collections::BTreeSet;

use axum::http::Method;
use shouxin_model::Caller;
use shouxin_model::text::Language;
use shouxin_vault::detection::DetectionCounts;
use shouxin_vault::detection::{Detected, Found, Hit, Looking, Redaction as Made};
use shouxin_wire::detections::{DetectedItem, DetectedSpan, Redaction};
use tokio::sync::Semaphore;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;
use crate::caller::Signed;
use crate::gate;
use crate::http::Refusal;
use shouxin_vault::{Vault, VaultError};
use shouxin_wire::Code;
use shouxin_wire::detections::DetectionItem;

/// The operations on detections.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(batch::detect))
        .routes(routes!(stream::detect))
}

/// So many look through texts at the same moment; others wait. What is read and answered beside them does not.
static TURNS: Semaphore = Semaphore::const_new(4);

/// What is to be looked for. Pseudonyms are for whoever may ask for them by themselves.
async fn looking(
    app: &App,
    signed: &Signed,
    at: &str,
    kinds: &[String],
    redact: Option<Redaction>,
) -> Result<Looking, Refusal> {
    let known = kinds.iter().enumerate().map(|(i, word)| {
        Found::from_word(word).ok_or_else(|| {
            let words: Vec<&str> = Found::ALL.iter().map(|kind| kind.word()).collect();
            let why = match signed.language {
                Language::Chinese => format!("应为以下之一:{}", words.join("、")),
                Language::English => format!("is one of {}", words.join(", ")),
            };
            signed
                .refuse(Code::InvalidValue)
                .at(format!("{at}[{i}]"), why)
        })
    });
    let known: BTreeSet<Found> = known.collect::<Result<_, _>>()?;
    if redact == Some(Redaction::Pseudonym) {
        gate::as_well(app, signed, &Method::POST, "/api/v1/pseudonyms").await?;
    }
    Ok(Looking {
        kinds: (!known.is_empty()).then_some(known),
        redact: redact.map(|redaction| match redaction {
            Redaction::Mask => Made::Mask,
            Redaction::Label => Made::Label,
            Redaction::Remove => Made::Remove,
            Redaction::Generalise => Made::Generalise,
            Redaction::Pseudonym => Made::Pseudonym,
        }),
    })
}

/// A text that was looked through, before it is answered.
struct Looked {
    id: String,
    text: String,
    detected: Detected,
}

impl Looked {
    fn at(text: DetectionItem, looking: &Looking, counts: &mut DetectionCounts) -> Self {
        let detected = looking.at(&text.text, counts);
        let DetectionItem { id, text } = text;
        Self { id, text, detected }
    }
}

/// Gives pseudonyms to what was found, if that was asked for, and puts the texts together with them.
async fn stand_in(
    vault: &Vault,
    caller: &Caller,
    looking: &Looking,
    mut looked: Vec<&mut Looked>,
) -> Result<(), VaultError> {
    if looking.redact != Some(Made::Pseudonym) {
        return Ok(());
    }
    let found = looked
        .iter()
        .map(|one| (one.text.as_str(), one.detected.hits.as_slice()));
    let given = vault.stand_ins(caller, found).await?;
    for one in &mut looked {
        one.detected.stand_in(&one.text, &given);
    }
    Ok(())
}

/// What was found in a text, under its caller's name for it.
fn item(looked: Looked) -> DetectedItem {
    let Looked { id, detected, text } = looked;
    let spans = detected.hits.iter().map(|hit| span(&text, hit));
    DetectedItem {
        id,
        spans: spans.collect(),
        redacted: detected.redacted,
    }
}

fn span(text: &str, hit: &Hit) -> DetectedSpan {
    let word = hit.context.clone().and_then(|word| text.get(word));
    DetectedSpan {
        kind: hit.kind.word().to_owned(),
        start: hit.chars.start,
        end: hit.chars.end,
        start_byte: hit.bytes.start,
        end_byte: hit.bytes.end,
        confidence: hit.confidence,
        rule: hit.rule.to_owned(),
        check: hit.check.word().to_owned(),
        context: word.map(str::to_owned),
        class: hit.class.word().to_owned(),
    }
}

/// Whether a caller's name for a text is short enough to be answered.
fn is_id(id: &str) -> bool {
    id.chars().count() <= LONGEST_ID
}

const LONGEST_ID: usize = 200;
