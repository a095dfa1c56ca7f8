//! What a deployment declares: the register in memory, checked and complete.
//!
//! The crate `register` reads it from TOML and checks it; every other crate derives from it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Conditions, FieldKind, FieldRef, Suite, Text};

/// The declared truth of a deployment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Register {
    /// Which profile it grew from: `after-sales`, `express`, `service-centre` or a name of one's own.
    pub profile: String,
    /// What people call the deployment.
    pub title: Text,
    /// The regimes of law that apply.
    pub regimes: Vec<Regime>,
    /// The suite that seals fields which do not name their own.
    pub suite: Suite,
    /// Domains of keys. A value sealed in one zone opens in no other.
    pub zones: Vec<Zone>,
    /// What kinds of records are held.
    pub collections: Vec<Collection>,
    /// What data may be read for.
    pub purposes: Vec<Purpose>,
    /// Who works with it.
    pub roles: Vec<Role>,
    /// Systems and folders of one's own where the declared data also lie.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
}

impl Register {
    /// The collection of this name.
    pub fn collection(&self, name: &str) -> Option<&Collection> {
        self.collections.iter().find(|c| c.name == name)
    }

    /// The field of this full name.
    pub fn field(&self, field: &FieldRef) -> Option<&Field> {
        self.collection(field.collection())?.field(field.field())
    }

    /// The purpose of this name.
    pub fn purpose(&self, name: &str) -> Option<&Purpose> {
        self.purposes.iter().find(|p| p.name == name)
    }

    /// The role of this name.
    pub fn role(&self, name: &str) -> Option<&Role> {
        self.roles.iter().find(|r| r.name == name)
    }

    /// Whether a role is that of the customers themselves: a purpose shows its holders their own records. Whom the
    /// register calls so has no account.
    pub fn is_customers_own(&self, role: &str) -> bool {
        let mut own = self
            .purposes
            .iter()
            .filter(|purpose| purpose.condition == RowCondition::OwnRecord);
        own.any(|purpose| purpose.roles.iter().any(|one| one == role))
    }

    /// The system or folder of this name.
    pub fn source(&self, name: &str) -> Option<&Source> {
        self.sources.iter().find(|s| s.name == name)
    }

    /// The zone that a collection belongs to.
    pub fn zone_of(&self, collection: &str) -> Option<&Zone> {
        let zone = &self.collection(collection)?.zone;
        self.zones.iter().find(|z| z.name == *zone)
    }

    /// The zone of a collection, if it lies apart.
    pub fn apart(&self, collection: &str) -> Option<&Zone> {
        if !self.zones.iter().any(|zone| zone.apart) {
            return None;
        }
        self.zone_of(collection).filter(|zone| zone.apart)
    }

    /// Whether any law that applies rests this purpose on consent: then consent is needed, whatever the
    /// others rest it on.
    pub fn needs_consent(&self, purpose: &Purpose) -> bool {
        let mut regimes = self.regimes.iter();
        regimes.any(|regime| purpose.basis.get(regime) == Some(&Basis::Consent))
    }

    /// The suite that seals this field.
    pub fn suite_of(&self, field: &Field) -> Suite {
        field.suite.unwrap_or(self.suite)
    }

    /// Every field with its full name, in declared order.
    pub fn fields(&self) -> impl Iterator<Item = (FieldRef, &Field)> {
        self.collections.iter().flat_map(|c| {
            c.fields
                .iter()
                .map(|f| (FieldRef::new(&c.name, &f.name), f))
        })
    }
}

/// A regime of law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Regime {
    /// 个人信息保护法 (China).
    Pipl,
    /// General Data Protection Regulation (EU).
    Gdpr,
    /// California Consumer Privacy Act.
    Ccpa,
}

/// A domain of keys.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Zone {
    /// Its name, for example `identity`.
    pub name: String,
    /// What people call it.
    pub title: Text,
    /// Whether its collections lie in a database of their own, under keys of their own, where people
    /// appear under other ids.
    #[serde(default)]
    pub apart: bool,
}

/// A system or a folder where declared data also lie: what a scan of it is held against.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Its name, as scans of it give it, for example `crm-db`.
    pub name: String,
    /// What people call it.
    pub title: Text,
    /// The unit that answers for it: whom to ask about what is found there.
    pub owner: String,
    /// Where in it which field lies.
    pub places: Vec<SourcePlace>,
}

/// A place of a source that holds a declared field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourcePlace {
    /// Schema, table and column, or file and column; `*` stands for any one part.
    pub path: Vec<String>,
    /// The field whose values lie there.
    pub field: FieldRef,
}

impl SourcePlace {
    /// Whether it speaks of this place: as many parts, each the same or `*`, without regard to the case of letters
    /// (engines differ in whether they keep it).
    pub fn is_at(&self, path: &[String]) -> bool {
        self.path.len() == path.len()
            && self
                .path
                .iter()
                .zip(path)
                .all(|(declared, found)| declared == "*" || is_same_name(declared, found))
    }
}

