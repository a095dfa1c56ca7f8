//! The words of consent: through what it was collected, for which channel of contact it counts, how well it
//! is proved.

use serde::{Deserialize, Serialize};

/// Words that stand alike in the store, in ledger entries and in JSON.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$line:meta])* $one:ident = $word:literal,)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$line])* #[serde(rename = $word)] $one,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$one),*];

            /// The word used in the store, in ledger entries and in JSON.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$one => $word,)*
                }
            }

            /// The one that this word names.
            pub fn of_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.word() == word)
            }
        }
    };
}

words! {
    /// Through what a subject's word reached the controller.
    Through {
        /// A web page, with the consent widget.
        Web = "web",
        /// A mobile application.
        App = "app",
        /// A mini-program inside another application.
        MiniProgram = "mini-program",
        /// In person, on a screen before the customer.
        Counter = "counter",
        /// By telephone, the call recorded.
        CallCentre = "call-centre",
        /// On paper, scanned.
        Paper = "paper",
        /// The customer's own page of the privacy centre.
        PrivacyCentre = "privacy-centre",
        /// Taken over from an older system.
        Import = "import",
        /// Another system of the controller, through the API.
        Api = "api",
        /// Nobody said it: a time was over, or the single time was spent.
        System = "system",
    }
}

words! {
    /// A way to reach a customer.
    ContactChannel {
        /// A call.
        Phone = "phone",
        /// A text message.
        Sms = "sms",
        /// A mail.
        Email = "email",
        /// A notification of the controller's application.
        App = "app",
        /// A message in WeChat.
        Wechat = "wechat",
        /// A letter.
        Post = "post",
    }
}

words! {
    /// How well it is proved that a subject agreed, and to what.
    EvidenceGrade {
        /// The text shown, the moment and the way are on record.
        Proved = "proved",
        /// Taken over with a date and a source, without the text that was shown.
        Partial = "partial",
        /// Taken over with nothing: opens no sensitive field.
        Unproven = "unproven",
    }
}

words! {
    /// What a subject said.
    ConsentWord {
        /// Yes.
        Given = "given",
        /// No, when asked.
        Refused = "refused",
        /// No longer.
        Withdrawn = "withdrawn",
    }
}

words! {
    /// What became of a consent: what its subject said, or what happened to it since.
    ConsentTurn {
        /// Yes.
        Given = "given",
        /// No, when asked.
        Refused = "refused",
        /// No longer.
        Withdrawn = "withdrawn",
        /// The time for which it was given is over.
        Expired = "expired",
        /// The single time for which it was given has come and gone.
        Spent = "spent",
    }
}

impl From<ConsentWord> for ConsentTurn {
    fn from(word: ConsentWord) -> Self {
        match word {
            ConsentWord::Given => Self::Given,
            ConsentWord::Refused => Self::Refused,
            ConsentWord::Withdrawn => Self::Withdrawn,
        }
    }
}

words! {
    /// By what a system is told of changes.
    DownstreamKind {
        /// A subject of NATS JetStream.
        Nats = "nats",
        /// Signed requests to an endpoint.
        Webhook = "webhook",
    }
}

words! {
    /// Whether a system is told of changes.
    DownstreamState {
        /// It is.
        Active = "active",
        /// Not now; what happens meanwhile is told afterwards.
        Paused = "paused",
        /// No more, for good.
        Retired = "retired",
    }
}
