//! Units, lanes, boxes and other parts before a street.

use super::{Cursor, continues, first_of};

impl<'a> Cursor<'a> {
    /// Apt. 522, Suite 488, Unit 4B, Flat 3, Room 1402, Building 2, 3rd Floor, #12, 5/F.
    pub(super) fn unit(self) -> Option<Self> {
        if let Some(after) = self.numbered_part() {
            return Some(after);
        }
        if let Some(after) = self.room_before_unit() {
            return Some(after);
        }
        let (word, after) = self.word()?;
        if let Some(digits) = word.strip_prefix('#') {
            return (!digits.is_empty() && digits.len() <= 6).then_some(after);
        }
        let ordinal = word.starts_with(|c: char| c.is_ascii_digit());
        if ordinal {
            if word.ends_with("/F") || word.ends_with("/f") {
                return Some(after);
            }
            // 5F, Building 2
            let floors = word
                .strip_suffix('F')
                .is_some_and(|floor| floor.len() <= 2 && floor.bytes().all(|b| b.is_ascii_digit()));
            if floors && after.rest().starts_with(", ") && after.gap().unit().is_some() {
                return Some(after);
            }
            let (next, end) = after.blank()?.word()?;
            let floor = ["Floor", "floor", "Fl", "FL", "F"].contains(&next)
                && ["st", "nd", "rd", "th", "/F"]
                    .iter()
                    .any(|suffix| word.ends_with(suffix));
            return floor.then_some(end);
        }
        let known = [
            "apt",
            "apartment",
            "suite",
            "ste",
            "unit",
            "flat",
            "room",
            "rm",
            "building",
            "bldg",
            "blk",
            "plot",
            "block",
            "floor",
            "fl",
            "studio",
            "house",
            "lot",
            "level",
            "tower",
            "phase",
            "entrance",
            "villa",
            "dorm",
            "penthouse",
            "door",
            "shop",
            "app",
            "gate",
            "wing",
        ];
        // In small letters only those that are no everyday words.
        let written = word.starts_with(|c: char| c.is_ascii_uppercase())
            || ["apt", "unit", "room", "flat", "suite"].contains(&word)
            // rue Berri, app. 5
            || word == "app" && after.rest().starts_with(". ");
        let listed = known.iter().any(|known| known.eq_ignore_ascii_case(word));
        if !written || !listed {
            return None;
        }
        let after = after.dot();
        let after = after.blank().unwrap_or(after);
        let after = if let Some(rest) = ["No. ", "No.", "no. ", "#"]
            .iter()
            .find(|prefix| after.rest().starts_with(**prefix))
        {
            after.to(after.at + rest.len())
        } else {
            after
        };
        let (number, end) = after.word()?;
        let numbered = number.len() <= 7
            && (number.bytes().any(|b| b.is_ascii_digit())
                || number.len() == 1 && number.bytes().all(|b| b.is_ascii_uppercase()));
        numbered.then_some(end)
    }

    /// No. 1602, Unit 1: a room that nothing names, before a part that something does.
    fn room_before_unit(self) -> Option<Self> {
        if !self.rest().starts_with("No. ") {
            return None;
        }
        let after = self.house()?;
        let next = after.rest().strip_prefix(", ").map(|_| after.gap())?;
        let is_unit = next.rest().starts_with("Unit ") || next.rest().starts_with("Building ");
        (is_unit && next.unit().is_some()).then_some(after)
    }

    /// The Old Rectory, Church Lane, Wrabness, Essex CO11 2TG: a house with a name and no number, on a street, up to its
    /// postcode.
    pub(super) fn named_house(self) -> Option<Self> {
        let rest = self.rest();
        let near = rest.bytes().take(40).position(|b| b == b',')?;
        let name = rest.get(..near)?;
        let last = name.rsplit(' ').next()?;
        if !HOUSES.contains(&last)
            || !name
                .split(' ')
                .all(|word| word.starts_with(|c: char| c.is_ascii_uppercase()))
        {
            return None;
        }
        let (mut cursor, _) = self.to(self.at + near).gap().bare_street()?;
        for _ in 0..4 {
            let next = cursor.gap();
            if let Some(code) = next.british_postcode().or_else(|| next.eircode()) {
                return Some(code.country_after());
            }
            cursor = next.place(cursor.at)?;
        }
        None
    }

