//! Percent-decoding that says what was wrong instead of passing over it.

use std::borrow::Cow;

use crate::Rule;

/// The text behind percent signs; with `plus`, as forms write it. Bytes that are no UTF-8 become U+FFFD:
/// whether they are taken is for whoever reads the value.
///
/// # Errors
/// `Encoding` if a percent sign is not followed by two hexadecimal digits, or if what comes out is
/// percent-encoded once more; `Control` if it holds a control character.
pub(crate) fn percent(raw: &str, plus: bool) -> Result<Cow<'_, str>, Rule> {
    let bytes = raw.as_bytes();
    if !bytes.iter().any(|b| *b == b'%' || (plus && *b == b'+')) {
        return Ok(Cow::Borrowed(raw));
    }
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'%' => {
                decoded.push(escaped(bytes, at).ok_or(Rule::Encoding)?);
                at += 3;
                continue;
            }
            b'+' if plus => decoded.push(b' '),
            other => decoded.push(*other),
        }
        at += 1;
    }
    if decoded.iter().any(u8::is_ascii_control) {
        return Err(Rule::Control);
    }
    // A letter or digit is never encoded by a client that encodes what it must; `%2e`, `%2f`, `%25`
    // behind another layer are how filters are passed by.
    if (0..decoded.len()).any(|at| decoded[at] == b'%' && escaped(&decoded, at).is_some()) {
        return Err(Rule::Encoding);
    }
    Ok(Cow::Owned(String::from_utf8_lossy(&decoded).into_owned()))
}

/// The same text with one more layer of percent-encoding taken off, if there is one. What encodes
/// nothing stays: `50%` is a price.
pub(crate) fn deeper(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut decoded = Vec::new();
    let (mut at, mut found) = (0, false);
    while let Some(byte) = bytes.get(at) {
        if let Some(value) = escaped(bytes, at) {
            decoded.push(value);
            (at, found) = (at + 3, true);
        } else {
            decoded.push(*byte);
            at += 1;
        }
    }
    found.then(|| String::from_utf8_lossy(&decoded).into_owned())
}

fn escaped(bytes: &[u8], at: usize) -> Option<u8> {
    if bytes.get(at) != Some(&b'%') {
        return None;
    }
    let digit = |at: usize| char::from(*bytes.get(at)?).to_digit(16);
    u8::try_from(digit(at + 1)? * 16 + digit(at + 2)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_layer_comes_off_and_a_second_is_refused() {
        assert_eq!(percent("a%20b", false).unwrap(), "a b");
        assert_eq!(percent("a+b", true).unwrap(), "a b");
        assert_eq!(percent("a+b", false).unwrap(), "a+b");
        assert_eq!(percent("50%25", false).unwrap(), "50%");
        assert_eq!(percent("%E5%BC%A0", false).unwrap(), "张");
        for (raw, rule) in [
            ("%", Rule::Encoding),
            ("%2", Rule::Encoding),
            ("%zz", Rule::Encoding),
            ("%252e", Rule::Encoding),
            ("%00", Rule::Control),
            ("%0d%0a", Rule::Control),
        ] {
            assert_eq!(percent(raw, false), Err(rule), "{raw}");
        }
    }
}
