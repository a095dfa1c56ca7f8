//! `shouxin consent` and `shouxin restriction`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use shouxin_client::{Client, Language};
use shouxin_model::id::is_slug;
use shouxin_model::{
    ConsentForm, ContactChannel, EvidenceGrade, EvidenceId, FieldRef, Moment, RecordId, SubjectId,
    Through,
};
use shouxin_wire::audiences::AudienceRequest;
use shouxin_wire::consents::{ConsentRequest, ConsentState, TakenDown};

use crate::fault::Fault;
use crate::link::Link;
use crate::screen::{Screen, Table};

/// What customers said: take it down, look back, prove it
///
/// A word counts from the next read on, and replaces what the customer said before about the same. Consent for one
/// time names its case or its time.
///
/// Example:
///   shouxin consent given sub_06fs8k0000000000000000000g --purpose marketing --form separate \
///     --notice marketing --until 2027-11-21T00:00:00Z
///   shouxin consent withdrawn sub_06fs8k0000000000000000000g --purpose marketing
///   shouxin consent show sub_06fs8k0000000000000000000g --as-of 2026-11-21T00:00:00Z
///   shouxin consent receipt sub_06fs8k0000000000000000000g 3 > receipt.json
///   shouxin consent import old.csv --field customer.mobile
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Consent {
    #[command(subcommand)]
    act: Act,
    #[command(flatten)]
    link: Link,
}

#[derive(Subcommand, Debug)]
enum Act {
    /// Yes
    Given(Said),
    /// No, when asked
    Refused(Said),
    /// No longer
    Withdrawn(Said),
    /// Show what counts, now or at a past moment
    Show {
        /// The customer
        subject: SubjectId,
        /// The moment, such as 2026-11-21T00:00:00Z; now if not named
        #[arg(long, value_name = "MOMENT", value_parser = Moment::parse_rfc3339)]
        as_of: Option<Moment>,
    },
    /// List all that was said, oldest first
    Events {
        /// The customer
        subject: SubjectId,
    },
    /// Say which purposes may be asked about now
    MayAsk {
        /// The customer
        subject: SubjectId,
        /// A purpose; may be repeated; all that rest on consent if not named
        #[arg(long = "purpose", value_name = "PURPOSE", value_parser = slug)]
        purposes: Vec<String>,
    },
    /// Print the receipt of an event, for the customer; shouxin-verify receipt checks it
    Receipt {
        /// The customer
        subject: SubjectId,
        /// The event's number
        epoch: u64,
        /// Whose field names, or a page to print
        #[arg(long, value_enum, default_value_t = Shape::Iso27560)]
        form: Shape,
    },
    /// Store a scanned form or a recording
    Evidence {
        /// The customer
        subject: SubjectId,
        /// A PDF, JPEG, PNG, MP3, OGG or WAV file of at most 5 MiB
        file: PathBuf,
    },
    /// Take over old consents from a table
    ///
    /// Columns: key, purpose, word, form, date, source, evidence, notice, version, language, hash.
    Import {
        /// CSV, XLSX or NDJSON, at most 2,000 rows
        file: PathBuf,
        /// What the column key holds, as collection.field
        #[arg(long)]
        field: FieldRef,
    },
    /// List those whom a purpose lets one reach now, by their ids
    Audience {
        /// The purpose
        #[arg(long, value_name = "PURPOSE", value_parser = slug)]
        purpose: String,
        /// The way of being reached: phone, sms, email, app, wechat or post
        #[arg(long, value_parser = channel)]
        channel: Option<ContactChannel>,
        /// What is to be used for it, as collection.field or collection.*; a word about the whole purpose if not named
        #[arg(long, value_name = "PART")]
        part: Option<String>,
    },
}