fn is_same_name(one: &str, other: &str) -> bool {
    let lower = |text: &str| {
        text.chars()
            .flat_map(char::to_lowercase)
            .collect::<String>()
    };
    one == other || lower(one) == lower(other)
}

/// A kind of record. Each record belongs to one subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Collection {
    /// Its name, for example `customer`.
    pub name: String,
    /// What people call it.
    pub title: Text,
    /// The zone that its sealed fields belong to.
    pub zone: String,
    /// Whether a subject has at most one record of it.
    pub single: bool,
    /// Fields whose values together name one record; imports match on them.
    pub key: Vec<String>,
    /// If its records are cases (work orders, parcels, tickets): which fields say so.
    pub case: Option<CaseShape>,
    /// Its fields, in the order people see them.
    pub fields: Vec<Field>,
}

impl Collection {
    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.name == name)
    }
}

/// Which fields make a record a case that ties staff to its subject. All are unsealed facets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseShape {
    /// The field with the case's state.
    pub status: String,
    /// The values of `status` in which the case is open.
    pub open: Vec<String>,
    /// The value of `status` that closing the case sets.
    pub closed: String,
    /// The field with the login of the member of staff it is assigned to.
    pub assignee: Option<String>,
    /// The field with the site it is handled at.
    pub site: Option<String>,
    /// The field with the region it belongs to.
    pub region: Option<String>,
}

/// One field of a collection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// Its name within the collection.
    pub name: String,
    /// What people call it.
    pub title: Text,
    /// What it holds.
    pub kind: FieldKind,
    /// Grade under DSL art. 21.
    pub grade: Grade,
    /// Level 1-4 of general data (GB/T 43697 annex H): sensitive at least 4, ordinary personal at least 2.
    pub level: u8,
    /// Sensitive personal information or not.
    pub sensitivity: Sensitivity,
    /// The deployment's own word for how close the field is held, shown beside the legal level.
    pub house_level: Option<Text>,
    /// Whether its values are sealed. Personal kinds always are.
    pub sealed: bool,
    /// The suite that seals it, if not the register's.
    pub suite: Option<Suite>,
    /// The searches it offers.
    pub search: Vec<SearchMode>,
    /// Whether its plain value is indexed for case rules and counts. Never with `sealed`.
    pub facet: bool,
    /// Whether a clear read of it needs a fresh second factor.
    pub second_factor: bool,
    /// Whether a record that has a value of it takes no other one: a position is told once, not followed.
    #[serde(default, skip_serializing_if = "is_false")]
    pub write_once: bool,
    /// The mask rule, if not the kind's own.
    pub mask: Option<String>,
    /// The unit that answers for it.
    pub owner: String,
    /// Where and why it is collected.
    pub scene: Text,
    /// How long it is kept.
    pub retention: Retention,
    /// What an import does with a value that fails the kind's check.
    pub check: CheckRule,
    /// The allowed values of an enum field; for free-form generalisation, unused.
    pub values: Vec<String>,
    /// What people call each of `values`, in the same order; empty where the values speak for themselves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub value_titles: Vec<Text>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "as serde asks for it")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// Grade under the Data Security Law, article 21.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// 一般数据.
    #[default]
    General,
    /// 重要数据.
    Important,
    /// 核心数据.
    Core,
}

/// Whether a field is sensitive personal information, and of which class (PIPL art. 28, GB/T 45574).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sensitivity {
    /// Says nothing about a person.
    None,
    /// Ordinary personal information.
    #[default]
    Ordinary,
    /// 生物识别.
    Biometric,
    /// 宗教信仰.
    Religion,
    /// 特定身份.
    Identity,
    /// 医疗健康.
    Health,
    /// 金融账户.
    Finance,
    /// 行踪轨迹.
    Whereabouts,
    /// 不满十四周岁未成年人.
    Minor,
    /// 其他敏感个人信息.
    Other,
}

impl Sensitivity {
    /// Whether it is sensitive personal information in the sense of PIPL art. 28.
    pub const fn is_sensitive(self) -> bool {
        !matches!(self, Self::None | Self::Ordinary)
    }
}

/// How a sealed field can be searched. Each is an index of its own with its own key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SearchMode {
    /// The whole normalised value.
    Exact,
    /// The last four characters.
    Last4,
    /// An address down to its district, or the leading part of a code.
    Prefix,
    /// A Chinese name: whole.
    Name,
    /// A Chinese name: its surname.
    Surname,
    /// A Chinese name: the initials of its pinyin.
    Initials,
}

impl SearchMode {
    /// The word used in the register, requests and index rows.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Last4 => "last4",
            Self::Prefix => "prefix",
            Self::Name => "name",
            Self::Surname => "surname",
            Self::Initials => "initials",
        }
    }
}

/// How long a field is kept, from which event, and who says so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Retention {
    /// Whole days.
    pub days: u32,
    /// The event it counts from, for example `last-service`.
    pub from: String,
    /// The rule it follows, for example `AUTO3R 17`.
    pub rule: String,
}

