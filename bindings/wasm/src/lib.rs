//! Personal information in running text, for browsers and Node: `shouxin-detect` as WebAssembly.
//!
//! ```js
//! import init, { Detector } from './shouxin_detect_wasm.js'
//!
//! await init()
//! const detector = new Detector()
//! detector.detect('请打13800138000联系我') // [{ start: 2, end: 13, type: 'PHONE', … }]
//! ```
//!
//! Offsets count UTF-16 code units, as strings of JavaScript do: `text.slice(start, end)`.

use serde::Serialize;
use shouxin_detect::{Operator, Scope, redact, topics};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsError, JsValue};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r"
/** A stretch of the text that is personal information; offsets in UTF-16 code units. */
export interface Hit {
  start: number
  end: number
  type: string
  /** How sure the rule is, in thousandths. */
  confidence: number
  /** The rule or model that found it. */
  rule: string
  /** What its check digit said. */
  check: 'none' | 'passed' | 'failed'
  /** The word that announced it. */
  context?: string
  class: 'personal' | 'sensitive' | 'organisation'
}

/** A sentence on a sensitive topic; offsets in UTF-16 code units. */
export interface Passage {
  start: number
  end: number
  topic: string
  confidence: number
  rule: string
}
";

/// Finds personal information. Made once, then used for any number of texts.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Detector(shouxin_detect::Detector);

#[derive(Serialize)]
struct Hit<'t> {
    start: usize,
    end: usize,
    r#type: &'static str,
    confidence: u16,
    rule: &'static str,
    check: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<&'t str>,
    class: &'static str,
}

#[derive(Serialize)]
struct Passage {
    start: usize,
    end: usize,
    topic: &'static str,
    confidence: u16,
    rule: &'static str,
}

#[wasm_bindgen]
impl Detector {
    /// Every kind; with `structured` names and addresses are left out, which is many times as fast.
    #[wasm_bindgen(constructor)]
    pub fn new(structured: Option<bool>) -> Self {
        let scope = match structured {
            Some(true) => Scope::Structured,
            _ => Scope::All,
        };
        Self(shouxin_detect::Detector::with_scope(scope))
    }

    /// The personal information in the text, by start, none overlapping.
    #[wasm_bindgen(unchecked_return_type = "Hit[]")]
    pub fn detect(&self, text: &str) -> Result<JsValue, JsError> {
        let mut units = Units::of(text);
        let hits = self.0.detect(text).into_iter().map(|hit| Hit {
            start: units.at(hit.bytes.start),
            end: units.at(hit.bytes.end),
            r#type: hit.kind.word(),
            confidence: hit.confidence,
            rule: hit.rule,
            check: hit.check.word(),
            context: hit.context.and_then(|word| text.get(word)),
            class: hit.class.word(),
        });
        Ok(serde_wasm_bindgen::to_value(&hits.collect::<Vec<_>>())?)
    }

    /// The text with every hit replaced: `label` puts its kind there, `mask` as many `*` as it had
    /// characters, `remove` nothing.
    pub fn redact(&self, text: &str, operator: Option<String>) -> Result<String, JsError> {
        let operator = match operator {
            None => Operator::default(),
            Some(word) => Operator::from_word(&word)
                .ok_or_else(|| JsError::new("operator is one of label, mask and remove"))?,
        };
        Ok(redact(text, &self.0.detect(text), operator))
    }
}

/// The sentences of the text on health, religion, biometrics and minors under fourteen.
#[wasm_bindgen(js_name = topics, unchecked_return_type = "Passage[]")]
pub fn passages(text: &str) -> Result<JsValue, JsError> {
    // Passages of two topics may overlap.
    let passages = topics(text).into_iter().map(|passage| Passage {
        start: Units::of(text).at(passage.bytes.start),
        end: Units::of(text).at(passage.bytes.end),
        topic: passage.topic.word(),
        confidence: passage.confidence,
        rule: passage.rule,
    });
    Ok(serde_wasm_bindgen::to_value(&passages.collect::<Vec<_>>())?)
}

/// UTF-16 code units of a text, counted on.
struct Units<'t> {
    text: &'t str,
    byte: usize,
    unit: usize,
}

impl<'t> Units<'t> {
    fn of(text: &'t str) -> Self {
        Self {
            text,
            byte: 0,
            unit: 0,
        }
    }

    /// How many units stand before this byte, which is not before the last that was asked for.
    fn at(&mut self, byte: usize) -> usize {
        let passed = self.text.get(self.byte..byte).unwrap_or_default();
        self.unit += passed.encode_utf16().count();
        self.byte = byte;
        self.unit
    }
}
