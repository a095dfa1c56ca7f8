//! What a place means under the register. Pure: register and place in, class, severity and owner out.

use shouxin_detect::{Kind, LegalClass};
use shouxin_model::{Field, FieldKind, FieldRef, Register, Sensitivity};

use super::{Amount, What};

/// What is wrong with a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// No declared field covers it.
    Undeclared,
    /// It is declared, but at a lower class of law than what stands there.
    Drift,
    /// The register declares what scans have not found for long.
    NotFound,
}

impl Class {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Undeclared, Self::Drift, Self::NotFound];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Undeclared => "undeclared",
            Self::Drift => "drift",
            Self::NotFound => "not-found",
        }
    }
}

/// How much a finding matters, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Good to know.
    Info,
    /// Little.
    Low,
    /// Ordinary personal information.
    Medium,
    /// Sensitive personal information, or what identifies a person for good.
    High,
}

impl Severity {
    /// Every one, highest first.
    pub const ALL: [Self; 4] = [Self::High, Self::Medium, Self::Low, Self::Info];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    const fn lowered(self) -> Self {
        match self {
            Self::High => Self::Medium,
            Self::Medium => Self::Low,
            Self::Low | Self::Info => Self::Info,
        }
    }
}

/// By what a place was matched with the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The register declares the source and this place of it.
    Place,
    /// Table or file and column bear the names of a collection and its field.
    Name,
    /// By the kind alone: that says whom to ask, and covers nothing.
    Kind,
    /// By nothing.
    Nothing,
}

impl By {
    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Name => "name",
            Self::Kind => "kind",
            Self::Nothing => "nothing",
        }
    }
}

/// What the register says about a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matched {
    /// The fields.
    pub fields: Vec<FieldRef>,
    /// By what.
    pub by: By,
    /// Whether the register declares the source.
    pub source_declared: bool,
    /// The unit to ask.
    pub owner: Option<String>,
    /// The class of law of what was found: `personal`, `sensitive`, `organisation`.
    pub found_class: &'static str,
    /// The highest class of what is declared there: `none`, `personal`, `sensitive`.
    pub declared_class: &'static str,
}

/// What is wrong with this place, if anything, how much it matters, and what the register says about it.
pub(super) fn compare(
    register: &Register,
    source: &str,
    path: &[String],
    what: &What,
    amount: &Amount,
) -> (Option<Class>, Severity, Matched) {
    let (fields, by) = declared_at(register, source, path);
    let class = class_of(what, &fields);
    let severity = match class {
        Some(Class::NotFound) | None => Severity::Info,
        Some(_) => severity(what, amount),
    };
    let matched = matched(register, source, what, fields, by);
    (class, severity, matched)
}

type Declared<'r> = Vec<(FieldRef, &'r Field)>;

/// The fields that the register declares for this place. Where the register declares the source, its places alone
/// count; otherwise the names of table and column must be those of a collection and its field.
fn declared_at<'r>(register: &'r Register, source: &str, path: &[String]) -> (Declared<'r>, By) {
    let Some(source) = register.source(source) else {
        let named = register.fields().filter(|(name, _)| is_named(name, path));
        return (named.collect(), By::Name);
    };
    let places = source.places.iter().filter(|place| place.is_at(path));
    let fields = places.filter_map(|place| {
        let field = register.field(&place.field)?;
        Some((place.field.clone(), field))
    });
    (fields.collect(), By::Place)
}

/// Whether table or file, and column, bear the names of this collection and field.
fn is_named(name: &FieldRef, path: &[String]) -> bool {
    let [.., table, column] = path else {
        return false;
    };
    let file = table.rsplit('/').next().unwrap_or(table);
    let stem = file.split('.').next().unwrap_or(file);
    stem.eq_ignore_ascii_case(name.collection()) && column.eq_ignore_ascii_case(name.field())
}

fn class_of(what: &What, declared: &Declared<'_>) -> Option<Class> {
    let covered = match what {
        What::Absent(_) => return Some(Class::NotFound),
        What::Kind(kind) => {
            let same = |field: &Field| holds(*kind, field.kind);
            // Free text may hold anything about anyone, as long as that is no more than was declared of it.
            let open = |field: &Field| matches!(field.kind, FieldKind::FreeText | FieldKind::File);
            let higher = rank_of_kind(*kind) > highest(declared);
            if declared.iter().any(|(_, field)| same(field)) {
                true
            } else if !declared.is_empty() && higher {
                return Some(Class::Drift);
            } else {
                declared.iter().any(|(_, field)| open(field))
            }
        }
        What::Topic(topic) => {
            let sensitivity = sensitivity_of(topic);
            let same = |field: &Field| field.sensitivity == sensitivity;
            if declared.iter().any(|(_, field)| same(field)) {
                true
            } else if declared.is_empty() {
                false
            } else {
                return Some(Class::Drift);
            }
        }
    };
    (!covered).then_some(Class::Undeclared)
}

