//! Path parameters, read strictly.

use std::fmt::Display;
use std::str::FromStr;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use shouxin_wire::Code;

use super::{Refusal, language::preferred};

/// The path's parameters, in their order. Only the one spelling of each is taken; what cannot be read
/// is refused by the parameter's name and never repeated.
#[derive(Debug)]
pub struct At<T>(pub T);

/// What a path's parameters can be read as.
pub trait PathParts: Sized {
    /// Reads the parameters, given as name and text.
    ///
    /// # Errors
    /// The name of the first that cannot be read.
    fn read(params: &[(&str, &str)]) -> Result<Self, String>;
}

impl<T: PathParts, S: Send + Sync> FromRequestParts<S> for At<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let language = preferred(&parts.headers);
        let refuse = |name: String| {
            let code = Code::InvalidParameter;
            Refusal::new(code, language).at(name, code.title().get(language))
        };
        let raw = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| {
                Refusal::new(Code::BrokenUnicode, language)
                    .at("path", Code::BrokenUnicode.title().get(language))
            })?;
        let params: Vec<(&str, &str)> = raw.iter().collect();
        T::read(&params).map(Self).map_err(refuse)
    }
}

impl<A: FromStr + Display> PathParts for (A,) {
    fn read(params: &[(&str, &str)]) -> Result<Self, String> {
        Ok((part(params, 0)?,))
    }
}

impl<A: FromStr + Display, B: FromStr + Display> PathParts for (A, B) {
    fn read(params: &[(&str, &str)]) -> Result<Self, String> {
        Ok((part(params, 0)?, part(params, 1)?))
    }
}

fn part<T: FromStr + Display>(params: &[(&str, &str)], at: usize) -> Result<T, String> {
    let (name, text) = params.get(at).ok_or("path")?;
    strict(text).ok_or_else(|| (*name).to_owned())
}

/// Reads a text that must be the one spelling of its value: `7` is an index, `07` and `+7` are none.
pub(crate) fn strict<T: FromStr + Display>(text: &str) -> Option<T> {
    text.parse::<T>()
        .ok()
        .filter(|value| value.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_of_each_parameter_is_taken() {
        assert_eq!(<(u64,)>::read(&[("index", "7")]), Ok((7,)));
        for wrong in ["07", "+7", "-1", "", "7 ", "１", "18446744073709551616"] {
            assert_eq!(
                <(u64,)>::read(&[("index", wrong)]),
                Err("index".to_owned()),
                "{wrong}"
            );
        }
        assert_eq!(
            <(u64, u64)>::read(&[("a", "1"), ("b", "x")]),
            Err("b".to_owned())
        );
    }
}
