//! Opening an account.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use shouxin_model::{StaffId, Text};
use shouxin_store::{CommitError, Tx};
use shouxin_vault::said::Kind;
use shouxin_wire::Code;
use shouxin_wire::staff::{NewStaff, StaffOpened};

use super::refused;
use crate::App;
use crate::accounts::{DISPLAY_NAME, LOGIN, NewAccount, Rights, insert, invite, is_display_name};
use crate::caller::Signed;
use crate::http::document::{Changed, Guarded, WithBody};
use crate::http::faults::told;
use crate::http::{Body, Refusal};

/// Open an account
///
/// The answer holds the activation code, which is shown this once: hand it to the owner. Roles are given by
/// the security administrator afterwards; a system administrator can appoint here only the first security and
/// the first audit administrator.
#[utoipa::path(
    post,
    path = "/api/v1/staff",
    operation_id = "open-staff",
    tag = "staff",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key gives the same answer for a day")),
    request_body(content = NewStaff, example = json!({"login": "li.xiaoyan", "name": "…", "site": "s1"})),
    responses(
        (status = 201, description = "The account, and the code its owner takes it over with", body = StaffOpened,
            example = json!({"staff": "stf_06fs8k0000000000000000000g", "login": "li.xiaoyan",
                "activation_code": "4k7wz-9d2hm-x0c3v-rq85t", "expires_at": "2026-11-24T03:04:05.678Z",
                "version": 1, "entry": 1042})),
        Guarded, WithBody, Changed,
    ),
    security(("session" = []))
)]
pub(crate) async fn open(
    State(app): State<App>,
    signed: Signed,
    Body(new): Body<NewStaff>,
) -> Result<(StatusCode, Json<StaffOpened>), Refusal> {
    // To be sealed.
    let name = new.name.expose();
    let right = |at: &str, right: bool, why: &Text| {
        let refusal = || {
            signed
                .refuse(Code::InvalidValue)
                .at(at, why.get(signed.language))
        };
        if right { Ok(()) } else { Err(refusal()) }
    };
    right("login", shouxin_model::id::is_slug(&new.login), &LOGIN)?;
    right("name", is_display_name(name), &DISPLAY_NAME)?;
    right(
        "site",
        new.site.as_deref().is_none_or(is_display_name),
        &DISPLAY_NAME,
    )?;
    right(
        "region",
        new.region.as_deref().is_none_or(is_display_name),
        &DISPLAY_NAME,
    )?;
    let vault = app.vault();
    if let Err(error) = Rights::of(&signed.silos)
        .check(vault, &[], &new.roles)
        .await
    {
        return Err(refused(
            &app,
            &signed,
            "POST /api/v1/staff",
            told(&app, &signed, error).await,
        )
        .await);
    }
    let staff = StaffId::make(vault.now(), &mut vault.dice());
    let mut tx = Tx::new();
    insert(
        vault,
        &mut tx,
        &NewAccount {
            id: staff,
            login: &new.login,
            name,
            password: "",
            roles: &new.roles,
            site: new.site.as_deref(),
            region: new.region.as_deref(),
        },
    );
    let (code, expires_at) = invite(vault, &mut tx, Some(staff), &[]);
    let id = staff.to_string();
    let mut extra = vec![("did", "opened"), ("staff", id.as_str())];
    extra.extend(new.roles.iter().map(|role| ("role", role.as_str())));
    match vault.record(&signed.caller, Kind::Staff, &extra, tx).await {
        Ok(entry) => {
            let activation_code = code.to_string();
            let login = new.login;
            let opened = StaffOpened {
                staff,
                login,
                activation_code,
                expires_at,
                version: 1,
                entry,
            };
            Ok((StatusCode::CREATED, Json(opened)))
        }
        Err(CommitError::Conflict { .. }) => {
            let title = Code::AlreadyExists.title();
            Err(signed
                .refuse(Code::AlreadyExists)
                .at("login", title.get(signed.language)))
        }
        Err(error) => Err(told(&app, &signed, error).await),
    }
}
