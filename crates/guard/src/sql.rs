//! Breaking out of a statement.

/// Whether this text, in lower case, would break out of a statement that was put together from strings.
///
/// libinjection decides. Text that also holds other than ASCII is looked at twice, because its words are
/// all alike to libinjection and a quoted Chinese word beside `or` then looks like a comparison: there, a
/// part without any of them must be an attack by itself.
pub(crate) fn is_sql(lower: &str) -> bool {
    if is_tautology(lower) {
        return true;
    }
    if lower.is_ascii() {
        return is_injection(lower)
            || ends_in_comment(lower)
            || is_chained(lower)
            || asks_within(lower);
    }
    is_chained(lower)
        || (is_injection(lower) && parts(lower).any(|(part, is_last)| acts(part, is_last)))
}

fn is_injection(text: &str) -> bool {
    libinjectionrs::detect_sqli(text.as_bytes()).is_injection()
}

/// The parts of a text that are ASCII, and whether each is the last of the text.
fn parts(text: &str) -> impl Iterator<Item = (&str, bool)> {
    text.split(|c: char| !c.is_ascii())
        .filter(|part| part.len() > 1)
        .map(move |part| (part, text.ends_with(part)))
}

/// Whether this part does its work whatever stands around it: it is the last, or makes what follows a
/// comment or another statement.
fn acts(part: &str, is_last: bool) -> bool {
    let cuts = ["--", "#", "/*", ";"].iter().any(|cut| part.contains(cut));
    // `… ' or '`: two empty strings, as in a quoted word. Nothing comes of them.
    let is_quoted_word = part.trim_end().ends_with(['\'', '"']) && part.len() < 10;
    (cuts || (is_last && !is_quoted_word)) && is_injection(part)
}

/// `' or 'x'='x`, in whatever script.
fn is_tautology(lower: &str) -> bool {
    ['\'', '"'].into_iter().any(|quote| {
        let pieces: Vec<&str> = lower.split(quote).map(str::trim).collect();
        // Quote, junction, quote, anything, quote, comparison, quote.
        pieces.windows(4).any(|window| {
            let [_, junction, _, comparison] = window else {
                return false;
            };
            matches!(*junction, "or" | "and" | "||" | "&&" | ") or (" | ") and (")
                && matches!(*comparison, "=" | "<>" | "!=" | "<" | ">" | "like")
        })
    })
}

/// `admin'#`: a quote and then a comment, in a text of ASCII alone.
fn ends_in_comment(lower: &str) -> bool {
    ['\'', '"'].into_iter().any(|quote| {
        lower
            .rsplit_once(quote)
            .is_some_and(|(_, rest)| matches!(rest.trim(), "#" | "--" | "/*" | "-- -" | ";"))
    })
}

/// `(select …`, or a quote, a junction and a call: in a text of ASCII alone.
fn asks_within(lower: &str) -> bool {
    let calls = |rest: &str| {
        let rest = rest.trim_start();
        let rest = ["or ", "and "]
            .iter()
            .find_map(|word| rest.strip_prefix(word));
        rest.and_then(|rest| rest.split_once('('))
            .is_some_and(|(name, _)| {
                !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            })
    };
    lower.contains("(select ")
        || ['\'', '"']
            .into_iter()
            .any(|quote| lower.split(quote).skip(1).any(calls))
}

/// A quote or a bracket, a semicolon, and another statement.
fn is_chained(lower: &str) -> bool {
    lower.match_indices(';').any(|(at, _)| {
        let (before, rest) = lower.split_at(at);
        let mut words = rest[1..].split_ascii_whitespace();
        let (first, second) = (words.next(), words.next());
        before.trim_end().ends_with(['\'', '"', ')'])
            && matches!(
                (first, second),
                (
                    Some("drop" | "alter" | "create" | "truncate"),
                    Some("table" | "database" | "view" | "index")
                ) | (Some("delete" | "copy"), Some(_))
                    | (Some("insert"), Some("into"))
                    | (Some("exec" | "execute" | "declare"), Some(_))
            )
            && words.next().is_none_or(|third| third.is_ascii())
    })
}
