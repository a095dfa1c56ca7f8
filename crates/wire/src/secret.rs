//! Secrets that come in bodies: wiped on drop, and never in any `Debug`.

use serde::{Deserialize, Deserializer};
use shouxin_model::Personal;

pub(crate) fn one<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Personal<String>, D::Error> {
    String::deserialize(deserializer).map(Personal::new)
}

pub(crate) fn maybe<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Personal<String>>, D::Error> {
    Option::deserialize(deserializer).map(|text: Option<String>| text.map(Personal::new))
}
