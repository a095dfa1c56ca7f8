//! The exact text that people are shown.

use shouxin_model::Text;
use shouxin_model::text::Language;

use crate::bound::{Bound, BoundField, BoundPurpose, BoundRecipient, period};
use crate::notice::RecipientKind;

/// One paragraph of a notice as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paragraph {
    /// What it is.
    pub kind: ParagraphKind,
    /// Its text, without line feeds of its own.
    pub text: String,
}

/// What a paragraph is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParagraphKind {
    /// The heading of the whole.
    Title,
    /// The heading of a part.
    Heading,
    /// The heading of a purpose or recipient.
    Subheading,
    /// Running text.
    Text,
    /// What must be seen: sensitive information, sharing, abroad.
    Important,
}

impl Bound {
    /// The exact text shown in a language: its paragraphs, each on a line of its own.
    pub fn text(&self, language: Language) -> String {
        let mut text = String::new();
        for paragraph in self.paragraphs(language) {
            text.push_str(&paragraph.text);
            text.push('\n');
        }
        text
    }

    /// The same, paragraph by paragraph, for whoever lays it out.
    pub fn paragraphs(&self, language: Language) -> Vec<Paragraph> {
        let mut page = Page {
            language,
            paragraphs: Vec::new(),
        };
        page.add(ParagraphKind::Title, self.title.get(language));
        page.say(self.introduction.as_ref());
        self.who(&mut page);
        if !self.purposes.is_empty() {
            page.heading(
                "为什么处理、处理什么、保存多久",
                "What for, what, and for how long",
            );
            for purpose in &self.purposes {
                self.purpose_shown(purpose, &mut page);
            }
        }
        if !self.recipients.is_empty() {
            page.heading("谁会收到您的信息", "Who else receives your data");
            for recipient in &self.recipients {
                recipient_shown(recipient, &mut page);
            }
        }
        self.choices(&mut page);
        page.heading("您的权利", "Your rights");
        page.say(Some(&self.rights));
        page.say(self.withdrawal.as_ref());
        page.say(Some(&self.complaint));
        if let Some(minors) = &self.minors {
            page.heading("未满十四周岁的未成年人", "Children under 14");
            page.say(Some(minors));
        }
        for section in &self.sections {
            page.add(ParagraphKind::Heading, section.title.get(language));
            page.say(Some(&section.text));
        }
        if let Some(changes) = &self.changes {
            page.heading("内容变更时", "When this changes");
            page.say(Some(changes));
        }
        page.paragraphs
    }

    fn who(&self, page: &mut Page) {
        let controller = &self.controller;
        page.heading("谁在处理您的信息", "Who handles your data");
        page.labelled("名称", "Name", &controller.name);
        page.labelled("联系方式", "Contact", &controller.contact);
        if let Some(officer) = &controller.officer {
            page.labelled("个人信息保护负责人", "Protection officer", officer);
        }
    }

    fn purpose_shown(&self, purpose: &BoundPurpose, page: &mut Page) {
        page.add(ParagraphKind::Subheading, purpose.title.get(page.language));
        page.say(Some(&purpose.text));
        page.labelled("处理方式", "How", &purpose.way);
        page.labelled("信息种类", "Data", &fields(&purpose.fields));
        page.labelled("保存期限", "Kept", &kept(&purpose.fields));
        page.labelled("依据", "Basis", &purpose.basis_text);
        let important = [
            (("敏感个人信息", "Sensitive data"), sensitive(purpose)),
            (
                ("为什么必须处理", "Why it is needed"),
                purpose.necessity.clone(),
            ),
            (
                ("对您的影响", "What it means for you"),
                purpose.impact.clone(),
            ),
            (("提供给", "Given to"), self.given_to(purpose)),
        ];
        for ((zh, en), text) in important {
            if let Some(text) = text {
                page.important(zh, en, &text);
            }
        }
        if let Some(refusal) = &purpose.refusal {
            page.labelled("如果您不同意", "If you do not agree", refusal);
        }
    }

    fn given_to(&self, purpose: &BoundPurpose) -> Option<Text> {
        let names = purpose.recipients.iter();
        let titles: Vec<&Text> = names
            .filter_map(|name| Some(&self.recipient(name)?.title))
            .collect();
        (!titles.is_empty()).then(|| listed(titles.into_iter()))
    }

