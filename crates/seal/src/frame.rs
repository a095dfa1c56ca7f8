//! Unambiguous bytes for lists of parts.

/// The parts one after the other, each behind its length as four bytes, so that no two different
/// lists give the same bytes: `["ab", "c"]` and `["a", "bc"]` stay apart.
pub(crate) fn frame(parts: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(parts.iter().map(|p| p.len() + 4).sum());
    for part in parts {
        let length = u32::try_from(part.len()).expect("names, ids and labels are far below 4 GiB");
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(part);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::frame;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn different_lists_give_different_bytes(a: Vec<Vec<u8>>, b: Vec<Vec<u8>>) {
            let framed = |list: &Vec<Vec<u8>>| {
                frame(&list.iter().map(Vec::as_slice).collect::<Vec<_>>())
            };
            prop_assert_eq!(a == b, framed(&a) == framed(&b));
        }
    }

    #[test]
    fn a_boundary_that_moves_changes_the_bytes() {
        assert_ne!(frame(&[b"ab", b"c"]), frame(&[b"a", b"bc"]));
        assert_ne!(frame(&[b"ab", b""]), frame(&[b"ab"]));
    }
}
