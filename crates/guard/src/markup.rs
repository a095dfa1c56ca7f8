//! Running in a page.

/// Whether this text, in lower case, would run in a page that repeats it.
pub(crate) fn is_markup(lower: &str) -> bool {
    const SIGNS: [&str; 5] = ["<script", "<!entity", "<!doctype", "<?xml", "<iframe"];
    if !lower.contains(['<', '>', '=', ':']) {
        return false;
    }
    SIGNS.iter().any(|sign| lower.contains(sign))
        || libinjectionrs::detect_xss(lower.as_bytes()).is_injection()
}
