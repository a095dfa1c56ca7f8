//! What a single word can be in a name: a particle, a suffix, a word that is a name too, a word that ends one.

use crate::english::lists::{OVERSEAS, PARTICLES, PINYIN, STREETS, SURNAMES, WORDS};
use crate::english::words::{Shape, Word};

pub(super) fn is_particle(word: &Word<'_>) -> bool {
    PARTICLES.has(word.text)
}

pub(super) fn is_suffix(word: &Word<'_>) -> bool {
    ["Jr", "Sr", "II", "III", "IV"].contains(&word.text)
}

/// Whether the word is a surname that names of three words begin with.
pub(super) fn is_family(word: &Word<'_>) -> bool {
    PINYIN.has(word.text) || OVERSEAS.has(word.text)
}

/// Whether the word ends as surnames of the east and north of Europe and of the Caucasus do.
pub(super) fn ends_as_surname(word: &Word<'_>) -> bool {
    word.text.len() >= 6
        && [
            "ova", "eva", "ovna", "skaya", "ovsky", "evsky", "insky", "owski", "ewski", "inski",
            "owska", "ewska", "inska", "wicz", "sson", "dottir", "escu", "poulos", "enko", "chuk",
            "shvili", "oglu", "ovic", "evic", "akis", "idis",
        ]
        .iter()
        .any(|end| word.text.ends_with(end))
}

/// Words that end or hold no name.
pub(super) fn is_blocked(word: &Word<'_>) -> bool {
    if word.shape == Shape::Initial {
        return word.text == "I";
    }
    if word.text.starts_with("I'") {
        return true;
    }
    let listed = WORDS.has(word.text) && !is_name_too(word.text);
    listed || word.shape == Shape::Capital && STREETS.has(word.text) && !SURNAMES.has(word.text)
}

/// Whether the word ends as nouns of things do and surnames hardly ever.
pub(super) fn is_noun(word: &Word<'_>) -> bool {
    ["tion", "sion", "ment", "ness", "ship", "ology", "ware"]
        .iter()
        .any(|end| word.text.len() > end.len() + 1 && word.text.ends_with(end))
}

/// Whether the word is the head of the names of places, events and goods: Palace, Festival, Coffee.
pub(super) fn is_head(word: &Word<'_>) -> bool {
    STREETS.has(word.text) && !PINYIN.has(word.text)
        || [
            "palace",
            "cottage",
            "insurance",
            "mode",
            "assist",
            "festival",
            "fair",
            "coffee",
            "tea",
            "tower",
            "temple",
            "market",
            "museum",
            "theatre",
            "theater",
            "stadium",
            "beach",
            "bay",
            "cafe",
            "bar",
            "club",
            "mall",
            "season",
            "sale",
            "collection",
            "edition",
            "series",
            "show",
            "cup",
            "league",
            "award",
            "prize",
            "team",
            "desk",
            "office",
            "day",
            "week",
            "month",
            "project",
            "plan",
            "program",
            "programme",
            "house",
            "hall",
            "wall",
            "inn",
            "lodge",
            "resort",
            "bank",
            "news",
            "times",
            "post",
            "review",
            "journal",
            "press",
            "games",
            "music",
            "pay",
            "card",
            "box",
        ]
        .iter()
        .any(|head| word.is(head))
}

/// Given names that are seasons and other words which titles begin with, wherever they stand.
pub(super) fn is_season(word: &Word<'_>) -> bool {
    [
        "spring", "summer", "autumn", "winter", "star", "royal", "crystal", "golden", "prince",
        "king", "major",
    ]
    .iter()
    .any(|season| word.is(season))
}

/// Words of the list that people are called by, too.
pub(super) fn is_name_too(word: &str) -> bool {
    [
        "will", "may", "april", "june", "august", "bill", "price", "long", "young", "green",
        "white", "king", "day", "lane", "chase", "brooks", "hill", "wood", "ford", "page", "gold",
        "silver", "love", "house", "english", "french", "german", "west", "north", "east", "park",
        "lake", "law", "post", "power", "star", "branch", "head", "field", "case", "early",
        "grant", "london", "paris", "dallas", "houston", "sydney", "austin", "chen", "close",
        "court", "holiday", "best", "good", "small", "major", "min", "an", "so", "he", "you", "me",
        "in", "do", "go", "man", "tai", "hong", "kong", "moody", "rich", "royal", "noble",
        "carter", "porter", "mason", "farmer", "singer", "miles", "israel", "georgia", "carolina",
        "virginia", "denver", "boston", "berlin", "strong", "wise", "wire", "story", "key",
        "banks", "rose", "self", "sharp", "blue", "gray", "grey", "black", "brown", "stone",
        "bush", "rivers", "waters", "fields", "woods", "marsh", "heath", "church", "temple",
        "bishop", "pope", "abbot", "dean", "cook", "baker", "butler", "taylor", "smith", "knight",
        "earl", "duke", "prince", "mercedes", "tesla",
    ]
    .iter()
    .any(|known| known.eq_ignore_ascii_case(word))
}

/// Given names that are words, too: as the first word of a sentence they say nothing.
pub(super) fn is_ambiguous(word: &str) -> bool {
    WORDS.has(word)
        || [
            "mark",
            "grant",
            "art",
            "rich",
            "drew",
            "sue",
            "pat",
            "frank",
            "grace",
            "hope",
            "joy",
            "faith",
            "rose",
            "bill",
            "will",
            "chase",
            "may",
            "jack",
            "rob",
            "josh",
            "chance",
            "guy",
            "max",
            "ray",
            "van",
            "dale",
            "glen",
            "clay",
            "cliff",
            "sandy",
            "dusty",
            "major",
            "royal",
            "prince",
            "king",
            "duke",
            "earl",
            "miles",
            "page",
            "crystal",
            "amber",
            "ruby",
            "pearl",
            "olive",
            "iris",
            "violet",
            "daisy",
            "lily",
            "spring",
            "summer",
            "autumn",
            "dawn",
            "eve",
            "star",
            "paris",
            "china",
            "india",
            "georgia",
            "virginia",
            "carolina",
            "jordan",
            "israel",
            "austin",
            "houston",
            "dallas",
            "lincoln",
            "jackson",
            "madison",
            "washington",
            "florence",
            "sydney",
            "victoria",
            "charlotte",
            "son",
            "see",
            "long",
            "so",
            "an",
            "man",
            "my",
            "ok",
            "le",
            "do",
            "hai",
            "tam",
        ]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(word))
}
