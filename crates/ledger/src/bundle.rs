//! Entries packed one after another: the body of a stored batch and of a C2SP entry bundle.

/// Packs entries: each is preceded by its length in 2 bytes, big-endian.
///
/// This is the format of `tile/entries/…` resources; a stored commit batch uses it too.
///
/// # Errors
/// [`EntryTooLong`] if an entry has more than 65,535 bytes.
///
/// Source: C2SP tlog-tiles, "Log entries".
pub fn pack<T: AsRef<[u8]>>(entries: impl IntoIterator<Item = T>) -> Result<Vec<u8>, EntryTooLong> {
    let mut packed = Vec::new();
    for entry in entries {
        let entry = entry.as_ref();
        let length = u16::try_from(entry.len()).map_err(|_| EntryTooLong(entry.len()))?;
        packed.extend(length.to_be_bytes());
        packed.extend(entry);
    }
    Ok(packed)
}

/// The entries of what [`pack`] wrote, in order. Allocates nothing.
///
/// The iterator ends after the last entry, or after one [`Torn`] where a length leads past the end.
pub fn unpack(packed: &[u8]) -> impl Iterator<Item = Result<&[u8], Torn>> {
    let mut rest = packed;
    let mut entry = 0;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let split = rest
            .split_first_chunk::<2>()
            .and_then(|(length, after)| after.split_at_checked(u16::from_be_bytes(*length).into()));
        let item = match split {
            Some((body, after)) => {
                rest = after;
                Ok(body)
            }
            None => {
                rest = &[];
                Err(Torn { entry })
            }
        };
        entry += 1;
        Some(item)
    })
}

/// An entry of this many bytes does not fit: 65,535 are the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an entry of {0} bytes is too long: 65535 are the most")]
pub struct EntryTooLong(pub usize);

/// The packed bytes end within an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the packed entries are torn at entry {entry} of the batch")]
pub struct Torn {
    /// Which entry of the batch is incomplete, counted from 0.
    pub entry: u64,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_packed_is_unpacked(entries: Vec<Vec<u8>>) {
            let packed = pack(&entries).unwrap();
            let unpacked: Result<Vec<_>, _> = unpack(&packed).collect();
            prop_assert_eq!(unpacked.unwrap(), entries);
        }

        #[test]
        fn any_bytes_unpack_to_entries_that_pack_to_them_or_are_torn(bytes: Vec<u8>) {
            match unpack(&bytes).collect::<Result<Vec<_>, _>>() {
                Ok(entries) => prop_assert_eq!(pack(entries).unwrap(), bytes),
                Err(torn) => prop_assert_eq!(torn.entry + 1, unpack(&bytes).count() as u64),
            }
        }
    }

    #[test]
    fn an_entry_too_long_for_its_length_is_refused() {
        assert_eq!(pack([vec![0; 65_535]]).unwrap().len(), 65_537);
        assert_eq!(pack([vec![0; 65_536]]), Err(EntryTooLong(65_536)));
    }
}
