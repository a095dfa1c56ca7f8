//! One record, as text.

use std::fmt;

/// One record of one synthetic subject, ready to be written: the collection, and the fields that
/// have a value, each as text in the normal form of its kind.
#[derive(Clone, PartialEq, Eq)]
pub struct SynthRecord {
    /// The collection it belongs to.
    pub collection: &'static str,
    /// Field names within the collection and their values; a field without a value is left out.
    pub values: Vec<(&'static str, String)>,
}

impl SynthRecord {
    /// A record of this collection without values.
    pub(crate) fn new(collection: &'static str) -> Self {
        Self {
            collection,
            values: Vec::with_capacity(16),
        }
    }

    /// The record with one more value.
    pub(crate) fn with(mut self, field: &'static str, value: impl Into<String>) -> Self {
        self.values.push((field, value.into()));
        self
    }

    /// The record with one more value, if there is one.
    pub(crate) fn with_some(self, field: &'static str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.with(field, value),
            None => self,
        }
    }

    /// The value of this field, if it has one.
    pub fn get(&self, field: &str) -> Option<&str> {
        self.values
            .iter()
            .find(|(name, _)| *name == field)
            .map(|(_, value)| value.as_str())
    }
}

/// Names the fields, never the values: the habit must hold for synthetic data too, since nothing
/// in a value says that it is synthetic.
impl fmt::Debug for SynthRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields: Vec<_> = self.values.iter().map(|(name, _)| name).collect();
        f.debug_struct("SynthRecord")
            .field("collection", &self.collection)
            .field("fields", &fields)
            .finish()
    }
}
