//! Addresses of India, which name the flat, the building, the quarter and the landmark before the town: their code of
//! six digits or a large town tells where they end.

use super::{Cursor, begun_by};

/// The most words between the number that begins it and the code.
const MOST_WORDS: usize = 18;

impl Cursor<'_> {
    /// B-204, Palm Meadows Phase 2, Kondapur, Hyderabad 500084; H.No. 1187, Sector 34-C, Chandigarh.
    pub(super) fn indian(self) -> Option<Self> {
        let mut cursor = self.numbered_part().or_else(|| self.indian_number())?;
        let mut commas = 0;
        let mut town = None;
        for _ in 0..MOST_WORDS {
            let rest = cursor.rest();
            let gaps = [", ", " - ", "-", " ", ",\n", "\n", ","];
            let Some(gap) = gaps.iter().find(|gap| rest.starts_with(**gap)) else {
                break;
            };
            commas += usize::from(gap.starts_with(','));
            let next = cursor.to(cursor.at + gap.len());
            if let Some(code) = next.pin().filter(|_| commas > 0) {
                return Some(code.country_after());
            }
            if let Some(city) = begun_by(next.rest(), &TOWNS).filter(|_| commas > 0) {
                let end = next.to(next.at + city.len());
                town = Some(end);
                cursor = end;
                continue;
            }
            // What stands behind a town is its state or its code.
            let Some(after) = next.indian_word() else {
                break;
            };
            cursor = after;
        }
        let town = town?;
        let ends = matches!(
            town.rest().chars().next(),
            None | Some('.' | '\n' | ';' | ')' | '"' | '|' | '。')
        );
        ends.then_some(town)
    }

    /// B-204, C-19, 27/4, TC 12/884, Flat 3C, Plot 188.
    pub(super) fn indian_number(self) -> Option<Self> {
        let (word, after) = self.word()?;
        let has_digit = |word: &str| word.bytes().any(|b| b.is_ascii_digit());
        let capitals = word.bytes().take_while(u8::is_ascii_uppercase).count();
        let lettered = (1..=2).contains(&capitals)
            && word.get(capitals..)?.starts_with('-')
            && word
                .get(capitals + 1..)?
                .starts_with(|c: char| c.is_ascii_digit());
        let slashed = word.starts_with(|c: char| c.is_ascii_digit())
            && word.contains('/')
            && word
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'-'));
        if word.len() <= 10 && (lettered || slashed) {
            return Some(after);
        }
        let (number, end) = after.blank()?.word()?;
        let titled = capitals == word.len() && capitals == 2 && number.contains('/')
            || [
                "Plot", "Flat", "Shop", "Door", "House", "Villa", "Unit", "Block",
            ]
            .contains(&word);
        (titled && has_digit(number) && number.len() <= 10).then_some(end)
    }

    /// A word with a capital, a number, an initial: what the parts of such an address are made of.
    fn indian_word(self) -> Option<Self> {
        let (word, after) = self.word()?;
        let first = word.chars().next()?;
        let joins = ["of", "the", "and", "opp", "near", "behind", "no", "to"].contains(&word);
        let fits = first.is_uppercase() || first.is_ascii_digit() && word.len() <= 8 || joins;
        let is_initial = word.len() == 1 && after.rest().starts_with('.');
        let is_short = [
            "Opp", "No", "Nr", "St", "Rd", "Dr", "Apts", "Soc", "Extn", "opp", "no",
        ]
        .contains(&word);
        let after = if is_initial || is_short {
            after.dot()
        } else {
            after
        };
        // R.A. Puram
        let glued = is_initial && after.rest().starts_with(|c: char| c.is_ascii_uppercase());
        if glued {
            after.indian_word()
        } else {
            fits.then_some(after)
        }
    }

    /// A code of six digits, or of three and three: 560003, 400 053.
    fn pin(self) -> Option<Self> {
        let (word, after) = self.word()?;
        let digits = |word: &str| word.bytes().all(|b| b.is_ascii_digit());
        let whole = word.len() == 6 && digits(word) && !word.starts_with('0');
        if whole {
            return Some(after);
        }
        let (second, end) = after.blank()?.word()?;
        (word.len() == 3
            && second.len() == 3
            && digits(word)
            && digits(second)
            && !word.starts_with('0'))
        .then_some(end)
    }
}

/// Towns of India of a million people or more, as the census of 2011 counts them, under old and new names.
#[rustfmt::skip]
const TOWNS: [&str; 60] = [
    "Mumbai", "Bombay", "Delhi", "New Delhi", "Bengaluru", "Bangalore", "Hyderabad", "Ahmedabad", "Chennai", "Madras", "Kolkata",
    "Calcutta", "Surat", "Pune", "Jaipur", "Lucknow", "Kanpur", "Nagpur", "Indore", "Thane", "Navi Mumbai", "Bhopal", "Visakhapatnam",
    "Pimpri-Chinchwad", "Patna", "Vadodara", "Ghaziabad", "Ludhiana", "Agra", "Nashik", "Faridabad", "Meerut", "Rajkot", "Varanasi",
    "Srinagar", "Aurangabad", "Dhanbad", "Amritsar", "Allahabad", "Prayagraj", "Ranchi", "Howrah", "Coimbatore", "Jabalpur", "Gwalior",
    "Vijayawada", "Jodhpur", "Madurai", "Raipur", "Kota", "Guwahati", "Chandigarh", "Gurugram", "Gurgaon", "Noida", "Kochi",
    "Thiruvananthapuram", "Mysuru", "Mysore", "Bhubaneswar",
];