#[derive(Args, Debug)]
struct Said {
    /// The customer
    subject: SubjectId,
    /// The purpose
    #[arg(long, value_name = "PURPOSE", value_parser = slug)]
    purpose: String,
    /// The form in which it was said
    #[arg(long, value_enum, default_value_t = Form::General)]
    form: Form,
    /// A part of the purpose, as collection.field or collection.*
    #[arg(long, value_name = "PART")]
    part: Option<String>,
    /// The way of being reached: phone, sms, email, app, wechat or post; every one if not named
    #[arg(long, value_parser = channel)]
    channel: Option<ContactChannel>,
    /// Through what it was collected: web, app, mini-program, counter, call-centre, paper, privacy-centre, import, api
    #[arg(long, value_parser = through)]
    through: Option<Through>,
    /// Where: a site or a recording's reference, never anything personal
    #[arg(long)]
    place: Option<String>,
    /// When it was said, such as 2026-11-21T00:00:00Z; now if not named
    #[arg(long, value_name = "MOMENT", value_parser = Moment::parse_rfc3339)]
    said_at: Option<Moment>,
    /// From when on it counts; at once if not named
    #[arg(long, value_name = "MOMENT", value_parser = Moment::parse_rfc3339)]
    from: Option<Moment>,
    /// The notice that the customer was shown just now: agreeing to a purpose that one binds needs it
    #[arg(long, value_name = "NOTICE", value_parser = slug)]
    notice: Option<String>,
    /// Until when it counts, such as 2027-11-21T00:00:00Z; for good if not named
    #[arg(long, value_name = "MOMENT", value_parser = Moment::parse_rfc3339)]
    until: Option<Moment>,
    /// The case that it is for
    #[arg(long)]
    case: Option<RecordId>,
    /// Stored evidence
    #[arg(long)]
    evidence: Option<EvidenceId>,
    /// Not more often than so many times a month
    #[arg(long)]
    most_per_month: Option<u32>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Shape {
    /// ISO/IEC TS 27560
    Iso27560,
    /// Kantara Consent Receipt 1.1
    Kantara,
    /// HTML, to print
    Page,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    /// Consent
    General,
    /// Separate consent
    Separate,
    /// Written consent
    Written,
    /// A guardian's consent
    Guardian,
    /// For one time
    Once,
}

impl Consent {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let client = self.link.client(screen)?;
        match self.act {
            Act::Given(said) => said.take(&client, ConsentState::Given, screen).await,
            Act::Refused(said) => said.take(&client, ConsentState::Refused, screen).await,
            Act::Withdrawn(said) => said.take(&client, ConsentState::Withdrawn, screen).await,
            Act::Show { subject, as_of } => show(&client, subject, as_of, screen).await,
            Act::Events { subject } => events(&client, subject, screen).await,
            Act::MayAsk { subject, purposes } => may_ask(&client, subject, &purposes, screen).await,
            Act::Receipt {
                subject,
                epoch,
                form,
            } => receipt(&client, subject, epoch, form, screen).await,
            Act::Evidence { subject, file } => evidence(&client, subject, &file, screen).await,
            Act::Import { file, field } => import(&client, &file, &field, screen).await,
            Act::Audience {
                purpose,
                channel,
                part,
            } => audience(&client, purpose, (channel, part), screen).await,
        }
    }
}

impl Said {
    async fn take(
        self,
        client: &Client,
        state: ConsentState,
        screen: &Screen,
    ) -> Result<(), Fault> {
        let (zh, en) = match state {
            ConsentState::Given => ("同意", "given"),
            ConsentState::Refused => ("拒绝", "refused"),
            ConsentState::Withdrawn => ("撤回同意", "withdrawn"),
        };
        let form = match self.form {
            Form::General => ConsentForm::General,
            Form::Separate => ConsentForm::Separate,
            Form::Written => ConsentForm::Written,
            Form::Guardian => ConsentForm::Guardian,
            Form::Once => ConsentForm::Once,
        };
        let snapshot = match &self.notice {
            Some(notice) => client.notice_shown(notice).await?.snapshot,
            None => None,
        };
        let consent = ConsentRequest {
            part: self.part,
            channel: self.channel,
            through: self.through,
            place: self.place,
            collected_at: self.said_at,
            from: self.from,
            expires_at: self.until,
            case: self.case,
            evidence: self.evidence,
            most_per_month: self.most_per_month,
            snapshot,
            ..ConsentRequest::new(state, form)
        };
        let (subject, purpose) = (self.subject, &self.purpose);
        let done = client.put_consent(subject, purpose, &consent).await?;
        let next = match done.next.as_str() {
            "reads-stop" => screen.pick(";自下一次查阅起停止", "; reads stop now"),
            "nothing-changes" => screen.pick(
                ";该目的不以同意为依据,处理不受影响",
                "; the purpose does not rest on consent, nothing changes",
            ),
            _ => "",
        };
        let taken = TakenDown { entry: done.entry };
        let zh = format!("{subject} 就目的 {purpose} 的表示已记录:{zh}{next}");
        let en = format!("{subject} about {purpose}: {en}{next}");
        if screen.json {
            return screen.answer(&done, String::new);
        }
        told(&taken, &zh, &en, screen)
    }
}

