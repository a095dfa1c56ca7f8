//! What a scan found, summed up: in memory bounded by the number of places, not by what they hold.

pub mod baseline;
pub mod discovery;
pub mod html;
pub mod sarif;
pub mod summary;

use shouxin_detect::{Kind, LegalClass, Topic};

use crate::{Content, Finding, Place, Problem};

/// What was scanned and what was found.
#[derive(Clone, Debug)]
pub struct Report {
    /// What people call the source: the name of a folder or database.
    pub name: String,
    /// What it is.
    pub source: Source,
    /// When it was scanned, as RFC 3339 writes it.
    pub scanned_at: String,
    /// Every document in which something was found or which could not be read wholly, by path.
    pub documents: Vec<DocumentReport>,
    /// How many documents or tables were scanned.
    pub scanned: u64,
    /// How many bytes they had; 0 for databases.
    pub bytes: u64,
}

/// What a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Files of a folder, or one file.
    Files,
    /// An SQLite database.
    Sqlite,
    /// A PostgreSQL database.
    Postgres,
    /// A MySQL or MariaDB database.
    Mysql,
}

impl Source {
    /// The word used in reports.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgresql",
            Self::Mysql => "mysql",
        }
    }
}

/// What was found in one document, or in one table of a database.
#[derive(Clone, Debug, Default)]
pub struct DocumentReport {
    /// Its path below what was scanned.
    pub name: String,
    /// The same as places have it: schema and table; or the file alone. Empty if it is the whole of what was scanned.
    pub path: Vec<String>,
    /// What its content is.
    pub content: Option<Content>,
    /// The places in it where something was found.
    pub places: Vec<PlaceReport>,
    /// What could not be read, and where.
    pub problems: Vec<(String, Problem)>,
    /// Findings in running text, as many as are kept.
    pub findings: Vec<Finding>,
    /// How many more there were.
    pub findings_left_off: u64,
}

/// A column, or the running text of a document.
#[derive(Clone, Debug, Default)]
pub struct PlaceReport {
    /// Schema, table, column; or document, column; or the document alone for its text.
    pub path: Vec<String>,
    /// Whether it is a column.
    pub is_column: bool,
    /// The rows there are, if that is known; for text its passages.
    pub rows: Option<u64>,
    /// The rows or passages that were looked at.
    pub sampled: u64,
    /// The type that the database or file declares.
    pub declared_type: Option<String>,
    /// What was found, by kind.
    pub kinds: Vec<KindShare>,
    /// How many cells or passages speak of a sensitive topic.
    pub topics: Vec<(Topic, u64)>,
    /// Different values in the sample of the profile and the entropy over them in bits.
    pub variety: Option<(u64, f64)>,
}

/// How much of a place is of one kind.
#[derive(Clone, Debug)]
pub struct KindShare {
    /// The kind.
    pub kind: Kind,
    /// The cells or passages that were looked at and hold it.
    pub cells: u64,
    /// The least share of all cells, 0 to 1, at 95 % confidence.
    pub low: f64,
    /// The largest share.
    pub high: f64,
    /// The mean confidence of the rules, 0 to 1.
    pub confidence: f64,
    /// Where it stands first.
    pub first: Place,
    /// Up to three values, masked.
    pub samples: Vec<String>,
}

impl Report {
    /// Every place where something was found, by document.
    pub fn places(&self) -> impl Iterator<Item = &PlaceReport> {
        self.documents
            .iter()
            .flat_map(|document| &document.places)
            .filter(|place| !place.kinds.is_empty() || !place.topics.is_empty())
    }

    /// Every kind that was found, with the cells and passages that hold it and the places they stand in.
    pub fn kinds(&self) -> Vec<(Kind, u64, u64)> {
        Kind::ALL
            .iter()
            .filter_map(|&kind| {
                let shares: Vec<u64> = self
                    .places()
                    .flat_map(|place| &place.kinds)
                    .filter(|share| share.kind == kind)
                    .map(|share| share.cells)
                    .collect();
                (!shares.is_empty()).then(|| (kind, shares.iter().sum(), shares.len() as u64))
            })
            .collect()
    }

    /// Everything that was found, kinds before topics, with the cells and passages that hold it and the places they
    /// stand in.
    pub fn amounts(&self) -> Vec<(What, u64, u64)> {
        What::all()
            .filter_map(|what| {
                let cells: Vec<u64> = self
                    .places()
                    .filter_map(|place| place.cells(what))
                    .collect();
                (!cells.is_empty()).then(|| (what, cells.iter().sum(), cells.len() as u64))
            })
            .collect()
    }

    /// Every problem, with the document it is about and where in it.
    pub fn problems(&self) -> impl Iterator<Item = (&str, &str, &Problem)> {
        self.documents.iter().flat_map(|document| {
            let problems = document.problems.iter();
            problems.map(|(place, problem)| (document.name.as_str(), place.as_str(), problem))
        })
    }
}

impl PlaceReport {
    /// The path as people read it.
    pub fn shown(&self) -> String {
        self.path.join(" › ")
    }

    /// In how many cells or passages this was found.
    pub fn cells(&self, what: What) -> Option<u64> {
        match what {
            What::Kind(kind) => {
                let share = self.kinds.iter().find(|share| share.kind == kind)?;
                Some(share.cells)
            }
            What::Topic(topic) => {
                let (_, cells) = self.topics.iter().find(|(one, _)| *one == topic)?;
                Some(*cells)
            }
        }
    }

    /// Whether every row was looked at.
    pub fn is_whole(&self) -> bool {
        self.rows == Some(self.sampled)
    }
}

/// What can be found: a kind of personal information, or talk of a sensitive topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// A kind.
    Kind(Kind),
    /// A topic.
    Topic(Topic),
}

impl What {
    /// Every kind, then every topic.
    pub fn all() -> impl Iterator<Item = Self> {
        let kinds = Kind::ALL.iter().map(|kind| Self::Kind(*kind));
        kinds.chain(Topic::ALL.iter().map(|topic| Self::Topic(*topic)))
    }

    /// `PHONE`, `health`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Kind(kind) => kind.word(),
            Self::Topic(topic) => topic.word(),
        }
    }

    /// What people call it.
    pub fn title(self) -> shouxin_model::Text {
        match self {
            Self::Kind(kind) => title(kind),
            Self::Topic(topic) => topic.title(),
        }
    }

    /// Its class of law. Every topic is one of article 28 of the PIPL.
    pub const fn class(self) -> LegalClass {
        match self {
            Self::Kind(kind) => kind.class(),
            Self::Topic(_) => LegalClass::Sensitive,
        }
    }
}

/// What people call a kind: the title that the register gives to fields of it.
pub fn title(kind: Kind) -> shouxin_model::Text {
    kind.field().title()
}

/// The rules and models that found it: this version of the program, and that of the model of names.
pub fn detector_id() -> String {
    format!(
        "rules-{}+{}",
        env!("CARGO_PKG_VERSION"),
        shouxin_detect::cn::person::MODEL
    )
}
