//! Entries: what happened, without a person's values.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

use crate::Kind;

/// One entry of the ledger. It names people by pseudonym and fields by name; it never holds a value.
///
/// Its bytes are one line of JSON that an auditor can read, with keys in this order, those that say
/// nothing left out:
///
/// | key | what | example |
/// |---|---|---|
/// | `t` | when, microseconds since 1970-01-01T00:00:00Z | `1795216925000123` |
/// | `k` | kind | `"read"` |
/// | `a` | actor | `"stf_06fs8k…"` |
/// | `s` | subject's pseudonym, base64url | `"q83vASNFZ4mrze8BI0VniQ"` |
/// | `p` | purpose | `"after-sales-service"` |
/// | `c` | case | `"WO-2026-000123"` |
/// | `f` | fields: form, rule, then fields by collection | `["masked own-order customer.mobile,name"]` |
/// | `v` | versions of the register and of the policies | `[3,2]` |
/// | `m` | 1 if a second factor was fresh | `1` |
/// | `x` | further pairs: ids, counts, digests | `[["rows","5000"]]` |
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When, in microseconds since 1970-01-01T00:00:00Z.
    pub at: i64,
    /// What happened.
    pub kind: Kind,
    /// Who did it: `stf_…`, `key_…`, `operator`.
    pub actor: String,
    /// The pseudonym of the person whom it concerns.
    pub subject: Option<[u8; 16]>,
    /// For what purpose.
    pub purpose: Option<String>,
    /// For which case.
    pub case: Option<String>,
    /// Which fields were answered, as `collection.field`, by form and rule.
    pub fields: BTreeMap<Treatment, BTreeSet<String>>,
    /// The register's version; 0 before the first.
    pub register: u32,
    /// The policies' version; 0 before the first.
    pub policy: u32,
    /// Whether the actor had given a second factor.
    pub second_factor: bool,
    /// Further pairs of a word and an id, count or digest, in order. Never a person's value.
    pub extra: Vec<(String, String)>,
}

/// How fields were answered and by which rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Treatment {
    /// The form's word: `clear`, `masked`, `withheld`, …
    pub form: String,
    /// The id of the rule.
    pub rule: String,
}

impl Entry {
    /// An entry that says when, what and who.
    pub fn new(at: i64, kind: Kind, actor: impl Into<String>) -> Self {
        Self {
            at,
            kind,
            actor: actor.into(),
            subject: None,
            purpose: None,
            case: None,
            fields: BTreeMap::new(),
            register: 0,
            policy: 0,
            second_factor: false,
            extra: Vec::new(),
        }
    }

    /// Adds one field, named `collection.field`, answered in `form` by `rule`.
    pub fn add_field(&mut self, form: &str, rule: &str, field: impl Into<String>) {
        let known = |(how, _): &(&Treatment, &mut _)| how.form == form && how.rule == rule;
        if let Some((_, fields)) = self.fields.iter_mut().find(known) {
            fields.insert(field.into());
            return;
        }
        let treatment = Treatment {
            form: form.into(),
            rule: rule.into(),
        };
        self.fields
            .insert(treatment, BTreeSet::from([field.into()]));
    }

    /// The entry's bytes: the one spelling of it.
    ///
    /// # Errors
    /// [`EntryError::Text`] if a text is empty, holds a control character or is longer than 300
    /// bytes, or if a form, rule or field holds what separates them; [`EntryError::TooLong`] beyond
    /// 65,535 bytes.
    pub fn encode(&self) -> Result<Vec<u8>, EntryError> {
        self.check()?;
        let bytes = serde_json::to_vec(&Wire::of(self)).map_err(|_| EntryError::Shape)?;
        if bytes.len() > MAX_BYTES {
            Err(EntryError::TooLong(bytes.len()))
        } else {
            Ok(bytes)
        }
    }

    /// Reads an entry's bytes.
    ///
    /// # Errors
    /// [`EntryError::Kind`] for a kind of a later version; otherwise [`EntryError::Shape`] unless the
    /// bytes are exactly what [`encode`](Self::encode) writes: no unknown, repeated or misplaced key,
    /// no spare blank.
    pub fn decode(bytes: &[u8]) -> Result<Self, EntryError> {
        let wire: Wire<'_> = serde_json::from_slice(bytes).map_err(|_| EntryError::Shape)?;
        let entry = wire.entry()?;
        if entry.encode()? == bytes {
            Ok(entry)
        } else {
            Err(EntryError::Shape)
        }
    }

    fn check(&self) -> Result<(), EntryError> {
        let texts = [
            ("a", Some(&self.actor)),
            ("p", self.purpose.as_ref()),
            ("c", self.case.as_ref()),
        ];
        let texts = texts
            .into_iter()
            .filter_map(|(key, text)| Some((key, text?)));
        let extra = self
            .extra
            .iter()
            .flat_map(|(word, text)| [("x", word), ("x", text)]);
        if let Some((key, _)) = texts.chain(extra).find(|(_, text)| !is_text(text)) {
            return Err(EntryError::Text(key));
        }
        let named = self.fields.iter().all(|(treatment, fields)| {
            let words = [&treatment.form, &treatment.rule]
                .into_iter()
                .all(|word| is_word(word));
            let is_field = |field: &String| {
                is_word(field)
                    && !field.contains(',')
                    && field.split_once('.').is_some_and(|(collection, name)| {
                        !collection.is_empty() && !name.is_empty() && !name.contains('.')
                    })
            };
            words && !fields.is_empty() && fields.iter().all(is_field)
        });
        if named {
            Ok(())
        } else {
            Err(EntryError::Text("f"))
        }
    }
}

