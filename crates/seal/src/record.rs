//! The sealed fields of one record as one byte string.
//!
//! `version (1) | for each field: length of name (1) | name | length of envelope (4) | envelope`,
//! fields in ascending order of their names, so that one record has one encoding. What was taken out of a field
//! and sealed apart from it stands under `field~part`.

use std::collections::BTreeMap;

use shouxin_model::id::is_name;

/// The sealed fields of one record: field name to envelope.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SealedRecord {
    fields: BTreeMap<String, Vec<u8>>,
}

impl SealedRecord {
    /// Reads a record's byte string.
    ///
    /// # Errors
    /// `Version` if a newer program wrote it; `Damaged` if it is not what [`encode`](Self::encode)
    /// gives, down to the order of the fields.
    pub fn decode(bytes: &[u8]) -> Result<Self, RecordError> {
        let fields = SealedFields::decode(bytes)?;
        let owned = |(name, envelope): (&str, &[u8])| (name.to_owned(), envelope.to_vec());
        Ok(Self {
            fields: fields.0.into_iter().map(owned).collect(),
        })
    }

    /// The record as one byte string.
    pub fn encode(&self) -> Vec<u8> {
        let size = self
            .fields
            .iter()
            .map(|(name, envelope)| 5 + name.len() + envelope.len());
        let mut bytes = Vec::with_capacity(1 + size.sum::<usize>());
        bytes.push(VERSION);
        for (name, envelope) in &self.fields {
            let name_bytes = u8::try_from(name.len()).expect("a name has at most 81 bytes");
            let size = u32::try_from(envelope.len()).expect("an envelope is below 4 GiB");
            bytes.push(name_bytes);
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend_from_slice(&size.to_be_bytes());
            bytes.extend_from_slice(envelope);
        }
        bytes
    }

    /// Puts a field's envelope in, in place of an earlier one.
    ///
    /// # Panics
    /// If `field` names neither a field ([`is_name`]) nor a part of one: the register lets no other name through.
    pub fn insert(&mut self, field: &str, envelope: Vec<u8>) {
        assert!(is_entry(field), "a field name of the register");
        self.fields.insert(field.to_owned(), envelope);
    }

    /// The envelope of this field.
    pub fn get(&self, field: &str) -> Option<&[u8]> {
        self.fields.get(field).map(Vec::as_slice)
    }

    /// The names of what was sealed apart from this field, in ascending order.
    pub fn parts<'s>(&'s self, field: &'s str) -> impl Iterator<Item = &'s str> {
        let names = self.fields.keys().map(String::as_str);
        names.filter(move |name| part_of(name, field).is_some())
    }

    /// Takes a field's envelope out.
    pub fn remove(&mut self, field: &str) -> Option<Vec<u8>> {
        self.fields.remove(field)
    }

    /// Every field with its envelope, in ascending order of names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.fields
            .iter()
            .map(|(name, envelope)| (name.as_str(), envelope.as_slice()))
    }

    /// Whether no field is in it.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }
}

/// The sealed fields of one record, where they lie: for whoever only opens some of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SealedFields<'a>(Vec<(&'a str, &'a [u8])>);

impl<'a> SealedFields<'a> {
    /// Looks a record's byte string through.
    ///
    /// # Errors
    /// As [`SealedRecord::decode`].
    pub fn decode(bytes: &'a [u8]) -> Result<Self, RecordError> {
        match bytes.split_first() {
            Some((&VERSION, rest)) => parse(rest).map(Self).ok_or(RecordError::Damaged),
            Some((&version, _)) => Err(RecordError::Version(version)),
            None => Err(RecordError::Damaged),
        }
    }

    /// The envelope of this field.
    pub fn get(&self, field: &str) -> Option<&'a [u8]> {
        let at = self.0.binary_search_by(|(name, _)| (*name).cmp(field));
        at.ok().map(|at| self.0[at].1)
    }

    /// What was sealed apart from this field: the word of each part, in ascending order.
    pub fn parts<'s>(&'s self, field: &'s str) -> impl Iterator<Item = &'a str> + 's {
        self.0
            .iter()
            .filter_map(move |(name, _)| part_of(name, field))
    }
}

/// The name under which a part of a field is sealed apart from it.
pub fn part_name(field: &str, part: &str) -> String {
    format!("{field}{PART}{part}")
}

/// The part's word, if `name` is a part of this field.
fn part_of<'n>(name: &'n str, field: &str) -> Option<&'n str> {
    name.strip_prefix(field)?.strip_prefix(PART)
}

/// Whether a record may hold something under this name.
fn is_entry(name: &str) -> bool {
    match name.split_once(PART) {
        Some((field, part)) => is_name(field) && is_name(part),
        None => is_name(name),
    }
}

