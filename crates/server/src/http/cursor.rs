//! Opaque cursors: where a list goes on.

use data_encoding::BASE64URL_NOPAD;

/// A cursor of the list `list` that stands at these bytes.
pub fn cursor(list: u8, at: &[u8]) -> String {
    BASE64URL_NOPAD.encode(&[&[list], at].concat())
}

/// The bytes at which a cursor of the list `list` stands; `None` for anything else.
pub fn position<const N: usize>(list: u8, cursor: &str) -> Option<[u8; N]> {
    let bytes = BASE64URL_NOPAD.decode(cursor.as_bytes()).ok()?;
    let (of, at) = bytes.split_first()?;
    (*of == list).then_some(at)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_back_to_its_own_list_only() {
        let text = cursor(b'c', &7u64.to_be_bytes());
        assert_eq!(position(b'c', &text).map(u64::from_be_bytes), Some(7));
        assert_eq!(position::<8>(b'e', &text), None);
        assert_eq!(position::<16>(b'c', &text), None);
        assert_eq!(position::<8>(b'c', "nonsense!"), None);
        assert_eq!(position::<8>(b'c', ""), None);
    }
}
