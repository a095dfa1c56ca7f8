use std::collections::BTreeSet;

use shouxin_model::text::Language;
use shouxin_model::{FieldRef, Register};

use super::parse;
use crate::Finding;

pub(crate) const SOUND: &str = include_str!("../../data/sound.toml");

pub(crate) fn sound() -> Register {
    parse("sound.toml", SOUND).expect("sound.toml has no finding")
}

/// `SOUND` with `from`, which stands in it once, replaced.
pub(crate) fn changed(from: &str, to: &str) -> String {
    assert_eq!(
        SOUND.matches(from).count(),
        1,
        "not once in sound.toml: {from}"
    );
    SOUND.replace(from, to)
}

fn findings(text: &str) -> Vec<Finding> {
    parse("register.toml", text).err().unwrap_or_default()
}

/// A change that breaks one rule; the rule's code; the line that the finding must name; its place; a
/// part of its remedy.
struct Broken {
    from: &'static str,
    to: &'static str,
    code: &'static str,
    line: &'static str,
    place: &'static str,
    remedy: &'static str,
}

const fn broken(
    from: &'static str,
    to: &'static str,
    code: &'static str,
    line: &'static str,
    place: &'static str,
    remedy: &'static str,
) -> Broken {
    Broken {
        from,
        to,
        code,
        line,
        place,
        remedy,
    }
}

