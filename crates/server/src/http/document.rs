//! What the OpenAPI file says of every operation alike: problems, and how one signs in.

use std::collections::BTreeMap;

use serde_json::json;
use shouxin_model::text::Language;
use shouxin_wire::{Code, Problem};
use utoipa::openapi::example::Example;
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
        contact(name = "The operator of this deployment"),
        license(name = "Proprietary"),
    ),
    servers((url = "/", description = "The server that gave this file")),
    modifiers(&Common),
    tags(
        (name = "sessions", description = "Signing in and out"),
        (name = "me", description = "Oneself: rights, second factor, password"),
        (name = "staff", description = "Accounts of staff and their roles"),
        (name = "api-keys", description = "Keys of services"),
        (name = "reads", description = "Protected reads, searches, counts and cases"),
        (name = "detections", description = "Personal information in texts of one's own"),
        (name = "records", description = "Writing records and importing files"),
        (name = "consents", description = "What subjects said, its proof, whom it lets one reach"),
        (name = "exports", description = "Taking data out in files, and tracing leaked copies"),
        (name = "consent", description = "Consent on pages: the widget, hosts' customers, the counter"),
        (name = "notices", description = "What people are told: versions, drafts, publication"),
        (name = "register", description = "What is declared: register, policies, background work"),
        (name = "backups", description = "Backups and drills"),
        (name = "downstreams", description = "Systems that are told what people said, and what changed"),
        (name = "discoveries", description = "What scans of other systems found, held against the register"),
        (name = "quality", description = "Detection checked by two people on texts of the deployment, and certified"),
        (name = "approvals", description = "What two people must agree on, grants, emergencies, reviews"),
        (name = "keys", description = "Epochs of keys, fresh keys, the inventory of ciphers"),
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
    Open: RequestBlocked MalformedRequest TooManyRequests Internal CannotUnseal StoreUnavailable LedgerUnavailable Busy TimedOut;
    /// What may be answered to a caller who has to be signed in.
    Guarded: MalformedRequest RequestBlocked SignInRequired SeveralCredentials OperationNotPermitted EnrolmentRequired SecondFactorRequired
        CsrfRefused AddressNotPermitted TooManyRequests Walking Internal LedgerUnavailable StoreUnavailable
        CannotUnseal Busy TimedOut;
    /// What policy may answer to a caller who is signed in.
    Decided: ReadRefused RequestBlocked OperationNotPermitted EnrolmentRequired SecondFactorRequired CsrfRefused
        AddressNotPermitted QuotaSpent TooManyRequests Walking;
    /// What may be answered where two people must agree.
    Approving: OperationNotPermitted EnrolmentRequired SecondFactorRequired CsrfRefused AddressNotPermitted
        OwnApproval ApprovalRequired ReviewOverdue ApprovalMismatch ApprovalState;
    /// What may be answered to whoever signs in.
    SigningIn: CredentialsRefused CodeRequired SeveralCredentials RequestBlocked CsrfRefused;
    /// What may be answered to whoever takes an account over.
    TakingOver: ActivationRefused SeveralCredentials RequestBlocked CsrfRefused AlreadyExists Conflict;
    /// What may be answered to a password or code that a signed-in person tries.
    Trying: SignInRequired SeveralCredentials CredentialsRefused;
    /// What may be answered to a JSON body.
    WithBody: MalformedRequest InvalidJson UnknownField DuplicateKey TooDeep BrokenUnicode InvalidParameter TooLarge
        UnsupportedMediaType InvalidValue;
    /// What may be answered to parameters.
    WithParams: MalformedRequest InvalidParameter BrokenUnicode;
    /// What may be answered where something is named that may not exist.
    Missing: NotFound;
    /// What may be answered where keys are changed.
    Unkeyed: KeysInUse CannotUnseal;
    /// What may be answered where an approval is named.
    Unapproved: ApprovalMismatch ApprovalState;
    /// What may be answered where something has changed.
    Changed: Conflict PreconditionFailed;
    /// What may be answered where a person is to be erased.
    Erasing: SubjectNotFound AlreadyErased;
    /// What may be answered where a person's data are to be only kept.
    Restricting: AlreadyExists;
    /// What may be answered where a backup or a drill is to begin.
    BackingUp: BackupUnderWay NoRepository;
    /// What may be answered to an `Idempotency-Key`.
    Once: Conflict IdempotencyKeyReused InvalidValue;
    /// What may be answered where data would leave in a file.
    Exporting: ExportRefused ExportChanged LeakStopped ApprovalState ApprovalMismatch Conflict UnknownPurpose
        UnknownFieldName InvalidValue;
    /// What may be answered where a system to be told is registered or changed.
    Downstreams: UnknownPurpose UnknownFieldName InvalidValue AlreadyExists Conflict;
    /// What may be answered where a check of quality is begun.
    Checking: UnknownPurpose InvalidValue;
    /// What may be answered to a page that says what somebody chose.
    Choosing: SignInRequired CsrfRefused RequestBlocked SubjectNotFound NotFound Conflict InvalidValue;
    /// What may be answered where a purpose is named beside the path.
    ForPurpose: UnknownPurpose InvalidValue NoticeNotShown;
    /// What may be answered where a notice is to be published or kept.
    Publishing: NoticeRefused NotFound InvalidValue;
}

/// One answer for each status: whichever code it carries stands in its examples.
fn responses(codes: &[Code]) -> BTreeMap<String, RefOr<Response>> {
    let mut by_status: BTreeMap<String, Vec<Code>> = BTreeMap::new();
    for code in codes {
        let status = code.status().to_string();
        by_status.entry(status).or_default().push(*code);
    }
    by_status
        .into_iter()
        .map(|(status, codes)| (status, RefOr::T(response(&codes))))
        .collect()
}

fn response(codes: &[Code]) -> Response {
    let examples = codes.iter().map(|code| {
        let example = Example::builder()
            .summary(code.title().en)
            .value(Some(json!(Problem::new(*code, Language::English))))
            .build();
        (code.word(), example)
    });
    let content = ContentBuilder::new()
        .schema(Some(RefOr::Ref(Ref::from_schema_name(Problem::name()))))
        .examples_from_iter(examples)
        .build();
    let words: Vec<String> = codes
        .iter()
        .map(|code| format!("`{}`", code.word()))
        .collect();
    ResponseBuilder::new()
        .description(format!("A problem, such as {}.", words.join(", ")))
        .content("application/problem+json", content)
        .build()
}
