//! Ids: sixteen bytes, ordered by time, shown with the noun they name (`sub_…`).

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;
use std::sync::Arc;

use rand_core::Rng;
use serde::{Deserialize, Serialize};

use crate::Moment;

/// Crockford's alphabet in lower case: no `i l o u`, so an id read aloud is not misheard.
const ALPHABET: &str = "0123456789abcdefghjkmnpqrstvwxyz";

fn encoding() -> &'static data_encoding::Encoding {
    static ENCODING: std::sync::OnceLock<data_encoding::Encoding> = std::sync::OnceLock::new();
    ENCODING.get_or_init(|| {
        let mut spec = data_encoding::Specification::new();
        spec.symbols.push_str(ALPHABET);
        spec.encoding()
            .expect("the alphabet has 32 distinct symbols")
    })
}

/// Why a text is not an id of the wanted noun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// The prefix names another noun or none.
    #[error("expected an id that starts with {0}_")]
    Prefix(&'static str),
    /// What follows the prefix is not 26 characters of the id alphabet.
    #[error("after {0}_ an id has 26 characters of 0-9 and a-z without i, l, o, u")]
    Body(&'static str),
}

/// Characters of an id: three for the noun, an underscore, 26.
const SHOWN: usize = 30;

/// An id's text, written into `text`.
fn shown<'t>(noun: &str, bytes: &[u8; 16], text: &'t mut [u8; SHOWN]) -> &'t str {
    let (prefix, body) = text.split_at_mut(noun.len() + 1);
    prefix[..noun.len()].copy_from_slice(noun.as_bytes());
    prefix[noun.len()] = b'_';
    encoding().encode_mut(bytes, body);
    std::str::from_utf8(text).expect("nouns and the alphabet are ASCII")
}

/// Reads a text where it lies.
struct Parsed<T>(&'static str, PhantomData<T>);

impl<T> Parsed<T> {
    fn new(expecting: &'static str) -> Self {
        Self(expecting, PhantomData)
    }
}

impl<T: FromStr<Err: fmt::Display>> serde::de::Visitor<'_> for Parsed<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            /// What the text form starts with, without the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// A fresh id (UUID version 7): 48 bits of milliseconds, then random.
            pub fn make(now: Moment, rng: &mut impl Rng) -> Self {
                let mut random = [0u8; 10];
                rng.fill_bytes(&mut random);
                let millis = u64::try_from(now.micros() / 1000).unwrap_or(0);
                Self(*uuid::Builder::from_unix_timestamp_millis(millis, &random).as_uuid().as_bytes())
            }

            /// The id with these bytes.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// The id with these bytes, if there are sixteen.
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self)
            }

            /// The sixteen bytes.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(shown($prefix, &self.0, &mut [0; SHOWN]))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                let body = text
                    .strip_prefix($prefix)
                    .and_then(|rest| rest.strip_prefix('_'))
                    .ok_or(IdError::Prefix($prefix))?;
                let bytes = encoding().decode(body.as_bytes()).map_err(|_| IdError::Body($prefix))?;
                bytes.try_into().map(Self).map_err(|_| IdError::Body($prefix))
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(shown($prefix, &self.0, &mut [0; SHOWN]))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(Parsed::new("an id"))
            }
        }
    )*};
}

ids! {
    /// A data subject (个人信息主体).
    SubjectId = "sub";
    /// One record of a collection; belongs to one subject.
    RecordId = "rec";
    /// A member of staff.
    StaffId = "stf";
    /// A signed-in session of a member of staff.
    SessionId = "ses";
    /// A service's API key.
    ApiKeyId = "key";
    /// One import of a file.
    ImportId = "imp";
    /// One export of a file.
    ExportId = "exp";
    /// One background job.
    JobId = "job";
    /// One erasure of a subject.
    ErasureId = "ers";
    /// What somebody asked for and somebody else approves.
    ApprovalId = "apr";
    /// Access beyond a person's roles, for a time.
    GrantId = "gra";
    /// Something that somebody must look at now.
    AlarmId = "alm";
    /// A device that a person's sessions are bound to.
    DeviceId = "dev";
    /// A piece of evidence of what a subject said.
    EvidenceId = "evd";
    /// A change that other systems are told.
    ChangeId = "chg";
    /// One customer asked for consent at a counter.
    CounterId = "ctr";
    /// What a scan found at a place, of one kind.
    FindingId = "fnd";
    /// A rule by which findings are no longer raised.
    SuppressionId = "sup";
    /// A check of the quality of detection.
    QualityCheckId = "qck";
    /// One text of such a check.
    QualityTextId = "qtx";
}

/// A field's full name: `collection.field`. Cheap to clone: every read hands names around.
///
/// Ordered by collection, then field: the dot sorts before every character of a name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldRef {
    text: Arc<str>,
    /// Where the dot is.
    dot: u16,
}

impl FieldRef {
    /// The field `field` of `collection`.
    ///
    /// # Panics
    /// If the collection's name has 65,536 bytes or more; [`is_name`] allows 40.
    pub fn new(collection: impl AsRef<str>, field: impl AsRef<str>) -> Self {
        let (collection, field) = (collection.as_ref(), field.as_ref());
        Self {
            text: format!("{collection}.{field}").into(),
            dot: u16::try_from(collection.len()).expect("a name is short"),
        }
    }

    /// The collection's name.
    pub fn collection(&self) -> &str {
        &self.text[..usize::from(self.dot)]
    }

    /// The field's name within its collection.
    pub fn field(&self) -> &str {
        &self.text[usize::from(self.dot) + 1..]
    }

    /// The full name.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for FieldRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FieldRef({})", self.text)
    }
}

impl fmt::Display for FieldRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The text is no `collection.field`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a field is named as collection.field, in lower case letters, digits and _")]
pub struct FieldRefError;

impl FromStr for FieldRef {
    type Err = FieldRefError;

    fn from_str(text: &str) -> Result<Self, FieldRefError> {
        let (collection, field) = text.split_once('.').ok_or(FieldRefError)?;
        if is_name(collection) && is_name(field) {
            Ok(Self {
                text: text.into(),
                dot: u16::try_from(collection.len()).map_err(|_| FieldRefError)?,
            })
        } else {
            Err(FieldRefError)
        }
    }
}

impl Serialize for FieldRef {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for FieldRef {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Parsed::new("a field"))
    }
}

/// Whether `text` can name a collection or field: a letter, then up to 39 letters, digits or `_`.
pub fn is_name(text: &str) -> bool {
    text.len() <= 40
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// Whether `text` can name a role, purpose, zone or login: as [`is_name`], with `-` and `.` too.
pub fn is_slug(text: &str) -> bool {
    text.len() <= 60
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| {
            b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_its_own_text_and_refuses_another_noun() {
        let id = SubjectId::from_bytes([7; 16]);
        let text = id.to_string();
        assert_eq!(text.len(), 30);
        assert_eq!(text.parse(), Ok(id));
        assert_eq!(text.parse::<RecordId>(), Err(IdError::Prefix("rec")));
        assert_eq!("sub_0".parse::<SubjectId>(), Err(IdError::Body("sub")));
    }

    #[test]
    fn a_field_is_named_by_collection_and_field() {
        assert_eq!(
            "customer.mobile".parse(),
            Ok(FieldRef::new("customer", "mobile"))
        );
        for wrong in ["customer", "Customer.mobile", "a.b.c", ".x", "a.", "a.b-c"] {
            assert!(wrong.parse::<FieldRef>().is_err(), "{wrong}");
        }
    }
}
