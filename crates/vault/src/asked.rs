//! What a person is asked on a page, and what is made of the answer: the widget, a mini-program, the counter.

use std::collections::BTreeSet;

use shouxin_model::text::Language;
use shouxin_model::{Caller, ConsentForm, ConsentWord, Moment, SubjectId, Through};
use shouxin_notice::{Bound, BoundPurpose};

use crate::consents::ConsentError;
use crate::{Published, ShownNotice, SnapshotError, Statement, TakenDown, Vault};

/// A purpose as a switch on a page shows it, in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The purpose.
    pub name: String,
    /// What stands beside the switch.
    pub title: String,
    /// What the data are for, and what follows from a refusal.
    pub text: String,
    /// What the fields are called.
    pub fields: Vec<String>,
    /// Who else gets the data, and how to reach them.
    pub recipients: Vec<String>,
    /// How long the field that is kept longest is kept.
    pub kept: String,
    /// Whether a field of it is sensitive.
    pub sensitive: bool,
    /// Whether "agree to all" may turn it on: not what is sensitive, nor what needs a separate consent.
    pub in_all: bool,
    /// Whether data go to somebody who handles them on their own behalf.
    pub share: bool,
    /// The form that an agreement takes.
    pub form: ConsentForm,
}

/// What a notice asks on a page. Left out is what a page cannot take down: a written consent, a guardian's, one
/// for a single case.
pub fn asked(bound: &Bound, language: Language) -> Vec<Question> {
    let switches = bound.switches.iter();
    switches
        .filter_map(|switch| {
            let purpose = bound.purpose(&switch.purpose)?;
            let form = purpose.consent?;
            let on_a_page = matches!(form, ConsentForm::General | ConsentForm::Separate);
            on_a_page.then(|| Question {
                name: purpose.name.clone(),
                title: switch.title.get(language).to_owned(),
                text: text(purpose, language),
                fields: titles(purpose, language),
                recipients: recipients(bound, purpose, language),
                kept: kept(purpose, language),
                sensitive: purpose.sensitive,
                in_all: switch.in_all && !purpose.sensitive && form != ConsentForm::Separate,
                share: purpose.share,
                form: if purpose.sensitive {
                    ConsentForm::Separate
                } else {
                    form
                },
            })
        })
        .collect()
}

fn text(purpose: &BoundPurpose, language: Language) -> String {
    let told = [
        Some(&purpose.text),
        purpose.necessity.as_ref(),
        purpose.impact.as_ref(),
    ];
    let told = told
        .into_iter()
        .flatten()
        .map(|text| text.get(language).to_owned());
    let refusal = purpose.refusal.as_ref().map(|text| match language {
        Language::Chinese => format!("如不同意:{}", text.get(language)),
        Language::English => format!("If you do not agree: {}", text.get(language)),
    });
    let all: Vec<String> = told.chain(refusal).collect();
    all.join(match language {
        Language::Chinese => "",
        Language::English => " ",
    })
}

fn titles(purpose: &BoundPurpose, language: Language) -> Vec<String> {
    let fields = purpose.fields.iter();
    fields
        .map(|field| field.title.get(language).to_owned())
        .collect()
}

fn recipients(bound: &Bound, purpose: &BoundPurpose, language: Language) -> Vec<String> {
    let known = purpose
        .recipients
        .iter()
        .filter_map(|name| bound.recipient(name));
    known
        .map(|one| {
            let (title, contact) = (one.title.get(language), one.contact.get(language));
            match language {
                Language::Chinese => format!("{title}（{contact}）"),
                Language::English => format!("{title} ({contact})"),
            }
        })
        .collect()
}

fn kept(purpose: &BoundPurpose, language: Language) -> String {
    let Some(longest) = purpose.fields.iter().max_by_key(|field| field.days) else {
        return String::new();
    };
    let (days, from) = (longest.days, longest.from_text.get(language));
    match language {
        Language::Chinese if from.is_empty() => format!("最长 {days} 天"),
        Language::Chinese => format!("自{from}起最长 {days} 天"),
        Language::English if from.is_empty() => format!("at most {days} days"),
        Language::English => format!("at most {days} days from {from}"),
    }
}

/// What somebody chose on a page.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The token of the notice that was shown ([`Vault::snapshot`]).
    pub shown: String,
    /// Agreed to.
    pub on: Vec<String>,
    /// Refused.
    pub off: Vec<String>,
    /// By one button for all.
    pub all: bool,
    /// Whether the browser sent Global Privacy Control.
    pub gpc: bool,
    /// Through what.
    pub through: Through,
    /// Where: the origin of the page, a site.
    pub place: Option<String>,
}

