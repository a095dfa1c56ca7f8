//! The rules, by name.

use std::fmt;

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $attack:literal;)*) => {
        /// Why a request is refused. The words stand in metrics, ledger entries and problems.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule { $($(#[$doc])* $name,)* }

        impl Rule {
            /// Every rule.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The word.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }

            /// Whether only an attacker sends such a thing. Otherwise it may be a broken program: the
            /// request is no HTTP that one could rely on.
            pub const fn is_attack(self) -> bool {
                match self { $(Self::$name => $attack),* }
            }
        }
    };
}

rules! {
    /// A value that would break out of a statement.
    Sql = "sql", true;
    /// A value that would run in a page.
    Markup = "markup", true;
    /// A value that a template or a logging library would evaluate.
    Expression = "expression", true;
    /// A value that a shell would run.
    Command = "command", true;
    /// A path out of where it should stay.
    Traversal = "traversal", true;
    /// An address that only scanners ask for.
    Probe = "probe", true;
    /// A program that scans for holes.
    Scanner = "scanner", true;
    /// A program that gathers the web's pages.
    Crawler = "crawler", true;
    /// A header that would give the request another method or address on its way.
    Override = "override", true;
    /// Percent signs that encode nothing, or encode twice.
    Encoding = "encoding", false;
    /// Control characters where none belong.
    Control = "control", false;
    /// The length of the body is told twice, or in a way that two programs may read differently.
    Framing = "framing", false;
    /// A header twice that may stand once.
    Repeated = "repeated", false;
    /// A `Host` that is none.
    Host = "host", false;
    /// More or longer headers, parameters or values than any client of ours sends.
    Oversized = "oversized", false;
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
