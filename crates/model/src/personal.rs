//! Values that belong to people.

use zeroize::Zeroize;

/// A value that belongs to a person. `Debug` prints `Personal(..)`; there is no `Display` and no
/// `Serialize`, so neither a log line nor a derived body can carry it out. Wiped from memory on drop.
pub struct Personal<T: Zeroize>(T);

impl<T: Zeroize> Personal<T> {
    /// Wraps a value that belongs to a person.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself. Each call carries a comment saying where the value goes.
    pub fn expose(&self) -> &T {
        &self.0
    }

    /// The value itself, no longer wiped: for the answer it was opened for. Each call carries a comment
    /// saying where the value goes.
    pub fn release(mut self) -> T
    where
        T: Default,
    {
        std::mem::take(&mut self.0)
    }
}

impl Personal<Vec<u8>> {
    /// The value as text, without a copy of it; `None` if it is not UTF-8.
    pub fn into_text(mut self) -> Option<Personal<String>> {
        match String::from_utf8(std::mem::take(&mut self.0)) {
            Ok(text) => Some(Personal(text)),
            Err(error) => {
                self.0 = error.into_bytes();
                None
            }
        }
    }
}

impl<T: Zeroize> Drop for Personal<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> std::fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Personal(..)")
    }
}

impl<T: Zeroize + Clone> Clone for Personal<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Zeroize> From<T> for Personal<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_never_shows_the_value() {
        let value = Personal::new("13800000000".to_owned());
        assert_eq!(
            format!("{value:?} {:#?}", Some(&value)),
            "Personal(..) Some(\n    Personal(..),\n)"
        );
    }
}
