//! The permission matrix: who may call which operation.

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::http::Method;

/// The matrix of this program, from `permissions.txt`.
pub fn matrix() -> &'static Matrix {
    static MATRIX: LazyLock<Matrix> = LazyLock::new(|| {
        Matrix::parse(include_str!("permissions.txt")).expect("a test reads the very same file")
    });
    &MATRIX
}

/// Who may call which operation. An operation without a row is for nobody.
#[derive(Debug)]
pub struct Matrix {
    rows: Vec<Row>,
    by_path: HashMap<String, Vec<usize>>,
}

/// One operation and who may call it.
#[derive(Debug)]
pub struct Row {
    method: Method,
    path: String,
    who: Vec<Who>,
}

#[derive(Debug)]
struct Who {
    word: Word,
    second_factor: bool,
}

#[derive(Debug, PartialEq)]
enum Word {
    Anonymous,
    Page,
    Enrolling,
    Staff,
    Business,
    Service,
    Role(String),
}

/// What of a caller the matrix looks at.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    /// An API key, not a person.
    pub service: bool,
    /// The person's second factor is enrolled and this session was opened with it.
    pub enrolled: bool,
    /// A second factor was shown within the last ten minutes.
    pub second_factor: bool,
    /// Holds a role that belongs to no silo of administration.
    pub business: bool,
    /// The roles held.
    pub roles: &'a [String],
}

/// What a row says to a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The operation may be called.
    Yes,
    /// It may be called once a second factor has been shown.
    SecondFactor,
    /// It may be called once a second factor is enrolled.
    Enrol,
    /// It may not be called.
    No,
}

impl Matrix {
    /// Reads a matrix: `METHOD path who...` a line, `#` starts a comment.
    ///
    /// # Errors
    /// The number of the first line that is no row, repeats one, or lets anyone in without saying whom.
    pub fn parse(text: &str) -> Result<Self, usize> {
        let mut matrix = Self {
            rows: Vec::new(),
            by_path: HashMap::new(),
        };
        for (number, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default();
            if line.trim().is_empty() {
                continue;
            }
            let row = Row::parse(line).ok_or(number + 1)?;
            if matrix.row(&row.method, &row.path).is_some() {
                return Err(number + 1);
            }
            matrix
                .by_path
                .entry(row.path.clone())
                .or_default()
                .push(matrix.rows.len());
            matrix.rows.push(row);
        }
        Ok(matrix)
    }

    /// The row of an operation; HEAD is a GET without a body.
    pub fn row(&self, method: &Method, path: &str) -> Option<&Row> {
        let method = if method == Method::HEAD {
            &Method::GET
        } else {
            method
        };
        self.of_path(path).find(|row| row.method == *method)
    }

    /// The rows of a path.
    pub fn of_path(&self, path: &str) -> impl Iterator<Item = &Row> {
        self.by_path
            .get(path)
            .into_iter()
            .flatten()
            .map(|index| &self.rows[*index])
    }

    /// Every row, in the order of the file.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }
}

impl Row {
    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split_whitespace();
        let method = words.next()?.parse().ok()?;
        let path = words
            .next()
            .filter(|path| path.starts_with('/'))?
            .to_owned();
        let who = words.map(Who::parse).collect::<Option<Vec<_>>>()?;
        if who.is_empty()
            || ![
                Method::GET,
                Method::POST,
                Method::PUT,
                Method::PATCH,
                Method::DELETE,
            ]
            .contains(&method)
        {
            return None;
        }
        Some(Self { method, path, who })
    }

    /// The operation's method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The operation's path, with its parameters as `{name}`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether nobody needs to be signed in.
    pub fn is_anonymous(&self) -> bool {
        let open = |who: &Who| matches!(who.word, Word::Anonymous | Word::Page);
        self.who.iter().any(open)
    }

    /// Whether pages of other sites may call it, those that the settings name.
    pub fn is_page(&self) -> bool {
        self.who.iter().any(|who| who.word == Word::Page)
    }

    /// Whether it serves a person's own sign-in, open to any session.
    pub fn is_enrolling(&self) -> bool {
        self.who.iter().any(|who| who.word == Word::Enrolling)
    }

    /// What it says to a signed-in caller.
    pub fn answer(&self, standing: &Standing<'_>) -> Answer {
        self.who
            .iter()
            .map(|who| who.answer(standing))
            .max_by_key(|answer| answer.rank())
            .unwrap_or(Answer::No)
    }
}

