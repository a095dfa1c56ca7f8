//! Masking addresses.

use std::ops::Range;

use shouxin_model::address::{AddressParts, split};

/// How much of an address stays visible at most. At least one level is always hidden.
#[derive(Clone, Copy)]
pub(crate) enum Through {
    District,
    Street,
    /// The building; without a unit to hide, the house number is hidden instead.
    House,
}

/// Masks an address from the level after `through` on.
pub(crate) fn address(value: &str, through: Through) -> String {
    let parts = split(value);
    let limit = match through {
        Through::District => parts.through_district(),
        Through::Street => parts.through_street(),
        Through::House => through_house(value, &parts),
    };
    // Where nothing but separators follows, the level itself is what there is to hide.
    let hides = |end: usize| value[end..].contains(char::is_alphanumeric);
    let levels = [
        &parts.house,
        &parts.street,
        &parts.district,
        &parts.city,
        &parts.province,
    ];
    let ends = std::iter::once(limit).chain(
        levels
            .into_iter()
            .flatten()
            .map(|level: &Range<usize>| level.start),
    );
    let end = ends
        .filter(|&end| end <= limit && hides(end))
        .max()
        .unwrap_or(0);
    if value.trim().is_empty() {
        String::new()
    } else {
        format!("{}****", value[..end].trim_start())
    }
}

/// The end of the building, of the road before its number, or of the street office. What names no road,
/// estate or building may be anything, so it is not shown.
fn through_house(value: &str, parts: &AddressParts) -> usize {
    let Some(house) = &parts.house else {
        return parts.through_street();
    };
    let end = match &parts.unit {
        Some(_) => house.end,
        None => value[house.clone()]
            .find(char::is_numeric)
            .map_or(house.start, |at| house.start + at),
    };
    let is_place = value[house.start..end].contains(|c| PLACES.contains(c));
    if is_place {
        end
    } else {
        parts.through_street()
    }
}

/// Characters that end the names of roads, estates and buildings.
const PLACES: &str = "路街道巷弄号栋幢座村区园苑里楼厦城场";

/// The district of an address with the levels above it; the nearest level above if it names none.
pub(crate) fn district(value: &str) -> Option<String> {
    let end = split(value).through_district();
    let start = value.len()
        - value
            .trim_start_matches(|c: char| c.is_whitespace() || c.is_numeric())
            .len();
    (end > start).then(|| value[start..end].to_owned())
}