/// Why something is no entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// The text under this key cannot stand in an entry.
    #[error("the text under {0:?} is empty, too long, or holds a character that may not be there")]
    Text(&'static str),
    /// The entry would have this many bytes.
    #[error("an entry of {0} bytes is too long: 65535 are the most")]
    TooLong(usize),
    /// The bytes are not the one spelling of an entry.
    #[error("not an entry in its one spelling")]
    Shape,
    /// The kind is of a later version.
    #[error("the kind of the entry is of a later version")]
    Kind,
}

/// The entry as it is written. Reading accepts more than one spelling; `decode` compares.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire<'a> {
    t: i64,
    #[serde(borrow)]
    k: Cow<'a, str>,
    #[serde(borrow)]
    a: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    s: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    p: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    c: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    f: Vec<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    v: Option<[u32; 2]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    m: Option<u8>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    x: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a> Wire<'a> {
    fn of(entry: &'a Entry) -> Self {
        let text = |text: &'a String| Cow::Borrowed(text.as_str());
        let versions = [entry.register, entry.policy];
        Self {
            t: entry.at,
            k: entry.kind.word().into(),
            a: text(&entry.actor),
            s: entry
                .subject
                .map(|subject| BASE64URL_NOPAD.encode(&subject).into()),
            p: entry.purpose.as_ref().map(text),
            c: entry.case.as_ref().map(text),
            f: entry
                .fields
                .iter()
                .map(|(how, fields)| group(how, fields).into())
                .collect(),
            v: (versions != [0, 0]).then_some(versions),
            m: entry.second_factor.then_some(1),
            x: entry
                .extra
                .iter()
                .map(|(word, value)| (text(word), text(value)))
                .collect(),
        }
    }

    fn entry(self) -> Result<Entry, EntryError> {
        let subject = |text: Cow<'_, str>| {
            BASE64URL_NOPAD
                .decode(text.as_bytes())
                .ok()?
                .try_into()
                .ok()
        };
        let [register, policy] = self.v.unwrap_or_default();
        let mut entry = Entry {
            at: self.t,
            kind: self.k.parse().map_err(|_| EntryError::Kind)?,
            actor: self.a.into_owned(),
            subject: match self.s {
                Some(text) => Some(subject(text).ok_or(EntryError::Shape)?),
                None => None,
            },
            purpose: self.p.map(Cow::into_owned),
            case: self.c.map(Cow::into_owned),
            fields: BTreeMap::new(),
            register,
            policy,
            second_factor: self.m == Some(1),
            extra: self
                .x
                .into_iter()
                .map(|(word, value)| (word.into_owned(), value.into_owned()))
                .collect(),
        };
        for group in &self.f {
            let (treatment, fields) = ungroup(group).ok_or(EntryError::Shape)?;
            entry.fields.insert(treatment, fields);
        }
        Ok(entry)
    }
}

/// `form rule collection.field,field collection.field`: each collection is named once.
fn group(how: &Treatment, fields: &BTreeSet<String>) -> String {
    let mut text = format!("{} {}", how.form, how.rule);
    let mut last = "";
    for field in fields {
        let (collection, name) = field.split_once('.').unwrap_or((field, ""));
        if collection == last {
            text.extend([",", name]);
        } else {
            text.extend([" ", field]);
            last = collection;
        }
    }
    text
}

fn ungroup(text: &str) -> Option<(Treatment, BTreeSet<String>)> {
    let mut words = text.split(' ');
    let treatment = Treatment {
        form: words.next()?.into(),
        rule: words.next()?.into(),
    };
    let mut fields = BTreeSet::new();
    for word in words {
        let (collection, names) = word.split_once('.')?;
        fields.extend(names.split(',').map(|name| format!("{collection}.{name}")));
    }
    Some((treatment, fields))
}

fn is_text(text: &str) -> bool {
    // Nearly every text of an entry is ASCII, where a byte is a character.
    let plain = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    !text.is_empty() && text.len() <= MAX_TEXT && (plain || !text.contains(char::is_control))
}

fn is_word(text: &str) -> bool {
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic());
    is_text(text) && (plain || !text.contains(char::is_whitespace))
}

/// The most that fits the length prefix of an entry bundle.
const MAX_BYTES: usize = 65_535;
const MAX_TEXT: usize = 300;

impl Serialize for Entry {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Wire::of(self).serialize(serializer)
    }
}

/// Reads any spelling, for files that people may have reformatted. Hash what
/// [`encode`](Entry::encode) gives, never what was read.
impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Wire::deserialize(deserializer)?
            .entry()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
