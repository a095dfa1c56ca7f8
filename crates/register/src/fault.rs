//! A finding before it is known which line it stands on.

use shouxin_model::{Register, Text};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One step into a TOML document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The value of a key.
    Key(&'static str),
    /// An item of a list, counted from 0.
    Item(usize),
}

/// Where in a document something stands, independent of its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path(Vec<Step>);

impl Path {
    /// This place's key `key`.
    pub fn key(&self, key: &'static str) -> Self {
        self.then(Step::Key(key))
    }

    /// This list's item `index`, counted from 0.
    pub fn item(&self, index: usize) -> Self {
        self.then(Step::Item(index))
    }

    fn then(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    /// The steps from the root of the document.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The byte at which it stands in the document; of something absent, where it should be.
    pub fn offset(&self, document: &Spanned<DeTable<'_>>) -> usize {
        let mut table = Some(document.get_ref());
        let mut value: Option<&Spanned<DeValue<'_>>> = None;
        let mut offset = 0;
        for step in &self.0 {
            match *step {
                Step::Key(key) => {
                    let Some((name, next)) = table.and_then(|t| t.get_key_value(key)) else {
                        break;
                    };
                    // An array of tables has the span of its first header; its key has it too.
                    offset = name.span().start;
                    value = Some(next);
                }
                Step::Item(index) => {
                    let items = value.and_then(|v| v.get_ref().as_array());
                    let Some(next) = items.and_then(|items| items.get(index)) else {
                        break;
                    };
                    offset = next.span().start;
                    value = Some(next);
                }
            }
            table = value.and_then(|v| v.get_ref().as_table());
        }
        offset
    }

    /// What people call the place: the nouns and names on the way to it.
    pub(crate) fn place(&self, register: &Register) -> Text {
        let (mut zh, mut en) = (Vec::new(), Vec::new());
        let mut collection = None;
        for pair in self.0.windows(2) {
            let [Step::Key(noun), Step::Item(index)] = *pair else {
                continue;
            };
            let (nouns, name) = match noun {
                "zone" => (
                    ("密钥域", "zone"),
                    register.zones.get(index).map(|z| &z.name),
                ),
                "role" => (("角色", "role"), register.roles.get(index).map(|r| &r.name)),
                "purpose" => (
                    ("处理目的", "purpose"),
                    register.purposes.get(index).map(|p| &p.name),
                ),
                "collection" => {
                    collection = register.collections.get(index);
                    (("集合", "collection"), collection.map(|c| &c.name))
                }
                "source" => (
                    ("来源系统", "source"),
                    register.sources.get(index).map(|s| &s.name),
                ),
                "field" => {
                    let field = collection.and_then(|c| c.fields.get(index));
                    (("字段", "field"), field.map(|f| &f.name))
                }
                _ => continue,
            };
            let name = name
                .filter(|name| !name.is_empty())
                .map_or_else(|| format!("#{}", index + 1), Clone::clone);
            zh.push(format!("{} {name}", nouns.0));
            en.push(format!("{} {name}", nouns.1));
        }
        if zh.is_empty() {
            return Text::fixed("登记册", "register");
        }
        Text::made(zh.join(","), en.join(", "))
    }
}

/// One thing wrong, at a place of the document.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Where.
    pub path: Path,
    /// The byte it stands on, where that is known better than by the path.
    pub offset: Option<usize>,
    /// A stable slug that names the rule.
    pub code: &'static str,
    /// What is wrong.
    pub message: Text,
    /// What would put it right.
    pub remedy: Text,
}

impl Fault {
    /// A fault at this place.
    pub fn new(path: Path, code: &'static str, message: Text, remedy: Text) -> Self {
        Self {
            path,
            offset: None,
            code,
            message,
            remedy,
        }
    }
}
