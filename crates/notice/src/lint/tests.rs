use shouxin_model::Register;
use shouxin_model::text::Language;
use shouxin_register::{Finding, PROFILES, profile};

use crate::{Notice, PASS, lint, parse};

fn register(name: &str) -> Register {
    shouxin_register::parse("register.toml", profile(name).unwrap().register_toml).unwrap()
}

/// A shipped notice of the after-sales network.
fn shipped(name: &str) -> &'static str {
    let name = format!("name = \"{name}\"");
    let notices = profile("after-sales").unwrap().notices.iter();
    notices
        .copied()
        .find(|text| text.contains(&name))
        .expect("it is shipped")
}

fn said(findings: &[Finding]) -> String {
    let all = findings.iter().map(|one| one.render(Language::English));
    all.collect()
}

fn read(text: &str) -> Notice {
    parse("notice.toml", text).unwrap_or_else(|findings| panic!("{}", said(&findings)))
}

/// The codes and lines of what the linter finds in this text under the after-sales register.
fn found(text: &str) -> Vec<(&'static str, usize)> {
    let findings = lint(&read(text), &register("after-sales"));
    findings.iter().map(|one| (one.code, one.line)).collect()
}

/// The line, counted from 1, on which `part` stands.
fn line_of(text: &str, part: &str) -> usize {
    let at = text.find(part).expect(part);
    text[..at].matches('\n').count() + 1
}

/// Without the line that begins with `start`.
fn without(text: &str, start: &str) -> String {
    let kept: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with(start))
        .collect();
    assert!(kept.len() < text.lines().count(), "{start}");
    kept.join("\n")
}