async fn show(
    client: &Client,
    subject: SubjectId,
    as_of: Option<Moment>,
    screen: &Screen,
) -> Result<(), Fault> {
    let found = client.consents(subject, as_of).await?;
    screen.answer(&found, || {
        let mut table = Table::new([
            screen.pick("目的", "purpose"),
            screen.pick("范围", "part"),
            screen.pick("联系方式", "channel"),
            screen.pick("表示", "said"),
            screen.pick("生效", "counts"),
            screen.pick("账本条目", "entry"),
        ]);
        for purpose in &found.purposes {
            if purpose.words.is_empty() {
                let none = if purpose.needs_consent {
                    screen.pick("未表示", "nothing")
                } else {
                    screen.pick("不以同意为依据", "rests on another basis")
                };
                table.row([&purpose.purpose, "", "", none, "", ""]);
            }
            for word in &purpose.words {
                let event = &word.event;
                let counts = if word.counts && !word.outdated {
                    screen.pick("是", "yes")
                } else {
                    screen.pick("否", "no")
                };
                table.row([
                    &purpose.purpose,
                    event.part.as_deref().unwrap_or_default(),
                    event.channel.map_or("", ContactChannel::word),
                    event.state.word(),
                    counts,
                    &event.entry.to_string(),
                ]);
            }
        }
        table.render()
    })
}

async fn events(client: &Client, subject: SubjectId, screen: &Screen) -> Result<(), Fault> {
    let found = client.consent_events(subject).await?;
    screen.answer(&found, || {
        let mut table = Table::new([
            screen.pick("序号", "event"),
            screen.pick("时间", "when"),
            screen.pick("目的", "purpose"),
            screen.pick("范围", "part"),
            screen.pick("表示", "said"),
            screen.pick("途径", "through"),
            screen.pick("账本条目", "entry"),
        ]);
        for event in &found.events {
            table.row([
                &event.epoch.to_string(),
                &event.collected_at.rfc3339(),
                &event.purpose,
                event.part.as_deref().unwrap_or_default(),
                event.state.word(),
                event.through.word(),
                &event.entry.to_string(),
            ]);
        }
        table.render()
    })
}

async fn may_ask(
    client: &Client,
    subject: SubjectId,
    purposes: &[String],
    screen: &Screen,
) -> Result<(), Fault> {
    let found = client.consent_questions(subject, purposes).await?;
    screen.answer(&found, || {
        let mut table = Table::new([
            screen.pick("目的", "purpose"),
            screen.pick("可否询问", "may be asked"),
            screen.pick("此后可再问", "again from"),
        ]);
        for one in &found.questions {
            let may = match one.why.as_deref() {
                None => screen.pick("可以", "yes"),
                Some("other-basis") => {
                    screen.pick("否:不以同意为依据", "no: rests on another basis")
                }
                Some("agreed") => screen.pick("否:已同意", "no: agreed already"),
                Some(_) => screen.pick("否:已拒绝", "no: refused"),
            };
            let again = one.again_from.map(Moment::rfc3339).unwrap_or_default();
            table.row([&one.purpose, may, &again]);
        }
        table.render()
    })
}

async fn receipt(
    client: &Client,
    subject: SubjectId,
    epoch: u64,
    form: Shape,
    screen: &Screen,
) -> Result<(), Fault> {
    let form = match form {
        Shape::Iso27560 => "iso27560",
        Shape::Kantara => "kantara",
        Shape::Page => return screen.print(&client.receipt_page(subject, epoch).await?),
    };
    let receipt = client.receipt(subject, epoch, form).await?;
    // A file for others to check: the same, however the answer is shown.
    screen.print(&format!("{:#}", receipt.0))
}

async fn evidence(
    client: &Client,
    subject: SubjectId,
    file: &Path,
    screen: &Screen,
) -> Result<(), Fault> {
    let ending = file.extension().and_then(|ending| ending.to_str());
    let media = match ending.map(str::to_ascii_lowercase).as_deref() {
        Some("pdf") => "application/pdf",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("png") => "image/png",
        Some("mp3") => "audio/mpeg",
        Some("ogg" | "oga") => "audio/ogg",
        Some("wav") => "audio/wav",
        _ => "application/octet-stream",
    };
    let stored = client.store_evidence(subject, media, read(file)?).await?;
    let (id, entry) = (stored.evidence, stored.entry);
    screen.answer(&stored, || match screen.language {
        Language::Chinese => format!("已保存证据 {id}(账本第 {entry} 条)"),
        Language::English => format!("stored as {id} (ledger entry {entry})"),
    })
}