#[rustfmt::skip]
const BROKEN: &[Broken] = &[
    // Reading.
    broken("suite = \"international\"", "suite = ", "not-toml", "suite = ", "register", "correct the syntax"),
    broken("suite = \"international\"", "suite = \"national\"\nsuite = \"national\"", "not-toml", "suite = \"national\"", "register", "each key"),
    broken("single = true", "singel = true", "unknown-key", "singel = true", "collection customer", "did you mean `single`?"),
    broken("single = true", "single = 1", "wrong-type", "single = 1", "collection customer", "true or false"),
    broken("level = 3", "level = \"high\"", "wrong-type", "level = \"high\"", "collection customer, field resident_id", "a whole number"),
    broken("key = [\"mobile\"]", "key = \"mobile\"", "wrong-type", "key = \"mobile\"", "collection customer", "a list of texts"),
    broken("kind = \"mobile\"", "kind = \"mobil\"", "unknown-word", "kind = \"mobil\"", "collection customer, field mobile", "did you mean `mobile`?"),
    broken("search = [\"exact\", \"last4\"]", "search = [\"exact\", \"last5\"]", "unknown-word", "search = [\"exact\", \"last5\"]", "collection customer, field mobile", "did you mean `last4`?"),
    broken("level = 3", "", "missing-key", "[[collection.field]]", "collection customer, field resident_id", "write `level = "),
    broken("title = { zh = \"客户\", en = \"customer\" }", "title = { zh = \"客户\" }", "missing-key", "title = { zh = \"客户\" }", "collection customer", "write `en = "),
    broken("title = { zh = \"客户\", en = \"customer\" }", "title = { zh = \" \", en = \"customer\" }", "empty-text", "title = { zh = \" \", en = \"customer\" }", "collection customer", "in that language"),
    broken("{ months = 6, ", "{ months = 6, days = 5, ", "two-periods", "retention = { months = 6, days = 5, from = \"claim-settled\", rule = \"house rule\" }", "collection customer, field resident_id", "keep one"),
    broken("[\"customer.position\"]", "[\"customer.positoin\"]", "unknown-field", "fields = [\"customer.positoin\"]", "purpose rescue", "did you mean `customer.position`?"),
    broken("\"customer.*\"", "\"client.*\"", "unknown-field", "fields = [\"customer.resident_id\", \"client.*\"]", "purpose claim", "collection.field"),
    // The whole.
    broken("regimes = [\"pipl\", \"gdpr\"]", "regimes = []", "no-regime", "regimes = []", "register", "regimes = [\"pipl\"]"),
    broken("profile = \"sound\"", "profile = \"Sound\"", "bad-name", "profile = \"Sound\"", "register", "lower-case"),
    broken("name = \"adviser\"", "name = \"system-admin\"", "duplicate-name", "name = \"system-admin\"", "role system-admin", "rename"),
    broken("name = \"identity\"", "name = \"Identity\"", "bad-name", "name = \"Identity\"", "zone Identity", "lower-case"),
    broken("name = \"adviser\"", "name = \"adviser\"\nzones = [\"identiy\"]", "unknown-zone", "zones = [\"identiy\"]", "role adviser", "did you mean `identity`?"),
    broken("silo = \"audit\"", "", "silo-without-role", "[[role]]", "register", "silo = \"audit\""),
    broken("silo = \"audit\"", "silo = \"system\"", "silo-split", "silo = \"system\"", "role audit-admin", "one role"),
    // Collections and cases.
    broken("zone = \"identity\"\nsingle", "zone = \"identiy\"\nsingle", "unknown-zone", "zone = \"identiy\"", "collection customer", "did you mean `identity`?"),
    broken("key = [\"mobile\"]", "key = [\"mobil\"]", "unknown-field", "key = [\"mobil\"]", "collection customer", "did you mean `mobile`?"),
    broken("key = [\"mobile\"]", "key = [\"position\"]", "key-not-findable", "key = [\"position\"]", "collection customer", "search = [\"exact\"]"),
    broken("status = \"status\"", "status = \"number\"", "case-field-no-facet", "status = \"number\"", "collection order", "kind = \"enum\""),
    broken("assignee = \"assignee\"", "assignee = \"asignee\"", "unknown-field", "assignee = \"asignee\"", "collection order", "did you mean `assignee`?"),
    broken("open = [\"open\"]", "open = []", "case-never-open", "open = []", "collection order", "open = ["),
    broken("open = [\"open\"]", "open = [\"open\", \"closed\"]", "case-closed-is-open", "closed = \"closed\"", "collection order", "take it out"),
    broken("open = [\"open\"]", "open = [\"opened\"]", "unknown-state", "open = [\"opened\"]", "collection order", "did you mean `open`?"),
    broken("closed = \"closed\"", "closed = \"done\"", "unknown-state", "closed = \"done\"", "collection order", "use one of: open, closed"),
    // Sources.
    broken("name = \"crm-db\"", "name = \"CRM db\"", "bad-name", "name = \"CRM db\"", "source CRM db", "lower-case"),
    broken("owner = \"sales\"", "owner = \" \"", "no-owner", "owner = \" \"", "source crm-db", "owner = "),
    broken("path = [\"public\", \"person\", \"phone\"]", "path = []", "bad-path", "path = []", "source crm-db", "any one part"),
    broken("field = \"customer.mobile\"", "field = \"customer.mobil\"", "unknown-field", "field = \"customer.mobil\"", "source crm-db", "did you mean `customer.mobile`?"),
    broken("field = \"customer.mobile\"", "field = \"mobile\"", "bad-field", "field = \"mobile\"", "source crm-db", "collection.field"),
    // Fields.
    broken("fields = [\"customer.resident_id\", \"customer.*\"]", "fields = [\"customer.*\"]", "field-without-purpose", "[[collection.field]]", "collection customer, field resident_id", "do not collect it"),
    broken("owner = \"claims\"", "", "field-without-owner", "[[collection.field]]", "collection customer, field resident_id", "owner = "),
    broken("owner = \"claims\"", "owner = \" \"", "field-without-owner", "owner = \" \"", "collection customer, field resident_id", "owner = "),
    broken("retention = { days = 1, from = \"rescue-ended\", rule = \"AUTO 9\" }", "", "field-without-retention", "[[collection.field]]", "collection customer, field position", "retention = {"),
    broken("{ days = 1, ", "{ days = 0, ", "retention-of-no-days", "retention = { days = 0, from = \"rescue-ended\", rule = \"AUTO 9\" }", "collection customer, field position", "days = 30"),
    broken("{ years = 3, ", "{ years = 200, ", "retention-without-end", "retention = { years = 200, from = \"last-service\", rule = \"PIPL 19\" }", "collection customer, field mobile", "retention = {"),
    broken("{ years = 6, from = \"closed\", rule = \"AUTO3R 17\" }\n\n[[purpose]]", "{ years = 5, from = \"closed\", rule = \"AUTO3R 17: repairs\" }\n\n[[purpose]]", "retention-below-law", "retention = { years = 5, from = \"closed\", rule = \"AUTO3R 17: repairs\" }", "collection order, field assignee", "days = 2192"),
    broken(", from = \"rescue-ended\"", "", "retention-without-reason", "retention = { days = 1, rule = \"AUTO 9\" }", "collection customer, field position", "from = "),
    broken("level = 3", "level = 5", "level-out-of-range", "level = 5", "collection customer, field resident_id", "2 to 4"),
    broken("level = 4", "level = 3", "level-too-low", "level = 3", "collection customer, field position", "level = 4"),
    broken("level = 3", "level = 1", "level-too-low", "level = 1", "collection customer, field resident_id", "level = 2"),
    broken("level = 3\nsensitivity = \"ordinary\"", "level = 3\nsensitivity = \"none\"", "personal-kind-not-classed", "sensitivity = \"none\"", "collection customer, field resident_id", "ordinary"),
    broken("sensitivity = \"whereabouts\"", "sensitivity = \"ordinary\"", "position-not-sensitive", "sensitivity = \"ordinary\"", "collection customer, field position", "whereabouts"),
    broken("level = 3", "level = 3\nsealed = false", "personal-not-sealed", "sealed = false", "collection customer, field resident_id", "leave it out"),
    broken("level = 3", "level = 3\nfacet = true", "facet-on-sealed", "facet = true", "collection customer, field resident_id", "use `search`"),
    broken("key = [\"number\"]", "key = [\"number\"]\n[[collection.field]]\nname = \"weight\"\ntitle = { zh = \"重\", en = \"weight\" }\nkind = \"number\"\nlevel = 1\nsensitivity = \"none\"\nsuite = \"national\"\nowner = \"x\"\nscene = { zh = \"称\", en = \"scale\" }\nretention = { days = 9, from = \"closed\", rule = \"house rule\" }", "suite-on-unsealed", "suite = \"national\"", "collection order, field weight", "remove `suite`"),
    broken("second_factor = true", "", "no-second-factor", "[[collection.field]]", "collection customer, field resident_id", "second_factor = true"),
    broken("mask = \"mobile_waybill\"", "mask = \"mobile_waybil\"", "mask-does-not-fit", "mask = \"mobile_waybil\"", "collection customer, field mobile", "write `mask = \"mobile_waybill\"`"),
    broken("mask = \"mobile_waybill\"", "mask = \"plain\"", "mask-does-not-fit", "mask = \"plain\"", "collection customer, field mobile", "one of: mobile, "),
    broken("values = [\"open\", \"closed\"]", "values = [\"open\", \"closed\"]\nsearch = [\"exact\"]", "search-on-unsealed", "search = [\"exact\"]", "collection order, field status", "facet = true"),
    broken("values = [\"open\", \"closed\"]", "values = [\"open\", \"closed\"]\nwrite_once = true", "write-once-without-key", "write_once = true", "collection order, field status", "`key`"),
    broken("search = [\"exact\", \"last4\"]", "search = [\"exact\", \"surname\"]", "search-does-not-fit", "search = [\"exact\", \"surname\"]", "collection customer, field mobile", "exact, last4"),
    broken("sensitivity = \"whereabouts\"", "sensitivity = \"whereabouts\"\nsearch = [\"exact\"]", "search-does-not-fit", "search = [\"exact\"]", "collection customer, field position", "remove `search`"),
    broken("search = [\"exact\", \"last4\"]", "search = [\"exact\", \"exact\"]", "duplicate-search", "search = [\"exact\", \"exact\"]", "collection customer, field mobile", "keep one"),
    broken("values = [\"open\", \"closed\"]", "values = []", "enum-without-values", "values = []", "collection order, field status", "values = ["),
    broken("level = 3", "level = 3\nvalues = [\"a\"]", "values-without-enum", "values = [\"a\"]", "collection customer, field resident_id", "remove `values`"),
    broken("values = [\"open\", \"closed\"]", "values = [\"open\", \"closed\", \"open\"]", "bad-value", "values = [\"open\", \"closed\", \"open\"]", "collection order, field status", "once"),
    broken("values = [\"open\", \"closed\"]", "values = [\"open\", \"closed\"]\nvalue_titles = [{ zh = \"开\", en = \"open\" }]", "value-titles-do-not-match", "value_titles = [{ zh = \"开\", en = \"open\" }]", "collection order, field status", "one title for each value"),
    broken("name = \"position\"", "name = \"mobile\"", "duplicate-name", "name = \"mobile\"", "collection customer, field mobile", "rename"),
    // Purposes.
    broken("basis = { pipl = \"contract\", gdpr = \"contract\" }", "basis = { pipl = \"contract\" }", "purpose-without-basis", "basis = { pipl = \"contract\" }", "purpose repair", "write `gdpr = "),
    broken("basis = { pipl = \"contract\", gdpr = \"contract\" }", "basis = { pipl = \"legitimate-interests\", gdpr = \"contract\" }", "legitimate-interests-under-pipl", "basis = { pipl = \"legitimate-interests\", gdpr = \"contract\" }", "purpose repair", "ask for consent"),
    broken("basis = { pipl = \"contract\", gdpr = \"contract\" }", "basis = { pipl = \"contract\", gdpr = \"human-resources\" }", "basis-not-lawful", "basis = { pipl = \"contract\", gdpr = \"human-resources\" }", "purpose repair", "public-task"),
    broken("basis = { pipl = \"contract\", gdpr = \"contract\" }", "basis = { pipl = \"contract\", gdpr = \"contract\", ccpa = \"notice\" }", "basis-of-absent-regime", "basis = { pipl = \"contract\", gdpr = \"contract\", ccpa = \"notice\" }", "purpose repair", "\"ccpa\""),
    broken("consent = \"separate\"", "consent = \"general\"", "sensitive-without-separate-consent", "consent = \"general\"", "purpose rescue", "consent = \"separate\""),
    broken("consent = \"separate\"", "consent = \"once\"", "sensitive-without-separate-consent", "consent = \"once\"", "purpose rescue", "consent = \"separate\""),
    broken("sensitivity = \"whereabouts\"", "sensitivity = \"minor\"", "sensitive-without-separate-consent", "consent = \"separate\"", "purpose rescue", "consent = \"guardian\""),
    broken("consent = \"separate\"", "", "consent-without-form", "[[purpose]]", "purpose rescue", "\"separate\" if"),
    broken("condition = \"open-case\"", "condition = \"open-case\"\nconsent = \"general\"", "consent-without-basis", "consent = \"general\"", "purpose claim", "remove `consent`"),
    broken("fields = [\"order.status\"]", "fields = []", "purpose-without-fields", "fields = []", "purpose statistics", "collection.field"),
    broken("roles = [\"adviser\"]\ncondition = \"none\"", "roles = []\ncondition = \"none\"", "purpose-without-roles", "roles = []", "purpose rescue", "roles = ["),
    broken("roles = [\"adviser\"]\ncondition = \"none\"", "roles = [\"advisor\"]\ncondition = \"none\"", "unknown-role", "roles = [\"advisor\"]", "purpose rescue", "did you mean `adviser`?"),
    broken("roles = [\"adviser\"]\ncondition = \"none\"", "roles = [\"audit-admin\"]\ncondition = \"none\"", "administrator-reads", "roles = [\"audit-admin\"]", "purpose rescue", "without a silo"),
    broken("condition = \"open-case\"", "condition = \"site-open-case\"", "condition-never-met", "condition = \"site-open-case\"", "purpose claim", "`site`"),
    broken("condition = \"none\"", "", "missing-key", "[[purpose]]", "purpose rescue", "write `condition = "),
    broken("fields = [\"order.status\"]", "fields = [\"order.status\", \"customer.mobile\"]", "counts-need-facets", "fields = [\"order.status\", \"customer.mobile\"]", "purpose statistics", "facet = true"),
    broken("condition = \"open-case\"", "condition = \"open-case\"\nemergency = { roles = [\"audit-admin\"], view = \"adviser\", minutes = 15, review_days = 3 }", "emergency-roles", "emergency = { roles = [\"audit-admin\"], view = \"adviser\", minutes = 15, review_days = 3 }", "purpose claim", "minutes = 15"),
    broken("condition = \"open-case\"", "condition = \"open-case\"\nemergency = { roles = [\"adviser\"], view = \"audit-admin\", minutes = 15, review_days = 3 }", "emergency-view", "emergency = { roles = [\"adviser\"], view = \"audit-admin\", minutes = 15, review_days = 3 }", "purpose claim", "view ="),
    broken("condition = \"open-case\"", "condition = \"open-case\"\nemergency = { roles = [\"adviser\"], view = \"adviser\", minutes = 61, review_days = 3 }", "emergency-minutes", "emergency = { roles = [\"adviser\"], view = \"adviser\", minutes = 61, review_days = 3 }", "purpose claim", "minutes = 15"),
    broken("condition = \"open-case\"", "condition = \"open-case\"\nemergency = { roles = [\"adviser\"], view = \"adviser\", minutes = 15, review_days = 11 }", "emergency-review", "emergency = { roles = [\"adviser\"], view = \"adviser\", minutes = 15, review_days = 11 }", "purpose claim", "review_days = 3"),
    broken("condition = \"counts-only\"", "condition = \"counts-only\"\nemergency = { roles = [\"adviser\"], view = \"adviser\", minutes = 15, review_days = 3 }", "emergency-counts", "emergency = { roles = [\"adviser\"], view = \"adviser\", minutes = 15, review_days = 3 }", "purpose statistics", "emergency ="),
    broken("condition = \"open-case\"", "condition = \"open-case\"\nneed = { fields = [\"order.status\"], task = { zh = \"一\", en = \"a\" }, least = { zh = \"二\", en = \"b\" }, otherwise = { zh = \"三\", en = \"c\" }, by = \"officer\", on = \"2026-11-22\" }", "need-fields", "need = { fields = [\"order.status\"], task = { zh = \"一\", en = \"a\" }, least = { zh = \"二\", en = \"b\" }, otherwise = { zh = \"三\", en = \"c\" }, by = \"officer\", on = \"2026-11-22\" }", "purpose claim", "of this purpose alone"),
    broken("condition = \"open-case\"", "condition = \"open-case\"\nneed = { fields = [\"customer.*\"], task = { zh = \"一\", en = \"a\" }, least = { zh = \"二\", en = \"b\" }, otherwise = { zh = \"三\", en = \"c\" }, by = \"officer\", on = \"2026-11-22\" }", "need-wildcard", "need = { fields = [\"customer.*\"], task = { zh = \"一\", en = \"a\" }, least = { zh = \"二\", en = \"b\" }, otherwise = { zh = \"三\", en = \"c\" }, by = \"officer\", on = \"2026-11-22\" }", "purpose claim", "one by one"),
    broken("condition = \"open-case\"", "condition = \"open-case\"\nneed = { fields = [\"customer.mobile\"], task = { zh = \"一\", en = \"a\" }, least = { zh = \"二\", en = \"b\" }, otherwise = { zh = \"三\", en = \"c\" }, by = \"officer\", on = \"22.11.2026\" }", "need-day", "need = { fields = [\"customer.mobile\"], task = { zh = \"一\", en = \"a\" }, least = { zh = \"二\", en = \"b\" }, otherwise = { zh = \"三\", en = \"c\" }, by = \"officer\", on = \"22.11.2026\" }", "purpose claim", "2026-11-22"),
    broken("condition = \"open-case\"", "condition = \"open-case\"\nneed = { fields = [\"customer.mobile\"], task = { zh = \"一\", en = \"a\" }, least = { zh = \"二\", en = \"b\" }, by = \"officer\", on = \"2026-11-22\" }", "missing-key", "need = { fields = [\"customer.mobile\"], task = { zh = \"一\", en = \"a\" }, least = { zh = \"二\", en = \"b\" }, by = \"officer\", on = \"2026-11-22\" }", "purpose claim", "otherwise"),
    broken("condition = \"open-case\"", "condition = \"open-case\"\nconditions = { hours = \"always\" }", "unreadable-condition", "conditions = { hours = \"always\" }", "purpose claim", "mon-fri"),
];

