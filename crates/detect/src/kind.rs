//! What can be found.

use shouxin_model::FieldKind;

/// Whether the law asks for more care (PIPL art. 28).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LegalClass {
    /// Personal information.
    Personal,
    /// Sensitive personal information.
    Sensitive,
    /// An identifier of an organisation, personal where the organisation is one person's.
    Organisation,
}

impl LegalClass {
    /// The word used in reports.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Personal => "personal",
            Self::Sensitive => "sensitive",
            Self::Organisation => "organisation",
        }
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $class:ident, $field:ident;)*) => {
        /// What a hit is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $($(#[$doc])* $name,)*
        }

        impl Kind {
            /// Every kind, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The word used in reports and labelled files, such as `ID_CARD`.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }

            /// The kind with this word.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$name),)* _ => None }
            }

            /// The kind of field that holds such a value.
            pub const fn field(self) -> FieldKind {
                match self { $(Self::$name => FieldKind::$field),* }
            }

            /// The class of law it falls under, wherever it stands.
            pub const fn class(self) -> LegalClass {
                match self { $(Self::$name => LegalClass::$class),* }
            }
        }
    };
}

kinds! {
    /// A person's name.
    Person = "PERSON", Personal, Name;
    /// A mobile number; outside China any number of a person.
    Phone = "PHONE", Personal, Mobile;
    /// A Chinese landline number, with its extension.
    Landline = "LANDLINE", Personal, Landline;
    /// A resident identity number (GB 11643).
    IdCard = "ID_CARD", Sensitive, ResidentId;
    /// A passport number.
    Passport = "PASSPORT", Sensitive, Passport;
    /// A permit to travel to or reside in the mainland, Hong Kong, Macao or Taiwan.
    TravelPermit = "TRAVEL_PERMIT", Sensitive, Permit;
    /// A payment card or bank account number (ISO/IEC 7812).
    BankCard = "BANK_CARD", Sensitive, BankCard;
    /// A unified social credit code (GB 32100).
    Uscc = "USCC", Organisation, Uscc;
    /// A vehicle identification number (GB 16735, ISO 3779).
    Vin = "VIN", Personal, Vin;
    /// A number plate (GA 36).
    Plate = "PLATE", Personal, Plate;
    /// A postal address, from its first division to the door.
    Address = "ADDRESS", Personal, Address;
    /// An e-mail address.
    Email = "EMAIL", Personal, Email;
    /// An IPv4 or IPv6 address.
    Ip = "IP", Personal, Ip;
    /// A network hardware address.
    Mac = "MAC", Personal, Mac;
    /// A mobile device number (3GPP TS 23.003).
    Imei = "IMEI", Personal, Imei;
    /// A WeChat id.
    Wechat = "WECHAT", Personal, Wechat;
    /// A QQ number.
    Qq = "QQ", Personal, Qq;
    /// An express waybill number.
    Waybill = "WAYBILL", Personal, Waybill;
    /// A position: latitude and longitude.
    Gps = "GPS", Sensitive, Gps;
    /// A date of birth.
    Dob = "DOB", Personal, DateOfBirth;
}