async fn import(
    client: &Client,
    file: &Path,
    field: &FieldRef,
    screen: &Screen,
) -> Result<(), Fault> {
    let done = client.import_consents(field, read(file)?).await?;
    screen.answer(&done, || {
        let mut table = Table::new([
            screen.pick("行", "row"),
            screen.pick("结果", "outcome"),
            screen.pick("证据等级", "grade"),
        ]);
        for row in &done.rows {
            let outcome = match row.outcome.as_str() {
                "taken" => screen.pick("已记录", "taken down"),
                "newer" => screen.pick("已有更新的表示,保留", "something newer stands"),
                "nobody" => screen.pick("查无此人", "nobody has this key"),
                "several" => screen.pick("多人符合", "several people have this key"),
                "unknown-purpose" => screen.pick("没有这个目的", "no such purpose"),
                _ => screen.pick("无法识读或不合理", "cannot be understood"),
            };
            let grade = row.grade.map_or("", EvidenceGrade::word);
            table.row([&row.row.to_string(), outcome, grade]);
        }
        table.render()
    })
}

async fn audience(
    client: &Client,
    purpose: String,
    (channel, part): (Option<ContactChannel>, Option<String>),
    screen: &Screen,
) -> Result<(), Fault> {
    let mut request = AudienceRequest {
        purpose,
        part,
        channel,
        subjects: None,
        all: true,
        after: None,
        limit: None,
    };
    let mut whole = client.audience(&request).await?;
    while whole.more {
        request.after = whole.subjects.last().map(|member| member.subject);
        let page = client.audience(&request).await?;
        whole.subjects.extend(page.subjects);
        whole.more = page.more;
    }
    screen.answer(&whole, || {
        let mut text = String::new();
        for member in &whole.subjects {
            text.push_str(&member.subject.to_string());
            if let Some(most) = member.most_per_month {
                text.push_str(&format!("\t{most}"));
            }
            text.push('\n');
        }
        text
    })
}

fn read(file: &Path) -> Result<Vec<u8>, Fault> {
    std::fs::read(file).map_err(|error| Fault::file(file, &error))
}

fn channel(text: &str) -> Result<ContactChannel, &'static str> {
    ContactChannel::of_word(text).ok_or("phone, sms, email, app, wechat or post")
}

fn through(text: &str) -> Result<Through, &'static str> {
    Through::of_word(text)
        .ok_or("web, app, mini-program, counter, call-centre, paper, privacy-centre, import or api")
}

/// Restrict processing for a customer, and free it again
///
/// While it is restricted, the customer's data are stored and protected only, or read to meet a legal duty.
///
/// Example:
///   shouxin restriction put sub_06fs8k0000000000000000000g --reason accuracy-contested
///   shouxin restriction lift sub_06fs8k0000000000000000000g
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Restriction {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    link: Link,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Restrict processing
    Put {
        /// The customer
        subject: SubjectId,
        /// Why, as a word for the ledger: accuracy-contested, unlawful, objection
        #[arg(long, value_name = "WORD")]
        reason: String,
    },
    /// Free processing
    Lift {
        /// The customer
        subject: SubjectId,
    },
}

impl Restriction {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let client = self.link.client(screen)?;
        match self.verb {
            Verb::Put { subject, reason } => told(
                &client.restrict(subject, &reason).await?,
                &format!("{subject} 已限制处理"),
                &format!("processing for {subject} is restricted"),
                screen,
            ),
            Verb::Lift { subject } => told(
                &client.lift_restriction(subject).await?,
                &format!("{subject} 已解除限制"),
                &format!("processing for {subject} is free again"),
                screen,
            ),
        }
    }
}

fn told(done: &TakenDown, zh: &str, en: &str, screen: &Screen) -> Result<(), Fault> {
    let entry = done.entry;
    screen.answer(done, || match screen.language {
        shouxin_client::Language::Chinese => format!("{zh}(账本第 {entry} 条)"),
        shouxin_client::Language::English => format!("{en} (ledger entry {entry})"),
    })
}

/// A name of the register: it becomes part of an address.
fn slug(text: &str) -> Result<String, &'static str> {
    if is_slug(text) {
        Ok(text.to_owned())
    } else {
        Err("a purpose or notice is a word of small letters, digits and hyphens")
    }
}
