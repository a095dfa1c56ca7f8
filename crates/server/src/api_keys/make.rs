//! Making a key.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use shouxin_model::{FieldRef, Moment, Register, Text};
use shouxin_store::Tx;
use shouxin_vault::said::Kind;
use shouxin_wire::Code;
use shouxin_wire::api_keys::{ApiKeyMade, NewApiKey};

use super::insert;
use crate::App;
use crate::accounts::{DISPLAY_NAME, is_display_name};
use crate::caller::{Scopes, Signed};
use crate::http::document::{Changed, Guarded, WithBody};
use crate::http::faults::settled;
use crate::http::{Body, Refusal};

/// Make a key for a service
///
/// The answer holds the key, which is shown this once. It works from the networks and at the rate given, and
/// for the roles, purposes and fields given; policies then decide as for people.
#[utoipa::path(
    post,
    path = "/api/v1/api-keys",
    operation_id = "make-api-key",
    tag = "api-keys",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key gives the same answer for a day")),
    request_body(content = NewApiKey,
        example = json!({"name": "order-sync", "roles": ["service-adviser"], "purposes": ["repair-service"],
            "fields": ["customer.name", "vehicle.*"], "rate_per_minute": 600, "addresses": ["10.20.0.0/16"],
            "expires_at": "2027-05-01T00:00:00Z"})),
    responses(
        (status = 201, description = "The key", body = ApiKeyMade,
            example = json!({"key": "key_06fs8k0000000000000000000g",
                "secret": "sx_4k7wz9d2_2v8Xo1Jm3QyZr5TtWbNc7LpKdFgHsAe9UiOqYxVwBnM", "prefix": "sx_4k7wz9d2",
                "expires_at": "2027-05-01T00:00:00Z", "entry": 1042})),
        Guarded, WithBody, Changed,
    ),
    security(("session" = []))
)]
pub(crate) async fn make(
    State(app): State<App>,
    signed: Signed,
    Body(new): Body<NewApiKey>,
) -> Result<(StatusCode, Json<ApiKeyMade>), Refusal> {
    let vault = app.vault();
    let scopes = check(&new, &vault.active().register, vault.now())
        .map_err(|Wrong { code, at, why }| signed.refuse(code).at(at, why.get(signed.language)))?;
    let mut tx = Tx::new();
    let key = insert(
        vault,
        &mut tx,
        &signed,
        &new.name,
        &scopes,
        new.expires_at,
        None,
    )?;
    let (id, rate) = (key.id.to_string(), scopes.rate_per_minute.to_string());
    let mut extra = vec![
        ("did", "made"),
        ("key", id.as_str()),
        ("rate", rate.as_str()),
    ];
    extra.extend(scopes.roles.iter().map(|role| ("role", role.as_str())));
    extra.extend(
        scopes
            .purposes
            .iter()
            .map(|purpose| ("purpose", purpose.as_str())),
    );
    extra.extend(scopes.fields.iter().map(|field| ("field", field.as_str())));
    let entry = settled(
        &app,
        &signed,
        vault.record(&signed.caller, Kind::ApiKey, &extra, tx).await,
    )
    .await?;
    let (secret, prefix, expires_at) = (key.text.to_string(), key.prefix, new.expires_at);
    let made = ApiKeyMade {
        key: key.id,
        secret,
        prefix,
        expires_at,
        old_expires_at: None,
        entry,
    };
    Ok((StatusCode::CREATED, Json(made)))
}

/// What is wrong with a key to be, and where.
#[derive(Debug)]
struct Wrong {
    code: Code,
    at: String,
    why: Text,
}