/// Stands in no name of a field.
const PART: char = '~';

/// Why bytes are no sealed record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// A newer program wrote it, or the first byte is damaged.
    #[error("sealed record version {0} is unknown")]
    Version(u8),
    /// The bytes do not have the shape of a record.
    #[error("the sealed record is damaged")]
    Damaged,
}

fn parse(mut rest: &[u8]) -> Option<Vec<(&str, &[u8])>> {
    let mut fields = Vec::<(&str, &[u8])>::with_capacity(16);
    while let Some((&length, after)) = rest.split_first() {
        let (name, after) = after.split_at_checked(usize::from(length))?;
        let name = std::str::from_utf8(name)
            .ok()
            .filter(|name| is_entry(name))?;
        let (size, after) = after.split_first_chunk()?;
        let size = usize::try_from(u32::from_be_bytes(*size)).ok()?;
        let (envelope, after) = after.split_at_checked(size)?;
        if fields.last().is_some_and(|(last, _)| *last >= name) {
            return None;
        }
        fields.push((name, envelope));
        rest = after;
    }
    Some(fields)
}

const VERSION: u8 = 1;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn record(fields: &[(&str, &[u8])]) -> SealedRecord {
        let mut record = SealedRecord::default();
        for (name, envelope) in fields {
            record.insert(name, envelope.to_vec());
        }
        record
    }

    #[test]
    fn a_record_has_the_documented_shape() {
        let bytes = record(&[("b", b"22"), ("a", b"1")]).encode();
        assert_eq!(bytes, b"\x01\x01a\0\0\0\x011\x01b\0\0\0\x0222");
        assert_eq!(SealedRecord::default().encode(), b"\x01");
    }

    #[test]
    fn parts_are_those_of_their_field() {
        let all = [
            ("a", "1"),
            ("a~x", "2"),
            ("a~y", "3"),
            ("ab", "4"),
            ("ab~z", "5"),
        ];
        let record = record(&all.map(|(name, envelope)| (name, envelope.as_bytes())));
        assert_eq!(record.parts("a").collect::<Vec<_>>(), ["a~x", "a~y"]);
        let bytes = record.encode();
        let fields = SealedFields::decode(&bytes).unwrap();
        assert_eq!(fields.parts("a").collect::<Vec<_>>(), ["x", "y"]);
        assert_eq!(fields.parts("ab").collect::<Vec<_>>(), ["z"]);
        assert_eq!(fields.get(&part_name("a", "y")), Some(&b"3"[..]));
    }

    #[test]
    fn other_shapes_are_refused() {
        let check =
            |bytes: &[u8], wanted| assert_eq!(SealedRecord::decode(bytes).unwrap_err(), wanted);
        check(b"", RecordError::Damaged);
        check(b"\x02", RecordError::Version(2));
        check(b"\x01\x01b\0\0\0\0\x01a\0\0\0\0", RecordError::Damaged);
        check(b"\x01\x01a\0\0\0\0\x01a\0\0\0\0", RecordError::Damaged);
        check(b"\x01\x01A\0\0\0\0", RecordError::Damaged);
        check(b"\x01\x02a~\0\0\0\0", RecordError::Damaged);
        check(b"\x01\x05a~b~c\0\0\0\0", RecordError::Damaged);
        check(b"\x01\0\0\0\0\0", RecordError::Damaged);
        check(b"\x01\x01a\xff\xff\xff\xff1", RecordError::Damaged);
    }

    proptest! {
        #[test]
        fn every_record_comes_back(
            fields in prop::collection::btree_map("[a-z][a-z0-9_]{0,39}(~[a-z][a-z0-9_]{0,12})?", any::<Vec<u8>>(), 0..9),
            cut: prop::sample::Index,
        ) {
            let record = SealedRecord { fields };
            let bytes = record.encode();
            prop_assert_eq!(SealedRecord::decode(&bytes), Ok(record.clone()));
            let fields = SealedFields::decode(&bytes).unwrap();
            for (name, envelope) in record.iter() {
                prop_assert_eq!(fields.get(name), Some(envelope));
            }
            prop_assert_eq!(fields.get("0"), None);
            // A cut either falls between two fields or is noticed.
            if let Ok(shorter) = SealedRecord::decode(&bytes[..cut.index(bytes.len())]) {
                prop_assert!(shorter.fields.len() < record.fields.len());
            }
        }

        #[test]
        fn bytes_that_decode_are_the_encoding(tail: Vec<u8>) {
            let bytes = [&[VERSION], &tail[..]].concat();
            if let Ok(record) = SealedRecord::decode(&bytes) {
                prop_assert_eq!(record.encode(), bytes);
            }
        }
    }
}
