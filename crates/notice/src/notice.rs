//! A notice as written.

use serde::{Deserialize, Serialize};
use shouxin_model::Text;
use shouxin_model::id::is_slug;
use shouxin_register::Finding;
use shouxin_register::reading::{Fault, Node, Path, Reader, Step, locate, not_toml};
use toml::de::DeTable;

/// A notice as written: every value read, nothing checked against law or register yet.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Its name, for example `privacy`.
    pub name: String,
    /// Its heading.
    pub title: Text,
    /// What it is about, in a few sentences.
    pub introduction: Option<Text>,
    /// How data are handled, for each purpose that does not say so itself.
    pub way: Option<Text>,
    /// Who answers for it.
    pub controller: Controller,
    /// What keeping periods count from.
    pub events: Vec<Event>,
    /// What it tells of each purpose.
    pub purposes: Vec<PurposeText>,
    /// Who else gets data.
    pub recipients: Vec<Recipient>,
    /// What can be agreed to, each by itself.
    pub switches: Vec<Switch>,
    /// People's rights and how to use them.
    pub rights: Option<Text>,
    /// How to take consent back.
    pub withdrawal: Option<Text>,
    /// Where to complain.
    pub complaint: Option<Text>,
    /// What holds for children under 14.
    pub minors: Option<Text>,
    /// How changes will be told.
    pub changes: Option<Text>,
    /// Whatever else it says.
    pub sections: Vec<Section>,
    /// For how many hours a page that shows it may stay open before what is agreed to there is refused.
    pub snapshot_hours: u32,
    /// The file's name and the text that it was read from.
    pub(crate) origin: (String, String),
}

/// Who answers for a notice.
#[derive(Clone, Debug, Default)]
pub struct Controller {
    /// Its name.
    pub name: Option<Text>,
    /// How to reach it.
    pub contact: Option<Text>,
    /// How to reach whoever is responsible for personal data there.
    pub officer: Option<Text>,
}

/// What a keeping period of the register counts from, in words.
#[derive(Clone, Debug)]
pub struct Event {
    /// As the register names it.
    pub name: String,
    /// For people, fit to stand after "from".
    pub title: Text,
}

/// What a notice tells of a purpose.
#[derive(Clone, Debug)]
pub struct PurposeText {
    /// As the register names it.
    pub name: String,
    /// What people call it, if not as the register does.
    pub title: Option<Text>,
    /// What the data are for.
    pub text: Option<Text>,
    /// How they are handled.
    pub way: Option<Text>,
    /// The fields told: `collection.field` or `collection.*`; empty: those of the register.
    pub fields: Vec<String>,
    /// Who else gets them, by name.
    pub recipients: Vec<String>,
    /// Why sensitive data are needed.
    pub necessity: Option<Text>,
    /// What their use may do to the person.
    pub impact: Option<Text>,
    /// What follows if the person does not agree.
    pub refusal: Option<Text>,
}

/// Who else gets data.
#[derive(Clone, Debug)]
pub struct Recipient {
    /// A name within the notice.
    pub name: String,
    /// On whose behalf it handles them.
    pub kind: RecipientKind,
    /// What people call it.
    pub title: Option<Text>,
    /// How to reach it.
    pub contact: Option<Text>,
    /// What it does with the data, and how.
    pub text: Option<Text>,
    /// The country, if it is abroad.
    pub country: Option<Text>,
    /// How to use one's rights towards it, if it is abroad.
    pub exercise: Option<Text>,
}

/// On whose behalf a recipient handles data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecipientKind {
    /// The controller's: entrusted (PIPL art. 21).
    Processor,
    /// Its own (PIPL art. 23).
    Controller,
}

/// Something that can be agreed to by itself.
#[derive(Clone, Debug)]
pub struct Switch {
    /// A name within the notice.
    pub name: String,
    /// What stands beside it.
    pub title: Text,
    /// The purposes that it is for.
    pub purposes: Vec<String>,
    /// Whether it is on before anybody touched it.
    pub on: bool,
    /// Whether "agree to all" turns it on.
    pub in_all: bool,
}

/// Whatever else a notice says.
#[derive(Clone, Debug)]
pub struct Section {
    /// Its heading.
    pub title: Text,
    /// Its text.
    pub text: Text,
}

