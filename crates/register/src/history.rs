//! How two versions of a register's text differ.

use similar::TextDiff;

/// The unified diff from `old` to `new` with three lines of context; empty if they are the same.
///
/// `old_name` and `new_name` head it, for example `version 3` and `version 4`.
pub fn diff(old_name: &str, old: &str, new_name: &str, new: &str) -> String {
    TextDiff::from_lines(old, new)
        .unified_diff()
        .context_radius(3)
        .header(old_name, new_name)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_line_shows_with_its_surroundings_and_none_shows_nothing() {
        assert_eq!(
            diff("version 1", "a\nb\nc\n", "version 2", "a\nB\nc\n"),
            "--- version 1\n+++ version 2\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"
        );
        assert_eq!(diff("version 1", "a\n", "version 2", "a\n"), "");
    }
}