fn matched(
    register: &Register,
    source: &str,
    what: &What,
    declared: Declared<'_>,
    by: By,
) -> Matched {
    let declared_class = match (declared.is_empty(), highest(&declared)) {
        (true, _) | (_, 0) => "none",
        (_, 1) => "personal",
        _ => "sensitive",
    };
    let (fields, by) = match (declared.is_empty(), by) {
        (false, by) => (declared, by),
        (true, _) => match alike(register, what) {
            alike if alike.is_empty() => (alike, By::Nothing),
            alike => (alike, By::Kind),
        },
    };
    let declared_source = register.source(source);
    let owner = declared_source.map(|source| source.owner.clone());
    Matched {
        owner: owner.or_else(|| fields.first().map(|(_, field)| field.owner.clone())),
        fields: fields.into_iter().map(|(name, _)| name).collect(),
        by,
        source_declared: declared_source.is_some(),
        found_class: match what {
            What::Kind(kind) => kind.class().word(),
            What::Topic(_) => LegalClass::Sensitive.word(),
            What::Absent(_) => LegalClass::Personal.word(),
        },
        declared_class,
    }
}

/// Fields that hold the same wherever they lie: who answers for them knows of the kind.
fn alike<'r>(register: &'r Register, what: &What) -> Declared<'r> {
    let same = |(name, field): &(FieldRef, &Field)| match what {
        What::Kind(kind) => holds(*kind, field.kind),
        What::Topic(topic) => field.sensitivity == sensitivity_of(topic),
        What::Absent(absent) => name == absent,
    };
    register.fields().filter(same).collect()
}

/// The detect kind whose finding shows that a field of this kind lies somewhere; `None` for what no detector finds.
pub(super) fn is_findable(field: FieldKind) -> bool {
    Kind::ALL.iter().any(|kind| holds(*kind, field))
}

/// Whether this is what a field of this kind holds.
pub(super) fn is_of(what: &What, field: FieldKind) -> bool {
    matches!(what, What::Kind(kind) if holds(*kind, field))
}

/// Whether fields of this kind hold such a thing.
fn holds(kind: Kind, field: FieldKind) -> bool {
    // A number tells which of the two it is only by its plan, and plans overlap abroad.
    let is_number = |field| matches!(field, FieldKind::Mobile | FieldKind::Landline);
    kind.field() == field || is_number(kind.field()) && is_number(field)
}

fn sensitivity_of(topic: &str) -> Sensitivity {
    match topic {
        "health" => Sensitivity::Health,
        "religion" => Sensitivity::Religion,
        "biometrics" | "biometric" => Sensitivity::Biometric,
        "minors" | "minor" => Sensitivity::Minor,
        "finance" => Sensitivity::Finance,
        "whereabouts" => Sensitivity::Whereabouts,
        _ => Sensitivity::Other,
    }
}

const fn rank_of_kind(kind: Kind) -> u8 {
    match kind.class() {
        LegalClass::Organisation | LegalClass::Personal => 1,
        LegalClass::Sensitive => 2,
    }
}

fn rank_of_field(field: &Field) -> u8 {
    match field.sensitivity {
        Sensitivity::None => u8::from(field.kind.is_personal()),
        Sensitivity::Ordinary => 1,
        _ => 2,
    }
}

fn highest(declared: &Declared<'_>) -> u8 {
    let ranks = declared.iter().map(|(_, field)| rank_of_field(field));
    ranks.max().unwrap_or(0)
}

/// Sensitive first; less where the detector is unsure or hardly a row has it.
fn severity(what: &What, amount: &Amount) -> Severity {
    let full = match what {
        What::Topic(_) => Severity::High,
        What::Kind(Kind::Ip | Kind::Mac | Kind::Imei | Kind::Uscc) => Severity::Low,
        What::Kind(kind) if rank_of_kind(*kind) > 1 => Severity::High,
        What::Kind(_) => Severity::Medium,
        What::Absent(_) => Severity::Info,
    };
    if amount.confidence < UNSURE || amount.high < RARE {
        full.lowered()
    } else {
        full
    }
}