/// What was taken down of a choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChoiceTaken {
    /// When.
    pub at: Moment,
    /// The notice's version.
    pub version: u32,
    /// Agreed to.
    pub on: Vec<String>,
    /// Refused, by the person or by Global Privacy Control.
    pub off: Vec<String>,
    /// The ledger entries, of `on` first; at least one.
    pub entries: Vec<u64>,
}

/// Why a choice was not taken down.
#[derive(Debug, thiserror::Error)]
pub enum ChoiceError {
    /// What was shown is not what this deployment shows now.
    #[error(transparent)]
    Shown(#[from] SnapshotError),
    /// The choice says nothing.
    #[error("the choice names no purpose")]
    Nothing,
    /// A purpose, by its place in `on` or `off`, is not one that this notice asks about on a page.
    #[error("{0}[{1}] is not asked by this notice")]
    NotAsked(&'static str, usize),
    /// A purpose is named twice.
    #[error("{0}[{1}] is named twice")]
    Twice(&'static str, usize),
    /// A purpose that needs a consent of its own was agreed to by the button for all.
    #[error("on[{0}] needs a consent of its own")]
    Bundled(usize),
    /// It could not be taken down.
    #[error(transparent)]
    Consent(#[from] ConsentError),
}

impl Vault {
    /// Holds a choice against the notice that it answers, and gives that notice. Nothing is taken down yet.
    ///
    /// # Errors
    /// [`ChoiceError`].
    pub fn weigh(&self, choice: &Choice) -> Result<Weighed, ChoiceError> {
        let shown = self.shown(&choice.shown)?;
        let published = self
            .notice_in_force(&shown.name)
            .ok_or(SnapshotError::Superseded)?;
        let asked = asked(&published.bound, Language::default());
        let find = |name: &String| asked.iter().find(|one| one.name == *name);
        let mut seen = BTreeSet::new();
        let (mut on, mut off) = (Vec::new(), Vec::new());
        for (place, names) in [("on", &choice.on), ("off", &choice.off)] {
            for (n, name) in names.iter().enumerate() {
                let one = find(name).ok_or(ChoiceError::NotAsked(place, n))?;
                if !seen.insert(name) {
                    return Err(ChoiceError::Twice(place, n));
                }
                let agreed = place == "on";
                if agreed && choice.all && !one.in_all {
                    return Err(ChoiceError::Bundled(n));
                }
                // The browser has objected for the person.
                let held = choice.gpc && one.share;
                let list = if agreed && !held { &mut on } else { &mut off };
                list.push((one.name.clone(), one.form));
            }
        }
        if seen.is_empty() {
            return Err(ChoiceError::Nothing);
        }
        Ok(Weighed {
            shown,
            published,
            on,
            off,
        })
    }

    /// Takes a weighed choice of this subject down: all of it or nothing.
    ///
    /// # Errors
    /// [`ConsentError`]; nothing changes then.
    pub async fn say(
        &self,
        caller: &Caller,
        subject: SubjectId,
        choice: &Choice,
        weighed: Weighed,
    ) -> Result<ChoiceTaken, ConsentError> {
        let Weighed {
            shown,
            published,
            on,
            off,
        } = weighed;
        let place = match (&choice.place, choice.gpc) {
            (place, false) => place.clone(),
            (Some(place), true) => Some(format!("{place} Sec-GPC=1")),
            (None, true) => Some("Sec-GPC=1".to_owned()),
        };
        let statement = |word, (purpose, form): &(String, ConsentForm)| Statement {
            notice: Some(shown.clone()),
            through: choice.through,
            place: place.clone(),
            ..Statement::new(purpose, word, *form)
        };
        let given = on.iter().map(|one| statement(ConsentWord::Given, one));
        let refused = off.iter().map(|one| statement(ConsentWord::Refused, one));
        let statements: Vec<Statement> = given.chain(refused).collect();
        let taken = self.take_down(caller, subject, &statements).await?;
        let names =
            |list: Vec<(String, ConsentForm)>| list.into_iter().map(|(name, _)| name).collect();
        Ok(ChoiceTaken {
            at: self.now(),
            version: published.version,
            on: names(on),
            off: names(off),
            entries: taken.iter().map(|TakenDown { entry, .. }| *entry).collect(),
        })
    }
}

/// A choice that answers a notice in force.
#[derive(Clone, Debug)]
pub struct Weighed {
    shown: ShownNotice,
    published: std::sync::Arc<Published>,
    on: Vec<(String, ConsentForm)>,
    off: Vec<(String, ConsentForm)>,
}