    /// H.No. 12-3-456, Plot No. 7, Street No. 8, as addresses in India begin.
    pub(super) fn numbered_part(self) -> Option<Self> {
        let rest = self.rest();
        if rest.starts_with(|c: char| !c.is_ascii_uppercase()) {
            return None;
        }
        let parts = [
            "H.No.",
            "H. No.",
            "H.no.",
            "H No.",
            "House No",
            "Plot No",
            "Door No",
            "D.No.",
            "Flat No",
            "Shop No",
            "Street No",
            "Road No",
            "Lane No",
            "Gali No",
            "Sector",
            "S.No.",
            "Survey No",
        ];
        let part = first_of(rest, &parts)?;
        let after = self.to(self.at + part.len()).dot();
        let (number, end) = after.blank().unwrap_or(after).word()?;
        let fits = number.len() <= 12 && number.starts_with(|c: char| c.is_ascii_digit());
        fits.then_some(end)
    }

    /// Lane 330, as addresses of Shanghai tell where the house is; `No. 40, Lane 902`.
    pub(super) fn lane(self) -> Option<Self> {
        let rest = self.rest();
        let from = if rest.starts_with("Lane ") {
            self
        } else {
            let near = rest.bytes().take(16).position(|b| b == b',')?;
            let lane = rest
                .get(near..)
                .is_some_and(|rest| rest.starts_with(", Lane "));
            let house = self
                .house()
                .filter(|house| lane && house.at == self.at + near)?;
            house.to(house.at + 2)
        };
        let (digits, after) = from.to(from.at + "Lane ".len()).word()?;
        (digits.len() <= 4 && digits.bytes().all(|b| b.is_ascii_digit())).then_some(after)
    }

    pub(super) fn post_box(self) -> Option<Self> {
        let rest = self.rest();
        let prefixes = [
            "P.O. Box ",
            "PO Box ",
            "P. O. Box ",
            "P.O.Box ",
            "Post Office Box ",
            "PO BOX ",
            "P.O. BOX ",
            "po box ",
            "GPO Box ",
            "Private Bag ",
        ];
        let prefix = first_of(rest, &prefixes)?;
        let (word, after) = self.to(self.at + prefix.len()).word()?;
        let station = after.rest().strip_prefix(", Station ");
        let station = station.and_then(|rest| rest.chars().next());
        let named = station.filter(char::is_ascii_uppercase);
        let end = after.at + named.map_or(0, |_| ", Station A".len());
        let numbered = word.bytes().any(|b| b.is_ascii_digit());
        (numbered && !continues(self.text, end)).then(|| self.to(end))
    }

    /// PSC 1234, Box 5678; Unit 1234 Box 5678; USS Name.
    pub(super) fn military(self) -> Option<Self> {
        let (word, after) = self.word()?;
        if ["USS", "USNS", "USNV", "USCGC"].contains(&word) {
            let (name, end) = after.blank()?.word()?;
            let on = end.gap().rest();
            return (name.starts_with(|c: char| c.is_ascii_uppercase()) && on.starts_with("FPO"))
                .then_some(end);
        }
        if !["PSC", "Unit", "CMR"].contains(&word) {
            return None;
        }
        let (number, after) = after.blank()?.word()?;
        let next = after.gap();
        let (box_word, after) = next.word()?;
        let (second, end) = after.blank()?.word()?;
        let digits = |word: &str| word.bytes().all(|b| b.is_ascii_digit());
        (digits(number) && box_word == "Box" && digits(second)).then_some(end)
    }
}

/// What houses with a name are called in Britain and Ireland.
const HOUSES: [&str; 24] = [
    "Rectory",
    "Vicarage",
    "Parsonage",
    "Manse",
    "Cottage",
    "Cottages",
    "Barn",
    "Lodge",
    "Farm",
    "Farmhouse",
    "Mill",
    "Manor",
    "House",
    "Hall",
    "Grange",
    "Stables",
    "Bungalow",
    "Forge",
    "Willows",
    "Oaks",
    "Maltings",
    "Priory",
    "Gatehouse",
    "Schoolhouse",
];
