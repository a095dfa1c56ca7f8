//! Rows as bytes, the same on every engine.

use shouxin_store::Value;

/// One row as it lies in a chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Packed {
    /// Its key's values.
    pub(super) key: Vec<Value>,
    /// All its values, packed.
    pub(super) bytes: Vec<u8>,
}

/// Packs values: for each a byte of its kind, then a number of eight bytes, or a length and its bytes.
pub(super) fn pack(values: &[Value]) -> Vec<u8> {
    let mut out = Vec::new();
    for value in values {
        match value {
            Value::Null => out.push(0),
            Value::Int(number) => {
                out.push(1);
                out.extend(number.to_be_bytes());
            }
            Value::Text(text) => sized(&mut out, 2, text.as_bytes()),
            Value::Bytes(bytes) => sized(&mut out, 3, bytes),
        }
    }
    out
}

/// The values that [`pack`] packed; `None` if these are none.
pub(super) fn unpack(mut bytes: &[u8]) -> Option<Vec<Value>> {
    let mut values = Vec::new();
    while let Some((kind, rest)) = bytes.split_first() {
        let (value, rest) = match kind {
            0 => (Value::Null, rest),
            1 => {
                let (number, rest) = rest.split_first_chunk()?;
                (Value::Int(i64::from_be_bytes(*number)), rest)
            }
            2 => {
                let (text, rest) = take(rest)?;
                (Value::Text(String::from_utf8(text.to_vec()).ok()?), rest)
            }
            3 => {
                let (bytes, rest) = take(rest)?;
                (Value::Bytes(bytes.to_vec()), rest)
            }
            _ => return None,
        };
        values.push(value);
        bytes = rest;
    }
    Some(values)
}

/// Adds one item to a list: its length and itself.
pub(super) fn push(out: &mut Vec<u8>, item: &[u8]) {
    let length = u32::try_from(item.len()).expect("a row is far below 4 GiB");
    out.extend(length.to_be_bytes());
    out.extend(item);
}

/// The items of a list of [`push`]; `None` if it ends within one.
pub(super) fn items(mut list: &[u8]) -> Option<Vec<&[u8]>> {
    let mut items = Vec::new();
    while !list.is_empty() {
        let (item, rest) = take(list)?;
        items.push(item);
        list = rest;
    }
    Some(items)
}

fn sized(out: &mut Vec<u8>, kind: u8, bytes: &[u8]) {
    out.push(kind);
    push(out, bytes);
}

fn take(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<i64>().prop_map(Value::Int),
            any::<String>().prop_map(Value::Text),
            any::<Vec<u8>>().prop_map(Value::Bytes),
        ]
    }

    proptest! {
        #[test]
        fn what_is_packed_comes_back_and_no_bytes_make_it_panic(
            values in proptest::collection::vec(value(), 0..8),
            noise in any::<Vec<u8>>(),
        ) {
            let packed = pack(&values);
            prop_assert_eq!(unpack(&packed), Some(values));
            let mut list = Vec::new();
            push(&mut list, &packed);
            push(&mut list, b"");
            prop_assert_eq!(items(&list), Some(vec![&packed[..], b""]));
            let _ = (unpack(&noise), items(&noise));
        }
    }
}
