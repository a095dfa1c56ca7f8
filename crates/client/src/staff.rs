//! Accounts of staff and keys of services.

use reqwest::Method;
use serde_json::json;
use shouxin_model::{ApiKeyId, StaffId};
use shouxin_wire::api_keys::{ApiKeyList, ApiKeyMade, NewApiKey, Rotation};
use shouxin_wire::staff::{
    AccountState, RoleChange, SessionsEnded, Staff, StaffChanged, StaffOpened, StaffPage,
};

use crate::cases::with_query;
use crate::{Client, ClientError};

/// An account to open.
#[derive(Clone, Copy, Debug)]
pub struct Opening<'a> {
    /// The login.
    pub login: &'a str,
    /// The display name.
    pub name: &'a str,
    /// The site that the person works at.
    pub site: Option<&'a str>,
    /// The region that the person answers for.
    pub region: Option<&'a str>,
    /// Roles to begin with.
    pub roles: &'a [String],
}

/// What of an account is to change; `None` stays, an inner `None` clears.
#[derive(Clone, Copy, Debug, Default)]
pub struct Moving<'a> {
    /// Open or closed.
    pub state: Option<AccountState>,
    /// The site that the person works at.
    pub site: Option<Option<&'a str>>,
    /// The region that the person answers for.
    pub region: Option<Option<&'a str>>,
}

/// Accounts of staff.
impl Client {
    /// A page of accounts, by login; the next page starts after the `next` of the last.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn staff(&self, after: Option<&str>) -> Result<StaffPage, ClientError> {
        let query: Vec<_> = after.map(|after| ("after", after)).into_iter().collect();
        self.get(&with_query("/api/v1/staff", &query)).await
    }

    /// The account with this login, if there is one.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn staff_by_login(&self, login: &str) -> Result<Option<Staff>, ClientError> {
        let mut page = self.staff(None).await?;
        loop {
            if let Some(found) = page.staff.into_iter().find(|staff| staff.login == login) {
                return Ok(Some(found));
            }
            match page.next {
                Some(next) => page = self.staff(Some(&next)).await?,
                None => return Ok(None),
            }
        }
    }

    /// Opens an account; its owner takes it over with the code.
    ///
    /// # Errors
    /// [`ClientError`]; `already-exists` if the login is taken.
    pub async fn open_staff(&self, opening: &Opening<'_>) -> Result<StaffOpened, ClientError> {
        let Opening {
            login,
            name,
            site,
            region,
            roles,
        } = opening;
        let body =
            json!({"login": login, "name": name, "site": site, "region": region, "roles": roles});
        self.send(Method::POST, "/api/v1/staff", &body).await
    }

    /// Opens or closes an account, or moves its person.
    ///
    /// # Errors
    /// [`ClientError`]; `last-administrator` if nobody of the silo would be left.
    pub async fn change_staff(
        &self,
        staff: StaffId,
        change: Moving<'_>,
    ) -> Result<StaffChanged, ClientError> {
        let mut body = json!({});
        if let Some(state) = change.state {
            body["state"] = json!(state);
        }
        if let Some(site) = change.site {
            body["site"] = json!(site);
        }
        if let Some(region) = change.region {
            body["region"] = json!(region);
        }
        self.send(Method::PATCH, &format!("/api/v1/staff/{staff}"), &body)
            .await
    }

    /// Gives an account a fresh activation code; password and second factor count no more.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn reset_staff(&self, staff: StaffId) -> Result<StaffOpened, ClientError> {
        self.send(
            Method::POST,
            &format!("/api/v1/staff/{staff}/reset"),
            &json!({}),
        )
        .await
    }

    /// Replaces the roles of an account.
    ///
    /// # Errors
    /// [`ClientError`]; `silos-combined`, `own-rights`.
    pub async fn set_roles(
        &self,
        staff: StaffId,
        roles: &[String],
    ) -> Result<StaffChanged, ClientError> {
        let body = RoleChange {
            roles: roles.to_vec(),
        };
        self.send(Method::PUT, &format!("/api/v1/staff/{staff}/roles"), &body)
            .await
    }

    /// Ends all sessions of an account.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn end_sessions(&self, staff: StaffId) -> Result<SessionsEnded, ClientError> {
        self.send(
            Method::DELETE,
            &format!("/api/v1/staff/{staff}/sessions"),
            &json!({}),
        )
        .await
    }
}

/// Keys of services.
impl Client {
    /// Every key, newest first.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn api_keys(&self) -> Result<ApiKeyList, ClientError> {
        self.get("/api/v1/api-keys").await
    }

    /// Makes a key.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn make_api_key(&self, key: &NewApiKey) -> Result<ApiKeyMade, ClientError> {
        self.send(Method::POST, "/api/v1/api-keys", key).await
    }

    /// Makes a key in place of another.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn rotate_api_key(
        &self,
        key: ApiKeyId,
        rotation: &Rotation,
    ) -> Result<ApiKeyMade, ClientError> {
        self.send(
            Method::POST,
            &format!("/api/v1/api-keys/{key}/rotate"),
            rotation,
        )
        .await
    }

    /// Revokes a key.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn revoke_api_key(&self, key: ApiKeyId) -> Result<(), ClientError> {
        self.done(self.request(Method::DELETE, &format!("/api/v1/api-keys/{key}")))
            .await
    }
}
