//! Leaving the place where a path should stay.

/// Whether this text, in lower case, is a path out of its place, or to a file that attackers look for.
pub(crate) fn leaves(lower: &str) -> bool {
    climbs(lower) || FILES.iter().any(|file| lower.contains(file))
}

/// `../x` or `..\x`; a text that merely talks of `../` is none.
fn climbs(lower: &str) -> bool {
    ["../", "..\\", "..//"].iter().any(|step| {
        lower.match_indices(step).any(|(at, _)| {
            let next = lower[at + step.len()..].bytes().next();
            next.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'/' | b'\\'))
        })
    })
}

const FILES: [&str; 13] = [
    "/etc/passwd",
    "/etc/shadow",
    "/etc/hosts",
    "/proc/self",
    "/proc/version",
    "file://",
    "php://",
    "gopher://",
    "expect://",
    "\\boot.ini",
    "/boot.ini",
    "\\win.ini",
    "/win.ini",
];
