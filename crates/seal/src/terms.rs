//! What a value is indexed under, what a typed search asks for, and whether a hit is one.

use shouxin_model::surname;
use shouxin_model::{FieldKind, SearchMode};
use zeroize::Zeroizing;

use crate::initials::{initials, typed_initials};
use crate::normal::{fold, letters_and_digits, normal_form};
use crate::places::{places, same_place};

/// The terms under which a value of this kind is indexed for this mode, without duplicates.
///
/// | mode | terms |
/// |---|---|
/// | exact | the normal form, for every kind |
/// | last4 | the last four letters and digits, if there are more than four |
/// | prefix | an address: the names of its province, city and district without 省, 市, 区 …; a code: its leading characters at each length of [`prefix_lengths`] |
/// | name | a name: the whole normal form |
/// | surname | a name: its surname, compound ones whole |
/// | initials | a name: the initials of its pinyin, at most eight readings |
///
/// Empty if the kind offers no such search, or the value holds nothing for it. Terms belong to a
/// person as much as the value does; they are wiped on drop.
pub fn search_terms(kind: FieldKind, mode: SearchMode, value: &str) -> Vec<Zeroizing<String>> {
    match mode {
        SearchMode::Exact => some(normal_form(kind, value)),
        SearchMode::Name if kind == FieldKind::Name => some(normal_form(kind, value)),
        SearchMode::Last4 => last4(kind, value).into_iter().collect(),
        SearchMode::Prefix if kind == FieldKind::Address => {
            let mut terms: Vec<_> = places(value).into_iter().map(|place| place.stem).collect();
            dedup(&mut terms);
            terms
        }
        SearchMode::Prefix => {
            let form = normal_form(kind, value);
            prefix_lengths(kind)
                .iter()
                .filter_map(|&length| leading(&form, length))
                .collect()
        }
        SearchMode::Surname if kind == FieldKind::Name => {
            let folded = fold(value);
            some(normal_surname(surname::split(folded.trim()).surname))
        }
        SearchMode::Initials if kind == FieldKind::Name => initials(value),
        SearchMode::Name | SearchMode::Surname | SearchMode::Initials => Vec::new(),
    }
}

/// The term that a typed search asks for; `None` if this mode cannot search for what was typed: too
/// short, not four characters, no letters. Folds what was typed as values are folded.
///
/// - last4: exactly four characters.
/// - prefix: an address down to its lowest named level, with or without 市, 区; a code from its
///   shortest level on.
/// - surname: a surname as it stands, so that 欧阳 means the compound one.
/// - initials: letters.
pub fn query_term(kind: FieldKind, mode: SearchMode, typed: &str) -> Option<Zeroizing<String>> {
    let term = match mode {
        SearchMode::Exact => normal_form(kind, typed),
        SearchMode::Name if kind == FieldKind::Name => normal_form(kind, typed),
        SearchMode::Last4 => Some(letters_and_digits(&fold(typed))).filter(|t| count(t) == 4)?,
        SearchMode::Prefix if kind == FieldKind::Address => places(typed).pop()?.stem,
        SearchMode::Prefix => {
            let form = normal_form(kind, typed);
            prefix_lengths(kind)
                .iter()
                .rev()
                .find_map(|&length| leading(&form, length))?
        }
        SearchMode::Surname if kind == FieldKind::Name => normal_surname(fold(typed).trim()),
        SearchMode::Initials if kind == FieldKind::Name => typed_initials(typed)?,
        SearchMode::Name | SearchMode::Surname | SearchMode::Initials => return None,
    };
    (!term.is_empty()).then_some(term)
}

/// Whether a value that was found and opened is what the search was for. Removes what short tags and
/// coarse terms let through: an address must lie in every place that was typed, a code must begin
/// with all that was typed.
pub fn matches(kind: FieldKind, mode: SearchMode, value: &str, typed: &str) -> bool {
    match mode {
        SearchMode::Prefix if kind == FieldKind::Address => {
            let (wanted, found) = (places(typed), places(value));
            let lies_in = |place| found.iter().any(|other| same_place(place, other));
            !wanted.is_empty() && wanted.iter().all(lies_in)
        }
        SearchMode::Prefix => {
            query_term(kind, mode, typed).is_some()
                && normal_form(kind, value).starts_with(normal_form(kind, typed).as_str())
        }
        _ => query_term(kind, mode, typed)
            .is_some_and(|term| search_terms(kind, mode, value).contains(&term)),
    }
}

/// At which lengths in characters the leading part of a code is indexed; none if leading parts of
/// this kind mean nothing.
pub const fn prefix_lengths(kind: FieldKind) -> &'static [usize] {
    match kind {
        // Carrier; carrier and area.
        FieldKind::Mobile => &[3, 7],
        // Area code, of three digits or four.
        FieldKind::Landline => &[3, 4],
        // Province, prefecture, county (GB/T 2260).
        FieldKind::ResidentId => &[2, 4, 6],
        // Issuer (ISO/IEC 7812), of six digits or eight.
        FieldKind::BankCard => &[6, 8],
        // Registering department and kind; with the county.
        FieldKind::Uscc => &[2, 8],
        // Maker; maker and vehicle.
        FieldKind::Vin => &[3, 8],
        // Province; province and issuing office.
        FieldKind::Plate => &[1, 2],
        // Model.
        FieldKind::Imei => &[8],
        // Maker.
        FieldKind::Mac => &[6],
        // Year; year and month.
        FieldKind::DateOfBirth => &[4, 7],
        FieldKind::Waybill | FieldKind::Code => &[2, 4, 6, 8],
        _ => &[],
    }
}

fn last4(kind: FieldKind, value: &str) -> Option<Zeroizing<String>> {
    // Letters and digits only, so that what is typed needs no hyphen in the right place.
    let form = letters_and_digits(&normal_form(kind, value));
    let (at, _) = form.char_indices().nth_back(3)?;
    (at > 0).then(|| Zeroizing::new(form[at..].to_owned()))
}

fn leading(form: &str, length: usize) -> Option<Zeroizing<String>> {
    let (at, last) = form.char_indices().nth(length - 1)?;
    Some(Zeroizing::new(form[..at + last.len_utf8()].to_owned()))
}

/// A surname by itself. [`normal_form`] would take it for a name and look for its given name.
fn normal_surname(surname: &str) -> Zeroizing<String> {
    normal_form(FieldKind::FreeText, surname)
}

fn some(term: Zeroizing<String>) -> Vec<Zeroizing<String>> {
    if term.is_empty() {
        Vec::new()
    } else {
        vec![term]
    }
}

/// Drops repetitions, leaving the terms in an order that tells nothing.
pub(crate) fn dedup(terms: &mut Vec<Zeroizing<String>>) {
    terms.sort_by(|a, b| a.as_str().cmp(b.as_str()));
    terms.dedup();
}

fn count(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests;