/// Reads a notice; `file_name` is repeated in findings. Whether it may be published, [`crate::lint`] says.
///
/// # Errors
/// Everything that cannot be read, in the order of the text.
pub fn parse(file_name: &str, text: &str) -> Result<Notice, Vec<Finding>> {
    let (document, broken) = DeTable::parse_recoverable(text);
    let (mut notice, mut faults) = if broken.is_empty() {
        read(document.get_ref())
    } else {
        let faults = broken.iter().map(not_toml).collect();
        (read(&DeTable::new()).0, faults)
    };
    if faults.is_empty() {
        names(&notice, &mut faults);
    }
    if faults.is_empty() {
        notice.origin = (file_name.to_owned(), text.to_owned());
        return Ok(notice);
    }
    let place = |path: &Path| notice.place(path);
    Err(locate(file_name, text, &document, faults, place))
}

impl Notice {
    /// These faults as findings in the text that the notice was read from.
    pub(crate) fn locate(&self, faults: Vec<Fault>) -> Vec<Finding> {
        let (file, text) = &self.origin;
        let (document, _) = DeTable::parse_recoverable(text);
        locate(file, text, &document, faults, |path| self.place(path))
    }

    /// The text that it was read from.
    pub fn source(&self) -> &str {
        &self.origin.1
    }

    /// What people call a place of it.
    pub(crate) fn place(&self, path: &Path) -> Text {
        let (mut zh, mut en) = (String::from("告知文本"), String::from("notice"));
        if !self.name.is_empty() {
            zh = format!("{zh} {}", self.name);
            en = format!("{en} {}", self.name);
        }
        for pair in path.steps().windows(2) {
            let [Step::Key(noun), Step::Item(index)] = *pair else {
                continue;
            };
            let (nouns, name) = match noun {
                "purpose" => (
                    ("处理目的", "purpose"),
                    self.purposes.get(index).map(|one| &one.name),
                ),
                "recipient" => (
                    ("接收方", "recipient"),
                    self.recipients.get(index).map(|one| &one.name),
                ),
                "switch" => (
                    ("开关", "switch"),
                    self.switches.get(index).map(|one| &one.name),
                ),
                "event" => (
                    ("起算事件", "event"),
                    self.events.get(index).map(|one| &one.name),
                ),
                "section" => (("段落", "section"), None),
                _ => continue,
            };
            let number = || format!("#{}", index + 1);
            let name = name.filter(|name| !name.is_empty());
            let name = name.cloned().unwrap_or_else(number);
            zh = format!("{zh},{} {name}", nouns.0);
            en = format!("{en}, {} {name}", nouns.1);
        }
        Text::made(zh, en)
    }
}

/// How long a page that shows a notice may stay open, unless the notice says otherwise.
const SNAPSHOT_HOURS: u32 = 24;

fn read(document: &DeTable<'_>) -> (Notice, Vec<Fault>) {
    let mut reader = Reader::default();
    let root = Node {
        table: document,
        path: Path::default(),
    };
    let r = &mut reader;
    let known = [
        "name",
        "title",
        "introduction",
        "way",
        "controller",
        "event",
        "purpose",
        "recipient",
        "switch",
        "rights",
        "withdrawal",
        "complaint",
        "minors",
        "changes",
        "section",
        "snapshot_hours",
    ];
    r.keys(&root, &known);
    let notice = Notice {
        name: name(r, &root),
        title: r.need(&root, "title", Reader::text).unwrap_or_default(),
        introduction: r.text(&root, "introduction"),
        way: r.text(&root, "way"),
        controller: r
            .table(&root, "controller")
            .map(|node| controller(r, &node))
            .unwrap_or_default(),
        events: each(r, &root, "event", event),
        purposes: each(r, &root, "purpose", purpose),
        recipients: each(r, &root, "recipient", recipient),
        switches: each(r, &root, "switch", switch),
        rights: r.text(&root, "rights"),
        withdrawal: r.text(&root, "withdrawal"),
        complaint: r.text(&root, "complaint"),
        minors: r.text(&root, "minors"),
        changes: r.text(&root, "changes"),
        sections: each(r, &root, "section", section),
        snapshot_hours: r.number(&root, "snapshot_hours").unwrap_or(SNAPSHOT_HOURS),
        origin: Default::default(),
    };
    (notice, reader.faults)
}

