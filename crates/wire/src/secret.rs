//! Secrets in bodies: never in any `Debug`, and wiped on drop where they come in.

use serde::{Deserialize, Deserializer};
use shouxin_model::Personal;

pub(crate) fn one<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Personal<String>, D::Error> {
    String::deserialize(deserializer).map(Personal::new)
}

pub(crate) fn maybe<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Personal<String>>, D::Error> {
    Option::deserialize(deserializer).map(|text: Option<String>| text.map(Personal::new))
}

/// `Debug` of an answer that holds a secret: the named members and nothing else.
macro_rules! shows {
    ($answer:ident: $($member:ident)*) => {
        impl std::fmt::Debug for $answer {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($answer))
                    $(.field(stringify!($member), &self.$member))*
                    .finish_non_exhaustive()
            }
        }
    };
}

pub(crate) use shows;

#[cfg(test)]
mod tests {
    use shouxin_model::{ApiKeyId, Moment};

    use crate::api_keys::ApiKeyMade;
    use crate::sessions::SignIn;

    #[test]
    fn debug_output_holds_no_secret() {
        let made = ApiKeyMade {
            key: ApiKeyId::from_bytes([7; 16]),
            secret: "sx_12345678_hidden".to_owned(),
            prefix: "sx_12345678".to_owned(),
            expires_at: Moment::from_seconds(0),
            old_expires_at: None,
            entry: 1,
        };
        let shown = format!("{made:?}");
        assert!(
            shown.contains("sx_12345678") && !shown.contains("hidden"),
            "{shown}"
        );
        let sign_in: SignIn =
            serde_json::from_str(r#"{"login":"ling","password":"hidden","code":"hidden"}"#)
                .unwrap();
        let shown = format!("{sign_in:?}");
        assert!(
            shown.contains("ling") && !shown.contains("hidden"),
            "{shown}"
        );
    }
}
