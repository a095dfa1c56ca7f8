//! Masking names.

use shouxin_model::surname;

use crate::ends::whole;

/// Masks a name: the surname of a Chinese name stays, compound ones whole; of a name with a middle dot
/// the part before it, if that is at most half; of a foreign name the first letter. At least one
/// character is hidden, and every one of a name that has only one.
pub(crate) fn name(value: &str) -> String {
    let text = value.trim();
    let parts = surname::split(text);
    let (letters, surname) = (count_letters(text), count_letters(parts.surname));
    let dotted = text.contains(surname::is_middle_dot);
    let leads = text.starts_with(parts.surname) && text.starts_with(surname::is_han);
    let kept = match leads && surname < letters && (!dotted || surname * 2 <= letters) {
        true => surname,
        // Foreign names, 老王 and a lone compound surname: one letter is all that may show.
        false => 1,
    };
    if letters <= 1 {
        return whole(text);
    }
    let mut seen = 0;
    let hide = |c: char| {
        seen += usize::from(c.is_alphanumeric());
        if is_separator(c) || c.is_alphanumeric() && seen <= kept {
            c
        } else {
            '*'
        }
    };
    text.chars().map(hide).collect()
}

fn count_letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}

/// What parts the words of a name and says nothing by itself.
fn is_separator(c: char) -> bool {
    c.is_whitespace() || surname::is_middle_dot(c) || matches!(c, '.' | ',' | '-' | '\'' | '’')
}