fn each<T>(
    r: &mut Reader,
    root: &Node<'_>,
    key: &'static str,
    one: fn(&mut Reader, &Node<'_>) -> T,
) -> Vec<T> {
    let nodes = r.tables(root, key);
    nodes.iter().map(|node| one(r, node)).collect()
}

fn name(r: &mut Reader, node: &Node<'_>) -> String {
    r.need(node, "name", Reader::string).unwrap_or_default()
}

fn controller(r: &mut Reader, node: &Node<'_>) -> Controller {
    r.keys(node, &["name", "contact", "officer"]);
    Controller {
        name: r.text(node, "name"),
        contact: r.text(node, "contact"),
        officer: r.text(node, "officer"),
    }
}

fn event(r: &mut Reader, node: &Node<'_>) -> Event {
    r.keys(node, &["name", "title"]);
    Event {
        name: name(r, node),
        title: r.need(node, "title", Reader::text).unwrap_or_default(),
    }
}

fn purpose(r: &mut Reader, node: &Node<'_>) -> PurposeText {
    let known = [
        "name",
        "title",
        "text",
        "way",
        "fields",
        "recipients",
        "necessity",
        "impact",
        "refusal",
    ];
    r.keys(node, &known);
    PurposeText {
        name: name(r, node),
        title: r.text(node, "title"),
        text: r.text(node, "text"),
        way: r.text(node, "way"),
        fields: r.strings(node, "fields"),
        recipients: r.strings(node, "recipients"),
        necessity: r.text(node, "necessity"),
        impact: r.text(node, "impact"),
        refusal: r.text(node, "refusal"),
    }
}

fn recipient(r: &mut Reader, node: &Node<'_>) -> Recipient {
    let known = [
        "name", "kind", "title", "contact", "text", "country", "exercise",
    ];
    r.keys(node, &known);
    Recipient {
        name: name(r, node),
        kind: r
            .need(node, "kind", Reader::word)
            .unwrap_or(RecipientKind::Controller),
        title: r.text(node, "title"),
        contact: r.text(node, "contact"),
        text: r.text(node, "text"),
        country: r.text(node, "country"),
        exercise: r.text(node, "exercise"),
    }
}

fn switch(r: &mut Reader, node: &Node<'_>) -> Switch {
    r.keys(node, &["name", "title", "purposes", "on", "in_all"]);
    let purposes = |r: &mut Reader, node: &Node<'_>, key| Some(r.strings(node, key));
    Switch {
        name: name(r, node),
        title: r.need(node, "title", Reader::text).unwrap_or_default(),
        purposes: r.need(node, "purposes", purposes).unwrap_or_default(),
        on: r.boolean(node, "on").unwrap_or_default(),
        in_all: r.boolean(node, "in_all").unwrap_or_default(),
    }
}

fn section(r: &mut Reader, node: &Node<'_>) -> Section {
    r.keys(node, &["title", "text"]);
    Section {
        title: r.need(node, "title", Reader::text).unwrap_or_default(),
        text: r.need(node, "text", Reader::text).unwrap_or_default(),
    }
}

/// Each name is well formed and used once; the hours are some.
fn names(notice: &Notice, faults: &mut Vec<Fault>) {
    let root = Path::default();
    if !is_slug(&notice.name) {
        faults.push(bad_name(root.key("name"), &notice.name));
    }
    let lists: [(&'static str, Vec<&String>); 4] = [
        ("event", notice.events.iter().map(|one| &one.name).collect()),
        (
            "purpose",
            notice.purposes.iter().map(|one| &one.name).collect(),
        ),
        (
            "recipient",
            notice.recipients.iter().map(|one| &one.name).collect(),
        ),
        (
            "switch",
            notice.switches.iter().map(|one| &one.name).collect(),
        ),
    ];
    for (noun, names) in lists {
        for (i, name) in names.iter().enumerate() {
            let path = root.key(noun).item(i).key("name");
            if !is_slug(name) {
                faults.push(bad_name(path, name));
            } else if names[..i].contains(name) {
                faults.push(Fault::new(
                    path,
                    "duplicate-name",
                    Text::made(
                        format!("名称 `{name}` 用了两次"),
                        format!("the name `{name}` is used twice"),
                    ),
                    Text::fixed("改名,或删去其中一个", "rename or remove one of them"),
                ));
            }
        }
    }
    if !(1..=MOST_HOURS).contains(&notice.snapshot_hours) {
        faults.push(Fault::new(
            root.key("snapshot_hours"),
            "snapshot-hours",
            Text::fixed(
                "页面的有效时间不在 1 到 168 小时之间",
                "a page may stay open for 1 to 168 hours",
            ),
            Text::fixed("改为 1 到 168", "write a number from 1 to 168"),
        ));
    }
}

/// A week.
const MOST_HOURS: u32 = 168;

fn bad_name(path: Path, name: &str) -> Fault {
    Fault::new(
        path,
        "bad-name",
        Text::made(
            format!("`{name}` 不能作名称"),
            format!("`{name}` cannot be a name"),
        ),
        Text::fixed(
            "以小写字母开头,只用小写字母、数字、- _ .,最多 60 个",
            "begin with a lower-case letter and use a-z, 0-9, - _ . (at most 60)",
        ),
    )
}
