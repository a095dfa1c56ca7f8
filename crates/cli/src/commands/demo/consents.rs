//! What synthetic customers said to the purposes that they are asked about, through the same door as real ones.

use shouxin_model::{
    Caller, ConsentForm, ConsentWord, ContactChannel, Moment, RowCondition, SubjectId, Through,
};
use shouxin_store::params;
use shouxin_vault::{ShownNotice, Statement, Vault};

use crate::fault::Fault;
use crate::progress;
use crate::screen::Screen;

/// Takes down a word for those who have not said any, but for whoever has a case of `front_line`: what these say
/// is for whoever tries the demo. Run again, it goes on where it was.
pub(super) async fn say(vault: &Vault, front_line: &str, screen: &Screen) -> Result<(), Fault> {
    let asked = asked(vault);
    let subjects = silent(vault, front_line).await?;
    let bar = progress::bar(
        screen,
        "记录合成客户的同意",
        "Taking down what synthetic customers say",
        subjects.len() as u64,
    );
    for subject in subjects {
        for (number, question) in asked.iter().enumerate() {
            for statement in question.answer(Rolls::of(subject, number), vault.now()) {
                vault
                    .take_down(&Caller::operator(), subject, &[statement])
                    .await
                    .map_err(|error| {
                        Fault::because(
                            "无法记录同意",
                            "what a customer said could not be taken down",
                            &error,
                        )
                    })?;
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(())
}

/// A purpose that anybody may be asked about, case or not.
struct Question {
    purpose: String,
    form: ConsentForm,
    notice: ShownNotice,
}

fn asked(vault: &Vault) -> Vec<Question> {
    let active = vault.active();
    let register = &active.register;
    let purposes = register.purposes.iter().filter(|purpose| {
        register.needs_consent(purpose) && purpose.condition == RowCondition::None
    });
    purposes
        .filter_map(|purpose| {
            let notice = vault.notice_of_purpose(&purpose.name)?;
            Some(Question {
                purpose: purpose.name.clone(),
                form: purpose.consent.unwrap_or(ConsentForm::General),
                notice: ShownNotice {
                    name: notice.name.clone(),
                    version: notice.version,
                    hash: notice.hash,
                    language: "zh".to_owned(),
                },
            })
        })
        .collect()
}

impl Question {
    /// What somebody with these rolls says, in order; nothing if never asked.
    fn answer(&self, rolls: Rolls, now: Moment) -> Vec<Statement> {
        let through = THROUGH[usize::from(rolls.through) % THROUGH.len()];
        let said = |word, channel, through| Statement {
            through,
            channel,
            notice: (word != ConsentWord::Withdrawn).then(|| self.notice.clone()),
            ..Statement::new(&self.purpose, word, self.form)
        };
        let given = |channel| said(ConsentWord::Given, channel, through);
        let years = [None, None, None, Some(1), Some(2)][usize::from(rolls.until) % 5];
        let until = years.map(|years: i64| now.plus_seconds(years * 365 * 86_400));
        match rolls.answer {
            0..=95 => vec![Statement {
                until,
                ..given(None)
            }],
            // Yes, but not by telephone.
            96..=119 => vec![
                given(None),
                said(ConsentWord::Refused, Some(ContactChannel::Phone), through),
            ],
            120..=151 => vec![said(ConsentWord::Refused, None, through)],
            152..=175 => vec![
                given(None),
                said(ConsentWord::Withdrawn, None, Through::PrivacyCentre),
            ],
            176.. => Vec::new(),
        }
    }
}

/// Where customers are asked, the more frequent ways more than once.
const THROUGH: [Through; 7] = [
    Through::Counter,
    Through::Counter,
    Through::MiniProgram,
    Through::MiniProgram,
    Through::Web,
    Through::App,
    Through::CallCentre,
];

/// How chance fell for somebody and a question: out of the random part of their id, so that it falls the same when
/// the demo is run again.
#[derive(Clone, Copy)]
struct Rolls {
    answer: u8,
    through: u8,
    until: u8,
}

impl Rolls {
    fn of(subject: SubjectId, number: usize) -> Self {
        // The bytes before tell the time and the version.
        let random = &subject.as_bytes()[9..];
        let at = |place: usize| random[(place + 3 * number) % random.len()];
        Self {
            answer: at(0),
            through: at(1),
            until: at(2),
        }
    }
}

async fn silent(vault: &Vault, front_line: &str) -> Result<Vec<SubjectId>, Fault> {
    let sql = "SELECT s.id FROM subject s WHERE \
               NOT EXISTS (SELECT 1 FROM consent_event e WHERE e.subject = s.id) AND \
               NOT EXISTS (SELECT 1 FROM facet f WHERE f.subject = s.id AND f.value = $1) \
               ORDER BY s.id";
    let rows = vault.store().query(sql, params![front_line]).await?;
    let ids = rows
        .iter()
        .map(|row| row.id(0, SubjectId::from_slice))
        .collect::<Result<_, _>>()?;
    Ok(ids)
}
