//! Personal information in running text, for Python.
//!
//! ```python
//! from shouxin_detect import Detector
//!
//! hit = Detector().detect("请打13800138000联系我")[0]
//! assert (hit.start, hit.end, hit.type) == (2, 13, "PHONE")
//! ```
//!
//! Offsets count Unicode code points, as strings of Python do: `text[hit.start:hit.end]`.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::{
    Bound, PyModule, PyModuleMethods, PyResult, Python, pyclass, pymethods, pymodule,
};
use pyo3::{pyfunction, wrap_pyfunction};
use shouxin_detect::{Operator, Scope, redact};

/// A stretch of the text that is personal information.
#[pyclass(frozen, get_all)]
#[derive(Clone, Debug)]
pub struct Hit {
    start: usize,
    end: usize,
    r#type: &'static str,
    /// How sure the rule is, in thousandths.
    confidence: u16,
    rule: &'static str,
    /// none, passed or failed.
    check: &'static str,
    /// The word that announced it.
    context: Option<String>,
    /// personal, sensitive or organisation.
    class: &'static str,
}

#[pymethods]
impl Hit {
    fn __repr__(&self) -> String {
        format!("Hit({}, {}, {:?})", self.start, self.end, self.r#type)
    }
}

/// A sentence on a sensitive topic.
#[pyclass(frozen, get_all)]
#[derive(Clone, Debug)]
pub struct Passage {
    start: usize,
    end: usize,
    topic: &'static str,
    confidence: u16,
    rule: &'static str,
}

/// Finds personal information. Made once, then used from any number of threads.
#[pyclass(frozen)]
#[derive(Debug)]
pub struct Detector(shouxin_detect::Detector);

#[pymethods]
impl Detector {
    #[new]
    #[pyo3(signature = (structured = false))]
    fn new(structured: bool) -> Self {
        let scope = if structured {
            Scope::Structured
        } else {
            Scope::All
        };
        Self(shouxin_detect::Detector::with_scope(scope))
    }

    /// The personal information in the text, by start, none overlapping.
    fn detect(&self, py: Python<'_>, text: &str) -> Vec<Hit> {
        let hits = py.detach(|| self.0.detect(text));
        let told = hits.into_iter().map(|hit| Hit {
            start: hit.chars.start,
            end: hit.chars.end,
            r#type: hit.kind.word(),
            confidence: hit.confidence,
            rule: hit.rule,
            check: hit.check.word(),
            context: hit
                .context
                .and_then(|word| text.get(word))
                .map(str::to_owned),
            class: hit.class.word(),
        });
        told.collect()
    }

    /// The text with every hit replaced: "label" puts its kind there, "mask" as many * as it had characters,
    /// "remove" nothing.
    #[pyo3(signature = (text, operator = "label"))]
    fn redact(&self, py: Python<'_>, text: &str, operator: &str) -> PyResult<String> {
        let operator = Operator::from_word(operator)
            .ok_or_else(|| PyValueError::new_err("operator is one of label, mask and remove"))?;
        Ok(py.detach(|| redact(text, &self.0.detect(text), operator)))
    }
}

/// The sentences of the text on health, religion, biometrics and minors under fourteen.
#[pyfunction]
fn topics(text: &str) -> Vec<Passage> {
    let passages = shouxin_detect::topics(text).into_iter();
    let told = passages.map(|passage| Passage {
        start: passage.chars.start,
        end: passage.chars.end,
        topic: passage.topic.word(),
        confidence: passage.confidence,
        rule: passage.rule,
    });
    told.collect()
}

/// Personal information in running text, Chinese first.
#[pymodule(name = "shouxin_detect")]
fn exported(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Detector>()?;
    module.add_class::<Hit>()?;
    module.add_class::<Passage>()?;
    module.add_function(wrap_pyfunction!(topics, module)?)
}
