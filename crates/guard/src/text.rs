//! One value.

use crate::{Rule, command, decode, expression, markup, path, sql};

/// What looks like an attack in this decoded value, if anything.
///
/// For values of a declared form and for what people type into fields that are searched: names,
/// addresses, part numbers, prices. Chinese business text that merely holds words or signs of SQL passes;
/// `corpus/guard/` measures it. A value of letters, digits, ids and Chinese alone costs one pass.
pub fn text(value: &str) -> Option<Rule> {
    if is_plain(value) {
        return None;
    }
    if value.len() > LONGEST {
        return Some(Rule::Oversized);
    }
    let found = layer(value);
    if found.is_some() || !value.contains('%') {
        return found;
    }
    // A value that arrives decoded and is encoded still, once or twice, was meant for another's decoder.
    let mut inner = decode::deeper(value)?;
    for _ in 0..LAYERS {
        if inner.bytes().any(|b| b.is_ascii_control()) {
            return Some(Rule::Control);
        }
        if let Some(rule) = layer(&inner) {
            return Some(rule);
        }
        inner = decode::deeper(&inner)?;
    }
    Some(Rule::Encoding)
}

fn layer(value: &str) -> Option<Rule> {
    let lower = value.to_ascii_lowercase();
    let rules: [(Rule, Judge); 5] = [
        (Rule::Expression, expression::is_expression),
        (Rule::Traversal, path::leaves),
        (Rule::Command, command::is_command),
        (Rule::Markup, markup::is_markup),
        (Rule::Sql, sql::is_sql),
    ];
    rules
        .into_iter()
        .find(|(_, is)| is(&lower))
        .map(|(rule, _)| rule)
}

/// Whether a text, in lower case, breaks a rule.
type Judge = fn(&str) -> bool;

/// Whether there is no sign in it that any rule needs.
fn is_plain(value: &str) -> bool {
    let mut before = 0;
    value.bytes().all(|byte| {
        let plain = byte.is_ascii_alphanumeric()
            || byte >= 0x80
            || matches!(byte, b'_' | b':' | b'@' | b',')
            || (matches!(byte, b'-' | b'.') && before != byte);
        before = byte;
        plain
    })
}

/// Longer than any value of a declared form.
const LONGEST: usize = 8 * 1024;
/// How many more layers are looked through.
const LAYERS: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_once_more_is_looked_through() {
        assert_eq!(text("%27 or 1=1--"), Some(Rule::Sql));
        assert_eq!(text("..%252f..%252fetc"), Some(Rule::Traversal));
        assert_eq!(text("%25252525252541"), Some(Rule::Encoding));
        assert_eq!(text("折扣 20%~30%,最高 35%"), None);
        assert_eq!(text("%20 这种乱码是什么意思"), None);
    }

    #[test]
    fn ids_names_and_numbers_cost_one_pass() {
        for plain in [
            "sub_06fs8k0000000000000000000g",
            "customer.mobile",
            "张三",
            "",
            "a-b.c",
        ] {
            assert!(is_plain(plain), "{plain}");
        }
        for other in ["a--b", "..", "a b", "'", "a/b"] {
            assert!(!is_plain(other), "{other}");
        }
    }

    #[test]
    fn a_long_value_is_refused_unless_it_is_plain() {
        assert_eq!(text(&"x".repeat(100_000)), None);
        assert_eq!(text(&"x ".repeat(100_000)), Some(Rule::Oversized));
    }
}