#[test]
fn each_broken_rule_is_found_with_its_line_its_place_and_a_remedy() {
    for case in BROKEN {
        let text = changed(case.from, case.to);
        let all = findings(&text);
        let shown: String = all.iter().map(|f| f.render(Language::English)).collect();
        let Some(found) = all
            .iter()
            .find(|f| f.code == case.code && f.place.en == case.place)
        else {
            panic!("{} not found at {}; found:\n{shown}", case.code, case.place)
        };
        assert_eq!(found.file, "register.toml");
        assert_eq!(text.lines().nth(found.line - 1), Some(case.line), "{shown}");
        assert!(found.remedy.en.contains(case.remedy), "{shown}");
        assert!(!found.message.zh.is_empty() && !found.remedy.zh.is_empty());
    }
}

#[test]
fn a_rule_that_is_broken_alone_is_found_alone() {
    // These break a second rule by their nature: a role or zone under another name is missing under its
    // own, a field that its purpose misspells has none, a field put in for the test has none either.
    let entail = [
        "duplicate-name",
        "bad-name",
        "silo-split",
        "unknown-field",
        "suite-on-unsealed",
    ];
    for case in BROKEN.iter().filter(|case| !entail.contains(&case.code)) {
        let codes: Vec<_> = findings(&changed(case.from, case.to))
            .iter()
            .map(|f| f.code)
            .collect();
        assert_eq!(codes, [case.code], "{} -> {}", case.from, case.to);
    }
}

