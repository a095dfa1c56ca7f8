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
