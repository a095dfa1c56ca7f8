//! What the OpenAPI file says of every operation alike: problems, and how one signs in.

use std::collections::BTreeMap;

use serde_json::json;
use shouxin_model::text::Language;
use shouxin_wire::{Code, Problem};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Components, ContentBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, Modify, PartialSchema, ToSchema};

use crate::caller::COOKIE;

/// The OpenAPI file, before any operation is in it.
#[derive(Debug, utoipa::OpenApi)]
#[openapi(
    info(
        title = "Shouxin 守信",
        description = "Customer privacy management: sealed records, reads for a purpose, one ledger. \
            Personal values travel in bodies, never in addresses. Errors are RFC 9457 problems with a stable \
            `code`, in Chinese or English by `Accept-Language`.",
    ),
    modifiers(&Common),
    tags(
        (name = "sessions", description = "Signing in and out"),
        (name = "me", description = "Oneself: rights, second factor, password"),
        (name = "staff", description = "Accounts of staff and their roles"),
        (name = "api-keys", description = "Keys of services"),
        (name = "reads", description = "Protected reads, searches, counts and cases"),
        (name = "records", description = "Writing records and importing files"),
        (name = "register", description = "What is declared: register, policies, background work"),
        (name = "ledger", description = "What happened, with proofs"),
        (name = "health", description = "Whether the service is well"),
    )
)]
pub struct Document;

struct Common;

impl Modify for Common {
    fn modify(&self, document: &mut OpenApi) {
        let components = document.components.get_or_insert_with(Components::new);
        let mut schemas = Vec::new();
        Problem::schemas(&mut schemas);
        schemas.push((Problem::name().into_owned(), Problem::schema()));
        components.schemas.extend(schemas);
        let session = ApiKeyValue::with_description(
            COOKIE,
            "A person's session; writing also needs `X-CSRF-Token`.",
        );
        let key = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A service's API key."))
            .build();
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(session)));
        components.add_security_scheme("key", SecurityScheme::Http(key));
    }
}

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident: $($code:ident)*;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                responses(&[$(Code::$code),*])
            }
        }
    )*};
}

problems! {
    /// What may be answered to anyone.
    Open: TooManyRequests Internal StoreUnavailable;
    /// What may be answered to a caller who has to be signed in.
    Guarded: SignInRequired OperationNotPermitted TooManyRequests Internal LedgerUnavailable;
    /// What may be answered to a JSON body.
    WithBody: InvalidJson TooLarge UnsupportedMediaType InvalidValue;
    /// What may be answered to parameters.
    WithParams: InvalidParameter;
    /// What may be answered where something is named that may not exist.
    Missing: NotFound;
    /// What may be answered where something has changed.
    Changed: Conflict PreconditionFailed;
}

fn responses(codes: &[Code]) -> BTreeMap<String, RefOr<Response>> {
    codes
        .iter()
        .map(|code| (code.status().to_string(), RefOr::T(response(*code))))
        .collect()
}

fn response(code: Code) -> Response {
    let example = Problem::new(code, Language::English);
    let content = ContentBuilder::new()
        .schema(Some(RefOr::Ref(Ref::from_schema_name(Problem::name()))))
        .example(Some(json!(example)))
        .build();
    ResponseBuilder::new()
        .description(format!(
            "A problem, such as `{}`: {}.",
            code.word(),
            code.title().en
        ))
        .content("application/problem+json", content)
        .build()
}
