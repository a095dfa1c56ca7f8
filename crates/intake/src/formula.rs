//! Text that a spreadsheet would run when someone opens an export of it.

/// Whether the text starts as a formula: `=…`, or `+`, `-`, `@` before a call or a command.
pub(crate) fn is_formula(text: &str) -> bool {
    let mut rest = text.trim_start().chars();
    match rest.next() {
        Some('=') => !rest.as_str().trim().is_empty(),
        // Phones start with +, lists with -, names of accounts with @: only a call makes a formula.
        Some('+' | '-' | '@') => is_call(rest.as_str()),
        _ => false,
    }
}

fn is_call(text: &str) -> bool {
    let has_command = text
        .split_once('|')
        .is_some_and(|(_, after)| after.contains('!'));
    let has_function = text.match_indices('(').any(|(at, _)| {
        let word = text[..at]
            .rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '.')
            .next();
        word.is_some_and(|w| w.len() >= 2 && w.starts_with(|c: char| c.is_ascii_alphabetic()))
    });
    has_command || has_function
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_told_from_phones_lists_and_accounts() {
        for (text, expected) in [
            ("=cmd|' /C calc'!A0", true),
            ("=1+1", true),
            (" =HYPERLINK(\"x\")", true),
            ("+cmd|' /C calc'!A0", true),
            ("-2+3+cmd|' /C calc'!A0", true),
            ("@SUM(1+1)", true),
            ("=", false),
            ("+86 (138) 0013-8000", false),
            ("- first (of two)", false),
            ("@service", false),
            ("a=b", false),
        ] {
            assert_eq!(is_formula(text), expected, "{text}");
        }
    }
}