/// The scopes of a key to be, if the register knows all that they name.
fn check(new: &NewApiKey, register: &Register, now: Moment) -> Result<Scopes, Wrong> {
    let wrong = |code: Code, at: &str, why: Text| {
        Err(Wrong {
            code,
            at: at.to_owned(),
            why,
        })
    };
    let invalid = |at: &str, why: Text| wrong(Code::InvalidValue, at, why);
    if !is_display_name(&new.name) {
        return invalid("name", DISPLAY_NAME);
    }
    for (at, list) in [
        ("roles", &new.roles),
        ("purposes", &new.purposes),
        ("fields", &new.fields),
        ("addresses", &new.addresses),
    ] {
        let distinct = list.iter().collect::<std::collections::BTreeSet<_>>().len();
        if distinct < list.len() || list.len() > LONGEST_LIST {
            return invalid(
                at,
                Text::fixed(
                    "最多 100 项,且不得重复",
                    "has at most 100 entries, none of them twice",
                ),
            );
        }
    }
    for (n, role) in new.roles.iter().enumerate() {
        match register.role(role) {
            None => {
                return wrong(
                    Code::UnknownRole,
                    &format!("roles[{n}]"),
                    Code::UnknownRole.title(),
                );
            }
            Some(role) if role.silo.is_some() => {
                let why = Text::fixed(
                    "管理员角色只授予人员",
                    "roles of administration are for people only",
                );
                return invalid(&format!("roles[{n}]"), why);
            }
            Some(role) if register.is_customers_own(&role.name) => {
                let why = Text::fixed(
                    "这是客户本人在隐私中心的角色,不能授予系统",
                    "is the role under which customers see their own data in the privacy centre, and no system's",
                );
                return invalid(&format!("roles[{n}]"), why);
            }
            Some(_) => {}
        }
    }
    if let Some(n) = new
        .purposes
        .iter()
        .position(|purpose| register.purpose(purpose).is_none())
    {
        return wrong(
            Code::UnknownPurpose,
            &format!("purposes[{n}]"),
            Code::UnknownPurpose.title(),
        );
    }
    if let Some(n) = new
        .fields
        .iter()
        .position(|field| !is_known(register, field))
    {
        return wrong(
            Code::UnknownFieldName,
            &format!("fields[{n}]"),
            Code::UnknownFieldName.title(),
        );
    }
    if !(1..=HIGHEST_RATE).contains(&new.rate_per_minute) {
        return invalid(
            "rate_per_minute",
            Text::fixed("应在 1 到 600000 之间", "is from 1 to 600,000"),
        );
    }
    if new.addresses.is_empty() {
        let why = Text::fixed(
            "至少一个网段;不限来源请写 0.0.0.0/0 与 ::/0",
            "names at least one network; everywhere is 0.0.0.0/0 and ::/0",
        );
        return invalid("addresses", why);
    }
    let mut addresses = Vec::new();
    for (n, address) in new.addresses.iter().enumerate() {
        let Ok(network) = address.parse() else {
            let why = Text::fixed(
                "网段形如 10.0.0.0/8 或 2001:db8::/32,前缀之后的位须为零",
                "a network is written as 10.0.0.0/8 or 2001:db8::/32, with no bit set behind the prefix",
            );
            return invalid(&format!("addresses[{n}]"), why);
        };
        addresses.push(network);
    }
    if !is_fit(new.expires_at, now) {
        return invalid("expires_at", TERM);
    }
    Ok(Scopes {
        roles: new.roles.clone(),
        purposes: new.purposes.clone(),
        fields: new.fields.clone(),
        rate_per_minute: new.rate_per_minute,
        addresses,
    })
}

fn is_known(register: &Register, field: &str) -> bool {
    match field.strip_suffix(".*") {
        Some(collection) => register.collection(collection).is_some(),
        None => field
            .parse::<FieldRef>()
            .is_ok_and(|field| register.field(&field).is_some()),
    }
}

/// Whether a key may end at this time.
pub(super) fn is_fit(expires_at: Moment, now: Moment) -> bool {
    now < expires_at && expires_at <= now.plus_seconds(LONGEST_SECONDS)
}

/// What [`is_fit`] asks for.
pub(super) const TERM: Text = Text::fixed(
    "应晚于现在,且不超过一年",
    "is later than now and at most a year away",
);

const LONGEST_LIST: usize = 100;
const HIGHEST_RATE: u32 = 600_000;
const LONGEST_SECONDS: i64 = 366 * 86_400;