fn with(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

#[test]
fn what_is_shipped_has_no_findings_and_each_text_can_be_read() {
    for profile in PROFILES {
        let register = register(profile.name);
        let mut told = Vec::new();
        for text in profile.notices {
            let notice = read(text);
            let findings = lint(&notice, &register);
            assert!(findings.is_empty(), "{}: {}", profile.name, said(&findings));
            for score in notice.scores() {
                assert!(score.score.value >= PASS, "{score:?}");
            }
            let bound = notice.bind(&register).unwrap();
            assert_eq!(
                crate::Bound::of_canonical(&bound.canonical()),
                Some(bound.clone())
            );
            told.extend(bound.purposes.into_iter().map(|purpose| purpose.name));
        }
        told.sort();
        let mut declared: Vec<String> = register
            .purposes
            .iter()
            .map(|purpose| purpose.name.clone())
            .collect();
        declared.sort();
        // Each purpose of the register is told of, and by one notice.
        assert_eq!(told, declared, "{}", profile.name);
    }
}

#[test]
fn each_rule_finds_what_it_is_for_and_nothing_else() {
    let (rescue, marketing) = (shipped("rescue"), shipped("marketing"));
    let recipient = |keys: &str| {
        let named = with(
            rescue,
            "name = \"roadside-rescue\"\n",
            "name = \"roadside-rescue\"\nrecipients = [\"tow\"]\n",
        );
        format!("{named}\n[[recipient]]\nname = \"tow\"\nkind = \"controller\"\n{keys}")
    };
    let text = |zh: &str, en: &str| format!("{{ zh = \"{zh}\", en = \"{en}\" }}\n");
    let title = format!("title = {}", text("拖车公司", "Tow Ltd"));
    let contact = format!(
        "contact = {}",
        text("邮箱 tow@example.com", "mail tow@example.com")
    );
    let does = format!("text = {}", text("它来拖车。", "It tows the car."));
    let full = format!("{title}{contact}{does}");
    assert_eq!(found(&recipient(&full)), []);
    let shared = with(
        marketing,
        "name = \"marketing-contact\"\n",
        "name = \"marketing-contact\"\nrecipients = [\"tow\"]\n",
    ) + &format!("\n[[recipient]]\nname = \"tow\"\nkind = \"controller\"\n{full}");
    let switch = "\n[[switch]]\nname = \"more\"\ntitle = { zh = \"好\", en = \"Yes\" }\n";
    let rows: Vec<(&str, String)> = vec![
        ("missing-controller-name", without(rescue, "name = { zh")),
        ("missing-controller-contact", without(rescue, "contact = ")),
        ("missing-rights", without(rescue, "rights = ")),
        ("missing-withdrawal", without(rescue, "withdrawal = ")),
        ("missing-complaint", without(rescue, "complaint = ")),
        ("missing-minors", without(rescue, "minors = ")),
        ("missing-way", without(marketing, "way = ")),
        ("missing-purpose", without(marketing, "text = ")),
        ("missing-refusal", without(marketing, "refusal = ")),
        (
            "missing-necessity",
            with(rescue, "necessity = { zh = \"不", "#"),
        ),
        ("missing-impact", with(rescue, "impact = { zh = \"位", "#")),
        (
            "missing-retention",
            with(marketing, "name = \"account-closure\"", "name = \"other\""),
        ),
        (
            "missing-recipient-name",
            recipient(&format!("{contact}{does}")),
        ),
        (
            "missing-recipient-contact",
            recipient(&format!("{title}{does}")),
        ),
        (
            "missing-recipient-way",
            recipient(&format!("{title}{contact}")),
        ),
        (
            "missing-rights-abroad",
            recipient(&format!("{full}country = {}", text("新加坡", "Singapore"))),
        ),
        ("share-not-separate", shared),
        (
            "unknown-recipient",
            with(
                rescue,
                "name = \"roadside-rescue\"\n",
                "name = \"roadside-rescue\"\nrecipients = [\"tow\"]\n",
            ),
        ),
        (
            "unknown-purpose",
            format!("{marketing}\n[[purpose]]\nname = \"marketing-contacts\"\n"),
        ),
        (
            "field-not-declared",
            with(
                marketing,
                "name = \"marketing-contact\"\n",
                "name = \"marketing-contact\"\nfields = [\"customer.*\", \"vehicle.*\", \"call.at\"]\n",
            ),
        ),
        (
            "field-not-told",
            with(
                marketing,
                "name = \"marketing-contact\"\n",
                "name = \"marketing-contact\"\nfields = [\"customer.*\"]\n",
            ),
        ),
        (
            "bundled",
            with(
                rescue,
                "purposes = [\"roadside-rescue\"]",
                "purposes = [\"roadside-rescue\", \"marketing-contact\"]",
            ) + &purpose_of(marketing),
        ),
        ("pre-ticked", format!("{marketing}on = true\n")),
        ("sensitive-in-all", format!("{rescue}in_all = true\n")),
        (
            "switch-for-nothing",
            format!("{marketing}{switch}purposes = []\n"),
        ),
        (
            "asked-twice",
            format!("{marketing}{switch}purposes = [\"marketing-contact\"]\n"),
        ),
        (
            "consent-not-needed",
            format!("{marketing}{switch}purposes = [\"recall-notice\"]\n"),
        ),
        (
            "asked-not-told",
            format!("{marketing}{switch}purposes = [\"roadside-rescue\"]\n"),
        ),
        (
            "consent-not-asked",
            format!("{rescue}{}", purpose_of(marketing)),
        ),
        (
            "hard-to-read",
            with(
                marketing,
                "我们用这些信息给您发保养提醒、优惠活动和生日问候。",
                "兹为提升用户体验之目的,本公司及关联方予以处理前述信息,包括但不限于推送。",
            ),
        ),
    ];
    for (code, text) in rows {
        let codes: Vec<&str> = found(&text).iter().map(|(code, _)| *code).collect();
        assert_eq!(codes, [code]);
    }
}

/// The part of the marketing notice that tells of its purpose, with the event it needs.
fn purpose_of(marketing: &str) -> String {
    let purpose = marketing.find("[[purpose]]").unwrap();
    let switch = marketing.find("[[switch]]").unwrap();
    let event = "\n[[event]]\nname = \"account-closure\"\ntitle = { zh = \"注销\", en = \"the closing\" }\n";
    format!("{event}\n{}", &marketing[purpose..switch])
}

#[test]
fn a_notice_that_tells_nothing_is_refused() {
    let empty = "name = \"empty\"\ntitle = { zh = \"空\", en = \"empty\" }\n";
    let mut codes: Vec<&str> = found(empty).iter().map(|(code, _)| *code).collect();
    codes.sort_unstable();
    assert_eq!(
        codes,
        [
            "missing-complaint",
            "missing-controller-contact",
            "missing-controller-name",
            "missing-rights",
            "nothing-told"
        ]
    );
}

#[test]
fn a_finding_says_where_it_stands_and_what_to_do_in_both_languages() {
    let text = format!("{}on = true\n", shipped("marketing"));
    let findings = lint(&read(&text), &register("after-sales"));
    let finding = &findings[0];
    assert_eq!(
        (finding.line, finding.column),
        (line_of(&text, "on = true"), 1)
    );
    assert_eq!(finding.place.en, "notice marketing, switch marketing");
    assert_eq!(finding.place.zh, "告知文本 marketing,开关 marketing");
    assert!(finding.message.zh.contains("第14条") && finding.message.en.contains("art. 14"));
    assert_eq!(finding.remedy.en, "write `on = false`, or remove the line");
}

#[test]
fn what_cannot_be_read_says_why() {
    let codes = |text: &str| -> Vec<&'static str> {
        let findings = parse("notice.toml", text).unwrap_err();
        findings.iter().map(|one| one.code).collect()
    };
    let head = "name = \"x\"\ntitle = { zh = \"甲\", en = \"a\" }\n";
    assert_eq!(codes("name = "), ["not-toml"]);
    assert_eq!(
        codes(&format!("{head}pre_ticked = true\n")),
        ["unknown-key"]
    );
    assert_eq!(
        codes("name = \"x\"\ntitle = { zh = \"甲\" }\n"),
        ["missing-key"]
    );
    assert_eq!(
        codes("name = \"X y\"\ntitle = { zh = \"甲\", en = \"a\" }\n"),
        ["bad-name"]
    );
    assert_eq!(
        codes(&format!("{head}snapshot_hours = 0\n")),
        ["snapshot-hours"]
    );
    assert_eq!(codes(&format!("{head}rights = \"none\"\n")), ["wrong-type"]);
    let twice = "[[purpose]]\nname = \"a\"\n[[purpose]]\nname = \"a\"\n";
    assert_eq!(codes(&format!("{head}{twice}")), ["duplicate-name"]);
}
