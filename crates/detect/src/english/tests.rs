use crate::{Detector, Kind};

fn found(text: &str, kind: Kind) -> Vec<&str> {
    let hits = Detector::new().detect(text);
    hits.into_iter()
        .filter(|hit| hit.kind == kind)
        .filter_map(|hit| text.get(hit.bytes))
        .collect()
}

#[test]
fn names_are_found_with_and_without_words_before() {
    for (text, expected) in [
        ("Dear Emily Watson,\nthank you", "Emily Watson"),
        ("Spoke to Mr. Daniel O'Neil today", "Daniel O'Neil"),
        ("Sarah J. Whitfield called twice", "Sarah J. Whitfield"),
        ("the courier Zhang Wei was late", "Zhang Wei"),
        ("客户 John Harper 要求退款", "John Harper"),
        ("my name is laura jenkins", "laura jenkins"),
    ] {
        assert_eq!(found(text, Kind::Person), [expected], "{text}");
    }
}

#[test]
fn what_only_looks_like_a_name_is_none() {
    for text in [
        "Order Number and Customer Service",
        "Will Call at the Front Desk",
        "Madison Avenue is closed",
        "Jordan Bank Ltd sent an invoice",
        "Happy New Year from the Support Team",
    ] {
        assert!(found(text, Kind::Person).is_empty(), "{text}");
    }
}

#[test]
fn addresses_are_found_to_their_end() {
    for (text, expected) in [
        (
            "Ship to 6682 Joel Burg Apt. 522, Yolandaside, HI 58911.",
            "6682 Joel Burg Apt. 522, Yolandaside, HI 58911",
        ),
        (
            "at 221B Baker Street, London NW1 6XE, now",
            "221B Baker Street, London NW1 6XE",
        ),
        (
            "PO Box 512, Springfield, IL 62704 please",
            "PO Box 512, Springfield, IL 62704",
        ),
        (
            "Room 1402, Building 2, No. 393 Zhanqian Avenue, Qingyuan, Guangdong 511500, China.",
            "Room 1402, Building 2, No. 393 Zhanqian Avenue, Qingyuan, Guangdong 511500, China",
        ),
    ] {
        assert_eq!(found(text, Kind::Address), [expected], "{text}");
    }
}

#[test]
fn counts_and_sizes_are_no_addresses() {
    for text in [
        "2 boxes shipped",
        "12 Monkeys was on",
        "Version 3 Street View update",
        "5 Star Hotel Club",
    ] {
        assert!(found(text, Kind::Address).is_empty(), "{text}");
    }
}
