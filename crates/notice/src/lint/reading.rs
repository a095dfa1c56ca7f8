//! Whether people can read it.

use shouxin_model::Text;
use shouxin_model::text::Language;
use shouxin_register::reading::{Fault, Path};

use super::Faults;
use crate::notice::Notice;
use crate::readability::{ParagraphScore, readability};

/// The texts that people are to read, with the place of each.
fn texts(notice: &Notice) -> Vec<(Path, &Text)> {
    let root = Path::default();
    let mut texts: Vec<(Path, Option<&Text>)> = vec![
        (root.key("introduction"), notice.introduction.as_ref()),
        (root.key("way"), notice.way.as_ref()),
    ];
    for (i, told) in notice.purposes.iter().enumerate() {
        let path = root.key("purpose").item(i);
        texts.extend([
            (path.key("text"), told.text.as_ref()),
            (path.key("way"), told.way.as_ref()),
            (path.key("necessity"), told.necessity.as_ref()),
            (path.key("impact"), told.impact.as_ref()),
            (path.key("refusal"), told.refusal.as_ref()),
        ]);
    }
    for (i, recipient) in notice.recipients.iter().enumerate() {
        let path = root.key("recipient").item(i);
        texts.extend([
            (path.key("text"), recipient.text.as_ref()),
            (path.key("exercise"), recipient.exercise.as_ref()),
        ]);
    }
    for (i, switch) in notice.switches.iter().enumerate() {
        texts.push((root.key("switch").item(i).key("title"), Some(&switch.title)));
    }
    texts.extend([
        (root.key("rights"), notice.rights.as_ref()),
        (root.key("withdrawal"), notice.withdrawal.as_ref()),
        (root.key("complaint"), notice.complaint.as_ref()),
        (root.key("minors"), notice.minors.as_ref()),
        (root.key("changes"), notice.changes.as_ref()),
    ]);
    for (i, section) in notice.sections.iter().enumerate() {
        texts.push((root.key("section").item(i).key("text"), Some(&section.text)));
    }
    let there = texts.into_iter();
    there
        .filter_map(|(path, text)| Some((path, text?)))
        .collect()
}

const LANGUAGES: [(Language, &str); 2] = [(Language::Chinese, "zh"), (Language::English, "en")];

pub(super) fn check(notice: &Notice, faults: &mut Faults) {
    for (path, text) in texts(notice) {
        for (language, key) in LANGUAGES {
            let score = readability(text.get(language), language);
            if !score.hard {
                continue;
            }
            faults.push(
                path.key(key),
                "hard-to-read",
                Text::made(
                    format!(
                        "太难读:{} 分(满分 100,至少 60),最长的一句 {} 个字(词)(《个人信息保护法》第17条:清晰易懂)",
                        score.value, score.longest
                    ),
                    format!(
                        "too hard to read: {} of 100 (at least 60), its longest sentence has {} words or characters (PIPL art. 17: clear and easy to understand)",
                        score.value, score.longest
                    ),
                ),
                Text::fixed(
                    "拆成短句,换掉生僻字和合同套话",
                    "split it into short sentences, and use everyday words",
                ),
            );
        }
    }
}

pub(super) fn scores(notice: &Notice) -> Vec<ParagraphScore> {
    let mut scores = Vec::new();
    for (path, text) in texts(notice) {
        for (language, key) in LANGUAGES {
            let none = Text::default;
            let here = Fault::new(path.key(key), "", none(), none());
            // One fault gives one finding.
            let Some(found) = notice.locate(vec![here]).pop() else {
                continue;
            };
            let part = match path.steps().last() {
                Some(shouxin_register::reading::Step::Key(key)) => *key,
                _ => key,
            };
            scores.push(ParagraphScore {
                place: Text::made(
                    format!("{},{part}", found.place.zh),
                    format!("{}, {part}", found.place.en),
                ),
                line: found.line,
                language,
                score: readability(text.get(language), language),
            });
        }
    }
    scores
}
