//! Being evaluated by a template or a logging library.

/// Whether this text, in lower case, holds an expression that some library would evaluate. A place
/// holder that a template left behind, such as `${name}` or `{{姓名}}`, is none: it computes nothing.
pub(crate) fn is_expression(lower: &str) -> bool {
    OPENINGS.iter().any(|(open, close)| {
        lower.match_indices(open).any(|(at, _)| {
            let inside = &lower[at + open.len()..];
            // An expression that is not closed is closed by what it is put into.
            let inside = inside
                .split_once(close)
                .map_or(inside, |(inside, _)| inside);
            computes(inside)
        })
    })
}

fn computes(inside: &str) -> bool {
    let inside = inside.trim();
    if !inside.is_ascii() || inside.len() > 200 {
        return false;
    }
    let calls = ["(", ":", "${", "__", "import "]
        .iter()
        .any(|sign| inside.contains(sign));
    let sum = inside.contains(['*', '+', '/', '-'])
        && inside.bytes().any(|b| b.is_ascii_digit())
        && !inside.bytes().any(|b| b.is_ascii_alphabetic());
    calls || sum
}

const OPENINGS: [(&str, &str); 5] = [
    ("${", "}"),
    ("{{", "}}"),
    ("#{", "}"),
    ("<%", "%>"),
    ("{%", "%}"),
];
