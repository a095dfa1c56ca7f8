//! Where in a body people write freely: reasons, notes, values of records, passwords, whole documents.
//!
//! A wire type says so beside the field, `#[schema(extensions(("x-free-text" = json!(true))))]`, and the
//! OpenAPI file shows it. Whatever lies under such a field is not looked into. There is no other way to
//! pass the guard by, and no switch for all fields.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use serde_json::Value;

/// The places of one operation's body, each as a path from the outside in.
#[derive(Clone, Debug, Default)]
pub struct FreeText(Vec<Vec<Step>>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// This key of an object.
    Key(String),
    /// Any item of a list, or any key of a map.
    Any,
}

/// A step into a body that was sent.
#[derive(Clone, Debug)]
pub enum Place<'a> {
    /// To this key of an object.
    Key(Cow<'a, str>),
    /// To this item of a list.
    Item(usize),
}

/// As `.key` or `[index]`. A key is the sender's text: only what could be a declared name is repeated.
impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) if shouxin_model::id::is_name(key) => write!(f, ".{key}"),
            Self::Key(_) => f.write_str(".?"),
            Self::Item(index) => write!(f, "[{index}]"),
        }
    }
}

impl FreeText {
    /// The places of the operation with this id in the OpenAPI file.
    pub fn of(operation: &str) -> &'static Self {
        static NONE: FreeText = FreeText(Vec::new());
        ALL.get(operation).unwrap_or(&NONE)
    }

    /// Whether a text at this path may say anything.
    pub fn holds(&self, path: &[Place<'_>]) -> bool {
        let fits = |(step, at): (&Step, &Place<'_>)| match (step, at) {
            (Step::Key(key), Place::Key(at)) => key == at,
            (Step::Key(_), Place::Item(_)) => false,
            (Step::Any, _) => true,
        };
        let leads =
            |place: &Vec<Step>| place.len() <= path.len() && place.iter().zip(path).all(fits);
        self.0.iter().any(leads)
    }

    /// Every place of every operation, as `operation: path`, for review.
    pub fn all() -> Vec<String> {
        let shown = |step: &Step| match step {
            Step::Key(key) => format!(".{key}"),
            Step::Any => "[]".to_owned(),
        };
        let line = |id: &String, place: &Vec<Step>| {
            let path: String = place.iter().map(shown).collect();
            format!("{id}: {}", path.trim_start_matches('.'))
        };
        let lines = ALL.iter();
        lines
            .flat_map(|(id, FreeText(places))| places.iter().map(move |place| line(id, place)))
            .collect()
    }
}

static ALL: LazyLock<BTreeMap<String, FreeText>> = LazyLock::new(|| {
    let document = serde_json::to_value(crate::document()).unwrap_or_default();
    let paths = document["paths"].as_object();
    let items = paths.into_iter().flat_map(|paths| paths.values());
    let operations = items
        .filter_map(Value::as_object)
        .flat_map(|item| item.values());
    let mut all = BTreeMap::new();
    for operation in operations {
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        let Some(id) = operation["operationId"].as_str() else {
            continue;
        };
        let mut places = Vec::new();
        gather(&document, schema, &mut Vec::new(), &mut places);
        if !places.is_empty() {
            all.insert(id.to_owned(), FreeText(places));
        }
    }
    all
});

fn gather(document: &Value, schema: &Value, path: &mut Vec<Step>, places: &mut Vec<Vec<Step>>) {
    if path.len() > DEEPEST {
        return;
    }
    if schema["x-free-text"] == true {
        places.push(path.clone());
        return;
    }
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document.pointer(reference.trim_start_matches('#'));
        gather(document, target.unwrap_or(&Value::Null), path, places);
    }
    for (key, inner) in schema["properties"].as_object().into_iter().flatten() {
        path.push(Step::Key(key.clone()));
        gather(document, inner, path, places);
        path.pop();
    }
    for inner in [&schema["items"], &schema["additionalProperties"]] {
        if inner.is_object() {
            path.push(Step::Any);
            gather(document, inner, path, places);
            path.pop();
        }
    }
    for word in ["oneOf", "anyOf", "allOf"] {
        for inner in schema[word].as_array().into_iter().flatten() {
            gather(document, inner, path, places);
        }
    }
}

/// Deeper than any body is taken; also what ends a type that holds itself.
const DEEPEST: usize = 12;