    fn choices(&self, page: &mut Page) {
        if self.switches.is_empty() {
            return;
        }
        page.heading("您可以选择", "Your choices");
        page.say(Some(&Text::fixed(
            "以下每一项默认关闭。您可以逐项选择,互不影响。",
            "Each of these is off until you turn it on. You can choose one by one.",
        )));
        for switch in &self.switches {
            page.add(ParagraphKind::Text, switch.title.get(page.language));
        }
    }
}

struct Page {
    language: Language,
    paragraphs: Vec<Paragraph>,
}

impl Page {
    fn add(&mut self, kind: ParagraphKind, text: &str) {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.paragraphs.push(Paragraph { kind, text });
    }

    fn heading(&mut self, zh: &'static str, en: &'static str) {
        let text = Text::fixed(zh, en);
        self.add(ParagraphKind::Heading, text.get(self.language));
    }

    /// Running text; what its author parted by an empty line stays apart.
    fn say(&mut self, text: Option<&Text>) {
        let Some(text) = text else { return };
        for part in text.get(self.language).split("\n\n") {
            if !part.trim().is_empty() {
                self.add(ParagraphKind::Text, part);
            }
        }
    }

    fn labelled(&mut self, zh: &str, en: &str, text: &Text) {
        let line = self.line(zh, en, text);
        self.add(ParagraphKind::Text, &line);
    }

    fn important(&mut self, zh: &str, en: &str, text: &Text) {
        let line = self.line(zh, en, text);
        self.add(ParagraphKind::Important, &line);
    }

    fn line(&self, zh: &str, en: &str, text: &Text) -> String {
        match self.language {
            Language::Chinese => format!("{zh}:{}", text.zh),
            Language::English => format!("{en}: {}", text.en),
        }
    }
}

fn recipient_shown(recipient: &BoundRecipient, page: &mut Page) {
    page.add(
        ParagraphKind::Subheading,
        recipient.title.get(page.language),
    );
    let role = match recipient.kind {
        RecipientKind::Processor => Text::fixed(
            "受我们委托,只按我们的要求处理",
            "works on our behalf and only as we instruct",
        ),
        RecipientKind::Controller => Text::fixed(
            "自行决定处理目的和方式",
            "decides by itself why and how it handles the data",
        ),
    };
    page.labelled("身份", "Role", &role);
    page.say(Some(&recipient.text));
    page.labelled("联系方式", "Contact", &recipient.contact);
    if let Some(country) = &recipient.country {
        page.important("所在国家或者地区", "Country", country);
    }
    if let Some(exercise) = &recipient.exercise {
        page.labelled(
            "如何向其行使权利",
            "How to use your rights towards it",
            exercise,
        );
    }
}

fn fields(fields: &[BoundField]) -> Text {
    listed(fields.iter().map(|field| &field.title))
}

fn sensitive(purpose: &BoundPurpose) -> Option<Text> {
    let sensitive = purpose.fields.iter().filter(|field| field.sensitive);
    let titles: Vec<&Text> = sensitive.map(|field| &field.title).collect();
    (!titles.is_empty()).then(|| listed(titles.into_iter()))
}

/// Fields of one period told together, in the order of their first.
fn kept(fields: &[BoundField]) -> Text {
    let mut periods: Vec<(u32, &str, Vec<&BoundField>)> = Vec::new();
    for field in fields {
        let same =
            |(days, from, _): &&mut (u32, &str, _)| *days == field.days && *from == field.from;
        match periods.iter_mut().find(same) {
            Some((_, _, fields)) => fields.push(field),
            None => periods.push((field.days, &field.from, vec![field])),
        }
    }
    let one = periods.len() == 1;
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    for (days, _, fields) in periods {
        let period = period(days);
        let from = &fields[0].from_text;
        let told = listed(fields.iter().map(|field| &field.title));
        if one {
            zh.push(format!("自{}起 {}", from.zh, period.zh));
            en.push(format!("{} from {}", period.en, from.en));
        } else {
            zh.push(format!("{}自{}起 {}", told.zh, from.zh, period.zh));
            en.push(format!("{}: {} from {}", told.en, period.en, from.en));
        }
    }
    Text::made(zh.join(";"), en.join("; "))
}

/// Each once: fields of two collections may be called alike.
fn listed<'a>(titles: impl Iterator<Item = &'a Text>) -> Text {
    let mut seen: Vec<&Text> = Vec::new();
    for title in titles {
        if !seen.contains(&title) {
            seen.push(title);
        }
    }
    let join = |language, comma| {
        let words: Vec<&str> = seen.iter().map(|title| title.get(language)).collect();
        words.join(comma)
    };
    Text::made(join(Language::Chinese, "、"), join(Language::English, ", "))
}
