use proptest::prelude::*;

use super::*;

fn typical_read() -> Entry {
    let mut entry = Entry::new(
        1_795_216_925_000_123,
        Kind::Read,
        "stf_06fs8k2m3v9x0q7r5t1w4y8z2b",
    );
    entry.subject = Some(*b"\xab\xcd\xef\x01#Eg\x89\xab\xcd\xef\x01#Eg\x89");
    entry.purpose = Some("after-sales-service".into());
    entry.case = Some("WO-2026-000123".into());
    for field in [
        "customer.name",
        "customer.mobile",
        "customer.email",
        "vehicle.vin",
        "vehicle.plate",
    ] {
        entry.add_field("masked", "own-open-order", field);
    }
    for field in [
        "customer.id_number",
        "customer.bank_card",
        "customer.birth_date",
    ] {
        entry.add_field("withheld", "outside-purpose", field);
    }
    (entry.register, entry.policy) = (3, 2);
    entry
}

#[test]
fn an_auditor_can_read_the_bytes_and_a_typical_read_of_8_fields_fits_300() {
    let bytes = typical_read().encode().unwrap();
    let text = str::from_utf8(&bytes).unwrap();
    assert_eq!(
        text,
        concat!(
            r#"{"t":1795216925000123,"k":"read","a":"stf_06fs8k2m3v9x0q7r5t1w4y8z2b","#,
            r#""s":"q83vASNFZ4mrze8BI0VniQ","p":"after-sales-service","c":"WO-2026-000123","#,
            r#""f":["masked own-open-order customer.email,mobile,name vehicle.plate,vin","#,
            r#""withheld outside-purpose customer.bank_card,birth_date,id_number"],"v":[3,2]}"#,
        )
    );
    assert!(bytes.len() <= 300, "{} bytes", bytes.len());
}

#[test]
fn an_entry_says_only_what_it_has_to_say() {
    let mut entry = Entry::new(0, Kind::Import, "operator");
    assert_eq!(
        entry.encode().unwrap(),
        br#"{"t":0,"k":"import","a":"operator"}"#
    );
    entry.second_factor = true;
    entry.extra = vec![("rows".into(), "5000".into()), ("rows".into(), "\"".into())];
    let bytes = br#"{"t":0,"k":"import","a":"operator","m":1,"x":[["rows","5000"],["rows","\""]]}"#;
    assert_eq!(entry.encode().unwrap(), bytes);
    assert_eq!(Entry::decode(bytes), Ok(entry));
}

