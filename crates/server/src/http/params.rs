//! Query parameters, read strictly.

use std::fmt::Display;
use std::str::FromStr;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use shouxin_model::text::Language;
use shouxin_wire::Code;

use super::{Refusal, language::preferred, path::strict};

/// The query's parameters. The operation takes what it knows by name and then calls [`end`](Self::end):
/// anything left, and anything given twice, is refused by name. A value is never repeated.
#[derive(Debug)]
pub struct Params {
    given: Vec<(String, String)>,
    language: Language,
}

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let language = preferred(&parts.headers);
        let broken = |_| refuse(language, "query");
        let Query(given) =
            Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).map_err(broken)?;
        // Broken UTF-8 is replaced by whoever decodes it; nothing here is ever meant to hold that sign.
        if given
            .iter()
            .any(|(name, value)| name.contains('\u{FFFD}') || value.contains('\u{FFFD}'))
        {
            return Err(Refusal::new(Code::BrokenUnicode, language));
        }
        Ok(Self { given, language })
    }
}

impl Params {
    /// The parameter of this name, in the one spelling of its value.
    ///
    /// # Errors
    /// It is there twice or cannot be read.
    pub fn take<T: FromStr + Display>(&mut self, name: &'static str) -> Result<Option<T>, Refusal> {
        match self.text(name)? {
            Some(text) => strict(&text).map(Some).ok_or_else(|| self.refuse(name)),
            None => Ok(None),
        }
    }

    /// As [`take`](Self::take), and it must be there.
    ///
    /// # Errors
    /// As [`take`](Self::take); or it is not there.
    pub fn need<T: FromStr + Display>(&mut self, name: &'static str) -> Result<T, Refusal> {
        self.take(name)?.ok_or_else(|| self.refuse(name))
    }

    /// A whole number between `1` and `most`; `default` if it is not there.
    ///
    /// # Errors
    /// It is another number, or none.
    pub fn limit(&mut self, default: usize, most: usize) -> Result<usize, Refusal> {
        let limit = self.take::<usize>("limit")?.unwrap_or(default);
        if (1..=most).contains(&limit) {
            return Ok(limit);
        }
        let text = match self.language {
            Language::Chinese => format!("应在 1 到 {most} 之间"),
            Language::English => format!("is from 1 to {most}"),
        };
        Err(Refusal::new(Code::InvalidParameter, self.language).at("limit", text))
    }

    /// A flag: `?name`, `?name=true` or `?name=false`.
    ///
    /// # Errors
    /// It has another value.
    pub fn flag(&mut self, name: &'static str) -> Result<bool, Refusal> {
        match self.text(name)?.as_deref() {
            None | Some("false") => Ok(false),
            Some("" | "true") => Ok(true),
            Some(_) => Err(self.refuse(name)),
        }
    }

    /// What a parameter says that is parsed elsewhere.
    ///
    /// # Errors
    /// It is there twice.
    pub fn text(&mut self, name: &'static str) -> Result<Option<String>, Refusal> {
        let Some(at) = self.given.iter().position(|(given, _)| given == name) else {
            return Ok(None);
        };
        let (_, value) = self.given.swap_remove(at);
        if self.given.iter().any(|(given, _)| given == name) {
            return Err(self.refuse(name));
        }
        Ok(Some(value))
    }

    /// Nothing may be left.
    ///
    /// # Errors
    /// A parameter that the operation does not know; named if it could be a name.
    pub fn end(self) -> Result<(), Refusal> {
        let Some((name, _)) = self.given.first() else {
            return Ok(());
        };
        let shown = if shouxin_model::id::is_name(name) {
            name
        } else {
            "?"
        };
        Err(refuse(self.language, shown))
    }

    /// The refusal of this parameter.
    pub fn refuse(&self, name: &str) -> Refusal {
        refuse(self.language, name)
    }
}

fn refuse(language: Language, name: &str) -> Refusal {
    Refusal::new(Code::InvalidParameter, language)
        .at(name, Code::InvalidParameter.title().get(language))
}