#[test]
fn every_rule_of_the_checks_has_a_broken_register() {
    let tested: BTreeSet<&str> = BROKEN.iter().map(|case| case.code).collect();
    // An empty document lacks every noun; a collection without fields cannot come from one change.
    let elsewhere = ["nothing-declared", "no-field"];
    let sources = [
        include_str!("../check.rs"),
        include_str!("../check/case.rs"),
        include_str!("../check/collection.rs"),
        include_str!("../check/field.rs"),
        include_str!("../check/purpose.rs"),
        include_str!("../check/retention.rs"),
        include_str!("../draft/conditions.rs"),
        include_str!("../draft/field.rs"),
        include_str!("../draft/purpose.rs"),
        include_str!("../reader.rs"),
    ];
    let is_code = |text: &&str| {
        text.contains('-')
            && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
            && text.len() > 5
    };
    for source in sources {
        for code in source.split('"').skip(1).step_by(2).filter(is_code) {
            assert!(
                tested.contains(code) || elsewhere.contains(&code),
                "{code} is not tested"
            );
        }
    }
}

#[test]
fn all_findings_come_at_once_in_the_order_of_the_text() {
    let text = changed("owner = \"claims\"", "")
        .replace("mask = \"mobile_waybill\"", "mask = \"x\"")
        .replace("consent = \"separate\"", "consent = \"general\"");
    let codes: Vec<_> = findings(&text).iter().map(|f| f.code).collect();
    assert_eq!(
        codes,
        [
            "mask-does-not-fit",
            "field-without-owner",
            "sensitive-without-separate-consent"
        ]
    );
}

