use shouxin_model::Register;
use shouxin_register::profile;

use super::*;
use crate::parse;

fn register() -> Register {
    let text = profile("after-sales").unwrap().register_toml;
    shouxin_register::parse("register.toml", text).unwrap()
}

fn bound(text: &str, register: &Register) -> Bound {
    let notice = parse("notice.toml", text).unwrap();
    notice.bind(register).unwrap()
}

fn marketing() -> &'static str {
    profile("after-sales").unwrap().notices[2]
}

/// What a new register or text changes, as `kind: English`.
fn changes(change: impl Fn(&mut Register), edit: impl Fn(&str) -> String) -> Vec<String> {
    let old = bound(marketing(), &register());
    let mut changed = register();
    change(&mut changed);
    let new = bound(&edit(marketing()), &changed);
    told(&difference(&old, &new))
}

fn told(difference: &Difference) -> Vec<String> {
    let changes = difference.changes.iter();
    changes
        .map(|change| {
            assert!(!change.text.zh.is_empty());
            format!("{}: {}", change.kind.word(), change.text.en)
        })
        .collect()
}

fn same(text: &str) -> String {
    text.to_owned()
}

fn nothing(_: &mut Register) {}

fn purpose(register: &mut Register) -> &mut shouxin_model::Purpose {
    let mut purposes = register.purposes.iter_mut();
    purposes
        .find(|one| one.name == "marketing-contact")
        .unwrap()
}

fn birthday(register: &mut Register) -> &mut shouxin_model::Field {
    let fields = &mut register.collections[0].fields;
    fields
        .iter_mut()
        .find(|one| one.name == "date_of_birth")
        .unwrap()
}

#[test]
fn nothing_changed_is_no_change() {
    assert_eq!(changes(nothing, same), [""; 0]);
}

#[test]
fn more_than_was_agreed_to_is_widening_and_less_is_narrowing() {
    let title = "\"marketing and greetings\"";
    let field = |register: &mut Register| {
        let field = "customer.address".parse().unwrap();
        purpose(register).fields.push(field);
    };
    assert_eq!(
        changes(field, same),
        [format!("widening: {title} also uses: address")]
    );
    let fewer = |register: &mut Register| {
        purpose(register)
            .fields
            .retain(|field| field.field() != "wechat");
    };
    assert_eq!(
        changes(fewer, same),
        [format!("narrowing: {title} no longer uses: WeChat id")]
    );
    let longer = |register: &mut Register| birthday(register).retention.days = 366;
    assert_eq!(
        changes(longer, same),
        [format!(
            "widening: {title}: date of birth is kept for 1 year instead of 30 days"
        )]
    );
    let shorter = |register: &mut Register| birthday(register).retention.days = 7;
    assert_eq!(
        changes(shorter, same),
        [format!(
            "narrowing: {title}: date of birth is kept for 7 days instead of 30 days"
        )]
    );
    let later = |register: &mut Register| {
        birthday(register).retention.from = "last-service".to_owned();
    };
    assert_eq!(
        changes(later, same),
        [format!(
            "widening: {title}: date of birth is now kept from the last service"
        )]
    );
    let stronger = |register: &mut Register| {
        purpose(register).consent = Some(ConsentForm::Separate);
    };
    assert_eq!(
        changes(stronger, same),
        [format!(
            "narrowing: {title} asks for consent in another form"
        )]
    );
    let in_all = |text: &str| format!("{text}in_all = true\n");
    assert_eq!(
        changes(nothing, in_all),
        [
            "widening: \"agree to all\" now takes in \"Send me service reminders, offers and birthday greetings\""
        ]
    );
}

#[test]
fn a_weaker_form_widens_and_so_does_none_at_all() {
    let mut written = register();
    purpose(&mut written).consent = Some(ConsentForm::Written);
    let old = bound(marketing(), &written);
    let new = bound(marketing(), &register());
    let found = difference(&old, &new);
    assert_eq!(
        told(&found),
        ["widening: \"marketing and greetings\" asks for consent in another form"]
    );
    assert!(found.widens() && found.widens_purpose("marketing-contact"));
    let mut contract = new.clone();
    contract.purposes[0].consent = None;
    assert_eq!(
        told(&difference(&new, &contract)),
        ["widening: \"marketing and greetings\" no longer asks for consent"]
    );
}

#[test]
fn whoever_else_gets_data_widens_and_abroad_is_told() {
    let with = |country: &str| {
        let named = marketing().replacen(
            "name = \"marketing-contact\"\n",
            "name = \"marketing-contact\"\nrecipients = [\"sender\"]\n",
            1,
        );
        format!(
            "{named}\n[[recipient]]\nname = \"sender\"\nkind = \"processor\"\n\
             title = {{ zh = \"短信公司\", en = \"Sender Ltd\" }}\n\
             contact = {{ zh = \"邮箱\", en = \"mail\" }}\n\
             text = {{ zh = \"替我们发短信。\", en = \"It sends text messages for us.\" }}\n{country}"
        )
    };
    let mut separate = register();
    purpose(&mut separate).consent = Some(ConsentForm::Separate);
    let bound = |text: &str| bound(text, &separate);
    let (none, here) = (bound(marketing()), bound(&with("")));
    let abroad = "country = { zh = \"新加坡\", en = \"Singapore\" }\n\
        exercise = { zh = \"写信给它。\", en = \"Write to it.\" }\n";
    let abroad = bound(&with(abroad));
    assert_eq!(
        told(&difference(&none, &here)),
        ["widening: data for \"marketing and greetings\" also go to Sender Ltd"]
    );
    assert_eq!(
        told(&difference(&here, &none)),
        ["narrowing: data for \"marketing and greetings\" no longer go to Sender Ltd"]
    );
    assert_eq!(
        told(&difference(&here, &abroad)),
        [
            "widening: data for \"marketing and greetings\" go to Sender Ltd in Singapore",
            "wording: recipient Sender Ltd: told in other words"
        ]
    );
}

#[test]
fn other_words_are_wording_but_for_the_name_of_the_controller() {
    let reworded = |text: &str| text.replacen("It is up to you.", "You decide.", 1);
    assert_eq!(
        changes(nothing, reworded),
        ["wording: introduction: told in other words"]
    );
    let sold = |text: &str| text.replacen("Example Car Service Ltd", "Another Ltd", 1);
    assert_eq!(
        changes(nothing, sold),
        ["widening: the controller is now Another Ltd"]
    );
}

#[test]
fn purposes_come_and_go() {
    let (rescue, both) = (profile("after-sales").unwrap().notices[1], marketing());
    let (rescue, marketing) = (bound(rescue, &register()), bound(both, &register()));
    let mut joined = rescue.clone();
    joined.purposes.extend(marketing.purposes.clone());
    assert_eq!(
        told(&difference(&rescue, &joined)),
        ["widening: a new purpose: \"marketing and greetings\""]
    );
    assert_eq!(
        told(&difference(&joined, &rescue)),
        ["narrowing: no longer names the purpose \"marketing and greetings\""]
    );
    assert_eq!(Difference::first(&rescue).changes.len(), 2);
}