#[test]
fn another_spelling_is_refused() {
    for (wrong, why) in [
        (r#"{"t":0,"k":"read","a":"x","z":1}"#, EntryError::Shape),
        (r#"{"t":0,"t":0,"k":"read","a":"x"}"#, EntryError::Shape),
        (r#"{"k":"read","t":0,"a":"x"}"#, EntryError::Shape),
        (r#"{"t":0,"k":"read","a":"x" }"#, EntryError::Shape),
        (r#"{"t":0,"k":"read","a":"\u0078"}"#, EntryError::Shape),
        (r#"{"t":-0,"k":"read","a":"x"}"#, EntryError::Shape),
        (r#"{"t":0,"k":"read","a":"x","m":0}"#, EntryError::Shape),
        (r#"{"t":0,"k":"read","a":"x","m":2}"#, EntryError::Shape),
        (r#"{"t":0,"k":"read","a":"x","s":null}"#, EntryError::Shape),
        (
            r#"{"t":0,"k":"read","a":"x","s":"AAAA"}"#,
            EntryError::Shape,
        ),
        (r#"{"t":0,"k":"read","a":"x","v":[0,0]}"#, EntryError::Shape),
        (r#"{"t":0,"k":"read","a":"x","f":[]}"#, EntryError::Shape),
        (
            r#"{"t":0,"k":"read","a":"x","f":["masked r a.c,b"]}"#,
            EntryError::Shape,
        ),
        (
            r#"{"t":0,"k":"read","a":"x","f":["masked r a.b a.c"]}"#,
            EntryError::Shape,
        ),
        (
            r#"{"t":0,"k":"read","a":"x","f":["masked r a.b","clear r a.b"]}"#,
            EntryError::Shape,
        ),
        (
            r#"{"t":0,"k":"read","a":"x","f":["masked r"]}"#,
            EntryError::Text("f"),
        ),
        (r#"{"t":0,"k":"read","a":""}"#, EntryError::Text("a")),
        (r#"{"t":0,"k":"teleport","a":"x"}"#, EntryError::Kind),
    ] {
        assert_eq!(Entry::decode(wrong.as_bytes()), Err(why), "{wrong}");
    }
}

#[test]
fn a_text_that_would_blur_the_entry_is_refused() {
    let refused = |change: fn(&mut Entry)| {
        let mut entry = typical_read();
        change(&mut entry);
        matches!(entry.encode(), Err(EntryError::Text(_)))
    };
    assert!(refused(|e| e.actor = "a\nb".into()));
    assert!(refused(|e| e.purpose = Some(String::new())));
    assert!(refused(|e| e.case = Some("x".repeat(301))));
    assert!(refused(|e| e.extra = vec![("".into(), "x".into())]));
    for field in ["customer", "a.b,c", "a.b c", ".b", "a.", "a.b.c"] {
        let mut entry = typical_read();
        entry.add_field("masked", "r", field);
        assert_eq!(entry.encode(), Err(EntryError::Text("f")), "{field}");
    }
    let mut entry = typical_read();
    entry.extra = vec![("x".into(), "y".repeat(300)); 300];
    assert!(matches!(entry.encode(), Err(EntryError::TooLong(_))));
}

prop_compose! {
    fn any_entry()(
        at: i64,
        kind in prop::sample::select(Kind::ALL),
        actor in "[ -~客户\"\\\\]{1,20}",
        subject: Option<[u8; 16]>,
        purpose in prop::option::of("[a-z-]{1,20}"),
        case in prop::option::of("[ -~单\u{2028}]{1,20}"),
        fields in prop::collection::btree_map(
            ("[a-z]{1,3}", "[a-z.:\"-]{1,4}"),
            prop::collection::btree_set("[a-c_-]{1,2}\\.[a-c_-]{1,2}", 1..6),
            0..4,
        ),
        versions: (u32, u32),
        second_factor: bool,
        extra in prop::collection::vec(("[a-z]{1,5}", "[ -~]{1,9}"), 0..4),
    ) -> Entry {
        let fields = fields
            .into_iter()
            .map(|((form, rule), fields)| (Treatment { form, rule }, fields))
            .collect();
        let (register, policy) = versions;
        Entry { at, kind, actor, subject, purpose, case, fields, register, policy, second_factor, extra }
    }
}

proptest! {
    #[test]
    fn an_entry_survives_its_own_bytes(entry in any_entry()) {
        let bytes = entry.encode().unwrap();
        prop_assert!(!bytes.contains(&b'\n'));
        prop_assert_eq!(Entry::decode(&bytes), Ok(entry));
    }

    #[test]
    fn bytes_that_are_read_are_written_the_same(entry in any_entry(), place: prop::sample::Index, byte: u8) {
        let mut bytes = entry.encode().unwrap();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        if let Ok(read) = Entry::decode(&bytes) {
            prop_assert_eq!(read.encode().unwrap(), bytes);
        }
    }

    #[test]
    fn no_bytes_make_the_reader_fall(bytes: Vec<u8>) {
        prop_assert!(Entry::decode(&bytes).is_err());
    }

    #[test]
    fn a_reformatted_entry_reads_the_same(entry in any_entry()) {
        let pretty = serde_json::to_string_pretty(&entry).unwrap();
        prop_assert_eq!(serde_json::from_str::<Entry>(&pretty).unwrap(), entry);
    }
}