#[test]
fn an_empty_register_is_told_what_it_lacks() {
    let codes: BTreeSet<_> = findings("").iter().map(|f| f.code).collect();
    assert_eq!(
        codes,
        BTreeSet::from(["missing-key", "no-regime", "nothing-declared"])
    );
    let bare = "[[collection]]\nname = \"a\"";
    assert!(
        findings(bare)
            .iter()
            .any(|f| f.code == "no-field" && f.line == 1)
    );
}

#[test]
fn a_finding_reads_in_both_languages() {
    let text = changed("owner = \"claims\"", "");
    let found = findings(&text).remove(0);
    assert_eq!(
        found.render(Language::English),
        "register.toml:48:1: collection customer, field resident_id: no unit answers for this field \
         [field-without-owner]\n    remedy: write `owner = \"the unit\"`\n"
    );
    assert_eq!(
        found.render(Language::Chinese),
        "register.toml:48:1: 集合 customer,字段 resident_id:没有责任部门 [field-without-owner]\n    \
         处理办法:写上 `owner = \"部门\"`\n"
    );
}

#[test]
fn a_wildcard_takes_in_every_field_once_and_sealing_follows_the_kind() {
    let register = sound();
    let claim = register.purpose("claim").expect("claim");
    let names: Vec<String> = claim.fields.iter().map(FieldRef::to_string).collect();
    assert_eq!(
        names,
        [
            "customer.resident_id",
            "customer.mobile",
            "customer.position"
        ]
    );
    let sealed = |name: &str| {
        register
            .field(&name.parse().expect("name"))
            .expect("field")
            .sealed
    };
    assert!(sealed("customer.mobile") && !sealed("order.status"));
}