/// What an import does with a value that fails its kind's check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckRule {
    /// The row is refused.
    #[default]
    Refuse,
    /// The value is kept and reported.
    Keep,
}

/// What data may be read for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Purpose {
    /// Its name, for example `repair-service`.
    pub name: String,
    /// What people call it.
    pub title: Text,
    /// The lawful basis under each regime.
    pub basis: BTreeMap<Regime, Basis>,
    /// The form of consent, where consent is the basis.
    pub consent: Option<ConsentForm>,
    /// The fields it needs.
    pub fields: Vec<FieldRef>,
    /// The roles that may name it.
    pub roles: Vec<String>,
    /// What must tie the caller to the subject.
    pub condition: RowCondition,
    /// Limits per person and day.
    pub quota: Quota,
    /// When, from where and on what device it may be named.
    #[serde(default, skip_serializing_if = "Conditions::is_empty")]
    pub conditions: Conditions,
    /// Who may break the glass under it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emergency: Option<Emergency>,
    /// Why it needs what it collects, as it was weighed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub need: Option<Need>,
}

/// The review of what a purpose collects: three questions, asked before a field is taken in
/// (PIPL art. 6: what is collected is limited to the least that the purpose needs).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// The fields that were weighed.
    pub fields: Vec<FieldRef>,
    /// What cannot be done without them?
    pub task: Text,
    /// Why does nothing less do: fewer people, coarser values, a shorter time?
    pub least: Text,
    /// Which other ways were weighed, and why were they not taken?
    pub otherwise: Text,
    /// The unit or role that decided.
    pub by: String,
    /// The day of the decision, `2026-11-22`.
    pub on: String,
}

/// Opening at once what nobody approved: for one subject, for minutes, with an alarm and a review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emergency {
    /// The roles that may.
    pub roles: Vec<String>,
    /// The role of the purpose whose view they get.
    pub view: String,
    /// For how many minutes.
    pub minutes: u32,
    /// Within how many working days it must be reviewed.
    pub review_days: u32,
}

/// A lawful basis: PIPL art. 13 has seven, GDPR art. 6 six; CCPA has none and uses `notice`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// 同意.
    Consent,
    /// 订立、履行合同所必需.
    Contract,
    /// 人力资源管理所必需.
    HumanResources,
    /// 法定职责或法定义务.
    LegalObligation,
    /// 突发公共卫生事件或紧急情况.
    VitalInterests,
    /// 新闻报道、舆论监督.
    PublicInterest,
    /// 已公开的个人信息.
    AlreadyPublic,
    /// 法律、行政法规规定的其他情形.
    OtherLaw,
    /// GDPR art. 6(1)(e).
    PublicTask,
    /// GDPR art. 6(1)(f). PIPL has no equivalent.
    LegitimateInterests,
    /// CCPA: notice at collection with opt-out.
    Notice,
}

/// The form that consent takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConsentForm {
    /// 同意.
    General,
    /// 单独同意.
    Separate,
    /// 书面同意.
    Written,
    /// 监护人同意.
    Guardian,
    /// One time or one time window.
    Once,
}

impl ConsentForm {
    /// The word used in the register, in the store, in ledger entries and in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::General => "general",
            Self::Separate => "separate",
            Self::Written => "written",
            Self::Guardian => "guardian",
            Self::Once => "once",
        }
    }
}

/// What must tie a caller to a subject before a purpose opens anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowCondition {
    /// Nothing: the role and purpose suffice.
    #[default]
    None,
    /// An open case of this subject, assigned to the caller.
    AssignedOpenCase,
    /// An open case of this subject at the caller's site.
    SiteOpenCase,
    /// An open case of this subject in the caller's region.
    RegionOpenCase,
    /// Any open case of this subject.
    OpenCase,
    /// Never a single person: counts over groups only.
    CountsOnly,
    /// The caller is the subject: nobody else reads anything for such a purpose.
    OwnRecord,
}

/// Limits per person and China calendar day; `None` is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Quota {
    /// Subjects read in any form.
    pub subjects_per_day: Option<u32>,
    /// Fields opened clear.
    pub clear_per_day: Option<u32>,
    /// Searches.
    pub searches_per_day: Option<u32>,
}

/// Who works with the data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Role {
    /// Its name, for example `service-adviser`.
    pub name: String,
    /// What people call it.
    pub title: Text,
    /// The administration silo it belongs to; no account may combine two.
    pub silo: Option<Silo>,
    /// The zones whose data its work joins: a grant that stands for as long as the register says so.
    #[serde(default)]
    pub zones: Vec<String>,
    /// When, from where and on what device it counts.
    #[serde(default, skip_serializing_if = "Conditions::is_empty")]
    pub conditions: Conditions,
}

/// A silo of administration. No account may hold roles of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Silo {
    /// 系统管理员: accounts and operation.
    System,
    /// 安全管理员: roles, keys and policies.
    Security,
    /// 审计管理员: the ledger.
    Audit,
}