/// Below, the detector would rather ask.
const UNSURE: f64 = 0.5;
/// Fewer rows than one in a hundred, surely.
const RARE: f64 = 0.01;

#[cfg(test)]
mod tests {
    use shouxin_model::{Source, SourcePlace, Text};

    use super::*;

    fn register() -> Register {
        let profile = shouxin_register::profile("after-sales").unwrap();
        let mut register = shouxin_register::parse("register.toml", profile.register_toml).unwrap();
        let place = |path: &str, field: &str| SourcePlace {
            path: path.split('|').map(str::to_owned).collect(),
            field: field.parse().unwrap(),
        };
        register.sources.push(Source {
            name: "crm".to_owned(),
            title: Text::fixed("客户系统", "CRM"),
            owner: "Sales".to_owned(),
            places: vec![
                place("public|person|phone", "customer.mobile"),
                place("public|*|vin", "vehicle.vin"),
                place("public|person|level", "customer.member_level"),
                place("public|person|kind", "customer.source"),
            ],
        });
        register
    }

    const HALF: Amount = Amount {
        cells: 50,
        sampled: 100,
        rows: Some(1000),
        low: 0.4,
        high: 0.6,
        confidence: 0.9,
    };

    #[track_caller]
    fn check(source: &str, path: &str, what: What, expected: &str) {
        let path: Vec<String> = path.split('|').map(str::to_owned).collect();
        let (class, severity, matched) = compare(&register(), source, &path, &what, &HALF);
        let class = class.map_or("-", Class::word);
        let said = format!(
            "{class} {} {} {}",
            severity.word(),
            matched.by.word(),
            matched.owner.as_deref().unwrap_or("-")
        );
        assert_eq!(said, expected, "{source} {path:?} {what:?}");
    }

    #[test]
    fn a_declared_place_covers_its_kind_and_nothing_else_does() {
        let phone = || What::Kind(Kind::Phone);
        check("crm", "public|person|phone", phone(), "- info place Sales");
        check("crm", "PUBLIC|Person|PHONE", phone(), "- info place Sales");
        check(
            "crm",
            "public|car|vin",
            What::Kind(Kind::Vin),
            "- info place Sales",
        );
        // The kind is declared elsewhere: that says who knows of it, and covers nothing.
        check(
            "crm",
            "public|person|note",
            phone(),
            "undeclared medium kind Sales",
        );
        let desk = "undeclared medium kind 售后服务部 / After-sales service";
        check("old-db", "public|copy|phone", phone(), desk);
    }

    #[test]
    fn names_of_collection_and_field_cover_where_no_source_is_declared() {
        let service = "- info name 售后服务部 / After-sales service";
        check(
            "old-db",
            "public|customer|mobile",
            What::Kind(Kind::Phone),
            service,
        );
        check(
            "folder",
            "out/customer.csv|mobile",
            What::Kind(Kind::Phone),
            service,
        );
        // Where it is declared, its places alone count.
        check(
            "crm",
            "public|customer|mobile",
            What::Kind(Kind::Phone),
            "undeclared medium kind Sales",
        );
    }

    #[test]
    fn what_is_of_a_higher_class_than_declared_drifted() {
        check(
            "crm",
            "public|person|phone",
            What::Kind(Kind::IdCard),
            "drift high place Sales",
        );
        check(
            "crm",
            "public|person|phone",
            What::Topic("health".into()),
            "drift high place Sales",
        );
        check(
            "crm",
            "public|person|kind",
            What::Kind(Kind::Email),
            "drift medium place Sales",
        );
        // As personal as declared, but not what was declared.
        check(
            "crm",
            "public|person|phone",
            What::Kind(Kind::Email),
            "undeclared medium place Sales",
        );
    }

    #[test]
    fn rare_and_unsure_findings_matter_less() {
        let path = ["t".to_owned(), "c".to_owned()];
        let of = |amount: Amount| {
            let what = What::Kind(Kind::IdCard);
            compare(&register(), "x", &path, &what, &amount).1.word()
        };
        assert_eq!(of(HALF), "high");
        assert_eq!(
            of(Amount {
                confidence: 0.4,
                ..HALF
            }),
            "medium"
        );
        assert_eq!(
            of(Amount {
                low: 0.0,
                high: 0.009,
                ..HALF
            }),
            "medium"
        );
    }
}