#[test]
fn lengths_of_time_are_read_as_days() {
    let days = |name: &str| {
        let register = sound();
        register
            .field(&name.parse().expect("name"))
            .expect("field")
            .retention
            .days
    };
    assert_eq!(days("customer.position"), 1);
    assert_eq!(days("customer.resident_id"), 184);
    assert_eq!(days("customer.mobile"), 1096);
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_are_read_and_counted_as_no_column() {
    let windows = format!("\u{feff}{}", SOUND.replace('\n', "\r\n"));
    assert_eq!(parse("register.toml", &windows).ok(), Some(sound()));
    let broken = windows.replace("owner = \"claims\"", "owners = \"claims\"");
    let found = findings(&broken).remove(0);
    assert_eq!(
        (found.line, found.column, found.code),
        (48, 1, "field-without-owner")
    );
    let first = findings("\u{feff}x = 1").remove(0);
    assert_eq!((first.line, first.column), (1, 1));
}

#[test]
fn a_text_without_bottom_is_refused() {
    for deep in [
        "[".repeat(200_000),
        "x = ".to_owned() + &"[".repeat(200_000),
        "a.".repeat(200_000),
    ] {
        assert!(findings(&deep).iter().any(|f| f.code == "not-toml"));
    }
}

proptest::proptest! {
    /// Whatever line is lost or torn, the reader answers and never panics.
    #[test]
    fn a_torn_register_is_answered(line in 0usize..160, keep in 0usize..30) {
        let torn: String = SOUND
            .lines()
            .enumerate()
            .map(|(i, text)| {
                let text: String = if i == line { text.chars().take(keep).collect() } else { text.to_owned() };
                text + "\n"
            })
            .collect();
        for finding in findings(&torn) {
            proptest::prop_assert!(finding.line >= 1 && finding.line <= torn.lines().count() + 1);
        }
    }
}
