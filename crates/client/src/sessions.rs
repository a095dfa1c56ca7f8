//! Signing in, and one's own account.

use reqwest::Method;
use serde_json::json;
use shouxin_model::SessionId;
use shouxin_wire::activations::Activated;
use shouxin_wire::me::{Me, RecoveryCodes, TotpStarted};
use shouxin_wire::sessions::{SessionList, SignedIn, SteppedUp};

use crate::transport::SESSION_COOKIE;
use crate::{Client, ClientError, Session};

/// What is shown beside the password.
#[derive(Clone, Copy)]
pub enum Factor<'a> {
    /// Nothing: the second factor is not enrolled yet.
    None,
    /// The six digits.
    Code(&'a str),
    /// A recovery code.
    Recovery(&'a str),
}

impl std::fmt::Debug for Factor<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Factor(..)")
    }
}

/// Whose account is taken over: the first administrator names it, others already have one.
#[derive(Clone, Copy, Debug)]
pub struct First<'a> {
    /// The login to use.
    pub login: &'a str,
    /// The display name.
    pub name: &'a str,
}

impl Client {
    /// Takes an account over with its activation code.
    ///
    /// # Errors
    /// [`ClientError`]; `weak-password` if the password is too short or known from breaches.
    pub async fn activate(
        &self,
        code: &str,
        password: &str,
        first: Option<First<'_>>,
    ) -> Result<Activated, ClientError> {
        let mut body = json!({"code": code, "password": password});
        if let Some(First { login, name }) = first {
            body["login"] = login.into();
            body["name"] = name.into();
        }
        self.send(Method::POST, "/api/v1/activations", &body).await
    }

    /// Opens a session.
    ///
    /// # Errors
    /// [`ClientError`]; `credentials-refused` never says which of them.
    pub async fn sign_in(
        &self,
        login: &str,
        password: &str,
        factor: Factor<'_>,
    ) -> Result<(SignedIn, Session), ClientError> {
        let mut body = json!({"login": login, "password": password});
        match factor {
            Factor::None => {}
            Factor::Code(code) => body["code"] = code.into(),
            Factor::Recovery(code) => body["recovery_code"] = code.into(),
        }
        let request = self.request(Method::POST, "/api/v1/sessions").json(&body);
        let (answer, token): (SignedIn, _) =
            self.answer_with_cookie(request, SESSION_COOKIE).await?;
        let session = Session {
            token,
            csrf: answer.csrf.clone(),
        };
        Ok((answer, session))
    }

    /// Ends this session.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn sign_out(&self) -> Result<(), ClientError> {
        self.done(self.request(Method::DELETE, "/api/v1/sessions/current"))
            .await
    }

    /// Ends all sessions of this person.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn sign_out_everywhere(&self) -> Result<(), ClientError> {
        self.done(self.request(Method::DELETE, "/api/v1/sessions"))
            .await
    }

    /// The live sessions of this person.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn sessions(&self) -> Result<SessionList, ClientError> {
        self.get("/api/v1/sessions").await
    }

    /// Ends one session of this person.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn end_session(&self, session: SessionId) -> Result<(), ClientError> {
        self.done(self.request(Method::DELETE, &format!("/api/v1/sessions/{session}")))
            .await
    }

    /// Shows the second factor again.
    ///
    /// # Errors
    /// [`ClientError`]; `credentials-refused` for a wrong code or one that was used already.
    pub async fn step_up(&self, code: &str) -> Result<SteppedUp, ClientError> {
        self.send(
            Method::POST,
            "/api/v1/sessions/step-up",
            &json!({"code": code}),
        )
        .await
    }

    /// Who one is and what one may do.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn me(&self) -> Result<Me, ClientError> {
        self.get("/api/v1/me").await
    }

    /// Begins to enrol a second factor.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn start_totp(&self) -> Result<TotpStarted, ClientError> {
        self.send(Method::POST, "/api/v1/me/totp", &json!({})).await
    }

    /// Confirms a second factor with its first code.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn confirm_totp(&self, code: &str) -> Result<RecoveryCodes, ClientError> {
        self.send(Method::PUT, "/api/v1/me/totp", &json!({"code": code}))
            .await
    }

    /// Changes one's own password.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn change_password(&self, current: &str, password: &str) -> Result<(), ClientError> {
        let body = json!({"current": current, "password": password});
        self.done(self.request(Method::PUT, "/api/v1/me/password").json(&body))
            .await
    }

    /// Makes fresh recovery codes; those before count no more.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn recovery_codes(&self) -> Result<RecoveryCodes, ClientError> {
        self.send(Method::POST, "/api/v1/me/recovery-codes", &json!({}))
            .await
    }
}
