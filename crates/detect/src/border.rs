//! Where words end.

/// Whether what stands from `start` to `end` is whole: at neither border does it go on with a byte that is
/// `part` of words like those it is made of there. Borders beside other bytes are free.
pub(crate) fn is_whole(bytes: &[u8], start: usize, end: usize, part: fn(&u8) -> bool) -> bool {
    let is_part = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(part);
    let goes_on = |one: Option<usize>, other: Option<usize>| is_part(one) && is_part(other);
    !goes_on(start.checked_sub(1), Some(start)) && !goes_on(end.checked_sub(1), Some(end))
}

#[cfg(test)]
mod tests {
    use super::is_whole;

    #[test]
    fn a_word_goes_on_only_with_what_it_is_made_of() {
        let check = |text: &str, part: fn(&u8) -> bool, expected: bool| {
            let start = text.find("tel").unwrap_or_default();
            assert_eq!(
                is_whole(text.as_bytes(), start, start + 3, part),
                expected,
                "{text}"
            );
        };
        check("tel", u8::is_ascii_alphanumeric, true);
        check("电tel话", u8::is_ascii_alphanumeric, true);
        check("tel138", u8::is_ascii_alphanumeric, false);
        check("tel138", u8::is_ascii_alphabetic, true);
        check("hotel", u8::is_ascii_alphabetic, false);
    }
}
