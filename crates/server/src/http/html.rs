//! Text within a page.

use askama::filters::{Html, escape};

/// A text that becomes no markup, in an element or in a quoted attribute.
pub(crate) fn escaped(text: &str) -> String {
    match escape(text, Html) {
        Ok(safe) => safe.to_string(),
        Err(never) => match never {},
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_becomes_markup() {
        assert_eq!(
            escaped("<b a='1' c=\"2\">&客户"),
            "&#60;b a=&#39;1&#39; c=&#34;2&#34;&#62;&#38;客户"
        );
    }
}