impl Who {
    fn parse(text: &str) -> Option<Self> {
        let (word, second_factor) = match text.strip_suffix('*') {
            Some(word) => (word, true),
            None => (text, false),
        };
        let word = match word {
            "anonymous" => Word::Anonymous,
            "page" => Word::Page,
            "enrolling" => Word::Enrolling,
            "staff" => Word::Staff,
            "business" => Word::Business,
            "service" => Word::Service,
            role if shouxin_model::id::is_slug(role) => Word::Role(role.to_owned()),
            _ => return None,
        };
        // Nobody who is not signed in, and no key, can show a second factor.
        let can_show = !matches!(word, Word::Anonymous | Word::Page | Word::Service);
        (can_show || !second_factor).then_some(Self {
            word,
            second_factor,
        })
    }

    fn answer(&self, standing: &Standing<'_>) -> Answer {
        let meant = match &self.word {
            Word::Anonymous | Word::Page => true,
            Word::Enrolling | Word::Staff => !standing.service,
            Word::Business => !standing.service && standing.business,
            Word::Service => standing.service,
            Word::Role(role) => !standing.service && standing.roles.contains(role),
        };
        let needs_enrolment = matches!(self.word, Word::Staff | Word::Business | Word::Role(_));
        if !meant {
            Answer::No
        } else if needs_enrolment && !standing.enrolled {
            Answer::Enrol
        } else if self.second_factor && !standing.second_factor {
            Answer::SecondFactor
        } else {
            Answer::Yes
        }
    }
}

impl Answer {
    fn rank(self) -> u8 {
        match self {
            Self::No => 0,
            Self::Enrol => 1,
            Self::SecondFactor => 2,
            Self::Yes => 3,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(who: &str, standing: &str, expected: Answer) {
        let matrix = Matrix::parse(&format!("GET /x {who}")).unwrap();
        let words: Vec<&str> = standing.split_whitespace().collect();
        let roles: Vec<String> = words
            .iter()
            .filter(|w| w.contains('-'))
            .map(|w| (*w).to_owned())
            .collect();
        let standing = Standing {
            service: words.contains(&"service"),
            enrolled: words.contains(&"enrolled"),
            second_factor: words.contains(&"fresh"),
            business: words.contains(&"business"),
            roles: &roles,
        };
        let row = matrix.row(&Method::GET, "/x").unwrap();
        assert_eq!(row.answer(&standing), expected, "{who} / {words:?}");
    }

    #[test]
    fn a_row_lets_in_whom_it_names() {
        check("enrolling", "", Answer::Yes);
        check("enrolling", "service", Answer::No);
        check("staff", "", Answer::Enrol);
        check("staff", "enrolled", Answer::Yes);
        check("staff*", "enrolled", Answer::SecondFactor);
        check("staff*", "enrolled fresh", Answer::Yes);
        check("business", "enrolled", Answer::No);
        check("business", "enrolled business", Answer::Yes);
        check("service", "enrolled business", Answer::No);
        check("service", "service", Answer::Yes);
        check("audit-admin", "enrolled system-admin", Answer::No);
        check("audit-admin", "audit-admin", Answer::Enrol);
        check(
            "audit-admin system-admin*",
            "enrolled system-admin",
            Answer::SecondFactor,
        );
    }

    #[test]
    fn a_key_with_a_role_is_still_no_person_of_that_role() {
        check(
            "audit-admin business staff",
            "service business audit-admin",
            Answer::No,
        );
    }

    #[test]
    fn what_is_no_row_is_refused() {
        for text in [
            "GET /x",
            "GET x staff",
            "FETCH /x staff",
            "GET /x Staff",
            "GET /x service*",
            "GET /x anonymous*",
            "GET /x page*",
        ] {
            assert!(Matrix::parse(text).is_err(), "{text}");
        }
        assert_eq!(
            Matrix::parse("GET /x staff\n\nGET /x service").unwrap_err(),
            3
        );
    }

    #[test]
    fn the_matrix_of_this_program_can_be_read() {
        assert!(matrix().rows().len() > 20);
        assert!(
            matrix()
                .row(&Method::HEAD, "/healthz")
                .unwrap()
                .is_anonymous()
        );
        assert!(matrix().row(&Method::DELETE, "/healthz").is_none());
    }
}
