//! One exchange with the server: credentials, language, problems.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{
    ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderMap, HeaderValue, SET_COOKIE,
};
use reqwest::{Body, Method, RequestBuilder, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use shouxin_model::DeviceId;
use shouxin_model::text::Language;
use shouxin_wire::Problem;

use crate::ClientError;

/// A client of one server. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    server: String,
    language: Language,
    credential: Credential,
    device: Option<Device>,
}

/// What a signed-in session is recognised by. Whoever holds it is the person: keep it mode 0600.
#[derive(Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Session {
    /// The session's token, as in its cookie.
    pub token: String,
    /// What goes with every request that changes something.
    pub csrf: String,
}

// A token opens what its holder may see: it stands in no debug line.
impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Session(..)")
    }
}

/// What a registered device is recognised by, as its cookie. Keep it mode 0600, as the session.
#[derive(Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Device {
    /// The device.
    pub device: DeviceId,
    /// What its cookie holds.
    pub token: String,
}

// As of a session: its holder's reads count as those on the device.
impl std::fmt::Debug for Device {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Device")
            .field("device", &self.device)
            .finish_non_exhaustive()
    }
}

#[derive(Clone)]
enum Credential {
    Nobody,
    Session(Session),
    Key(String),
}

impl Client {
    /// A client of the server at this address, signed in as nobody.
    ///
    /// # Errors
    /// `Address` if it does not begin with `http://` or `https://`; `Unreachable` if this machine has no
    /// certificates to check an `https://` server with.
    pub fn new(server: &str, language: Language) -> Result<Self, ClientError> {
        let server = server.trim_end_matches('/').to_owned();
        let is_plain = server.starts_with("http://");
        if !is_plain && !server.starts_with("https://") {
            return Err(ClientError::Address(server));
        }
        // The second call of a process changes nothing, and says so.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(10))
            // Answers hold values of people: they come from the server itself or not at all.
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy();
        if is_plain {
            // No certificate is looked at, so the machine need not have any.
            builder = builder.tls_certs_only([]);
        } else {
            builder = builder.https_only(true);
        }
        let http = builder
            .build()
            .map_err(|error| unreachable(&server, &error))?;
        Ok(Self {
            http,
            server,
            language,
            credential: Credential::Nobody,
            device: None,
        })
    }

    /// The same client as this member of staff.
    #[must_use]
    pub fn with_session(mut self, session: Session) -> Self {
        self.credential = Credential::Session(session);
        self
    }

    /// The same client on this registered device. It goes with the session of whoever registered it.
    #[must_use]
    pub fn with_device(mut self, device: Device) -> Self {
        self.device = Some(device);
        self
    }

    /// The same client as this service.
    #[must_use]
    pub fn with_api_key(mut self, key: impl Into<String>) -> Self {
        self.credential = Credential::Key(key.into());
        self
    }

    /// The server's address, without a slash at its end.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The answer of an operation without a body.
    pub(crate) async fn get<A: DeserializeOwned>(&self, path: &str) -> Result<A, ClientError> {
        self.answer(self.request(Method::GET, path)).await
    }

    /// The answer of an operation with a JSON body.
    pub(crate) async fn send<A: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<A, ClientError> {
        self.answer(self.request(method, path).json(body)).await
    }

    /// An operation that answers with nothing.
    pub(crate) async fn done(&self, request: RequestBuilder) -> Result<(), ClientError> {
        self.exchange(request).await.map(drop)
    }

    /// The answer, with what came in the cookie of this name.
    ///
    /// # Errors
    /// Also `Foreign` if no such cookie came.
    pub(crate) async fn answer_with_cookie<A: DeserializeOwned>(
        &self,
        request: RequestBuilder,
        name: &str,
    ) -> Result<(A, String), ClientError> {
        let response = self.exchange(request).await?;
        let token = cookie(response.headers(), name)
            .ok_or_else(|| self.foreign(response.status().as_u16()))?;
        Ok((self.json(response).await?, token))
    }

    /// The answer as text.
    pub(crate) async fn text(&self, path: &str) -> Result<String, ClientError> {
        let response = self.exchange(self.request(Method::GET, path)).await?;
        response
            .text()
            .await
            .map_err(|error| unreachable(&self.server, &error))
    }

    /// The answer piece by piece.
    pub(crate) async fn download(&self, path: &str) -> Result<Download, ClientError> {
        self.download_by(Method::GET, path).await
    }

    /// The answer of this method piece by piece.
    pub(crate) async fn download_by(
        &self,
        method: Method,
        path: &str,
    ) -> Result<Download, ClientError> {
        let response = self.exchange(self.request(method, path)).await?;
        Ok(Download {
            server: self.server.clone(),
            response,
        })
    }

    /// The answer of an operation whose body is a file.
    pub(crate) async fn upload<A: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        kind: &'static str,
        size_bytes: u64,
        body: Body,
    ) -> Result<A, ClientError> {
        let request = self
            .request(method, path)
            .header(CONTENT_TYPE, kind)
            .header(reqwest::header::CONTENT_LENGTH, size_bytes)
            .body(body);
        self.answer(request).await
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let language = match self.language {
            Language::Chinese => "zh-CN",
            Language::English => "en",
        };
        let request = self
            .http
            .request(method, format!("{}{path}", self.server))
            .header(ACCEPT_LANGUAGE, language);
        match &self.credential {
            Credential::Nobody => request,
            Credential::Session(session) => request
                .header(COOKIE, secret(&self.cookies(session)))
                .header("x-csrf-token", secret(&session.csrf)),
            Credential::Key(key) => request.header(AUTHORIZATION, secret(&format!("Bearer {key}"))),
        }
    }

    fn cookies(&self, session: &Session) -> String {
        let session = format!("{SESSION_COOKIE}={}", session.token);
        match &self.device {
            Some(device) => format!("{session}; {DEVICE_COOKIE}={}", device.token),
            None => session,
        }
    }

    pub(crate) async fn answer<A: DeserializeOwned>(
        &self,
        request: RequestBuilder,
    ) -> Result<A, ClientError> {
        let response = self.exchange(request).await?;
        self.json(response).await
    }

    async fn json<A: DeserializeOwned>(&self, response: Response) -> Result<A, ClientError> {
        let status = response.status().as_u16();
        let bytes = response
            .bytes()
            .await
            .map_err(|error| unreachable(&self.server, &error))?;
        // The cause would repeat what was answered: it is left out.
        serde_json::from_slice(&bytes).map_err(|_| self.foreign(status))
    }

    async fn exchange(&self, request: RequestBuilder) -> Result<Response, ClientError> {
        let response = request
            .send()
            .await
            .map_err(|error| unreachable(&self.server, &error))?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let bytes = response.bytes().await.unwrap_or_default();
        match serde_json::from_slice::<Problem>(&bytes) {
            Ok(problem) => Err(ClientError::Problem(Box::new(problem))),
            Err(_) => Err(self.foreign(status.as_u16())),
        }
    }

    pub(crate) fn foreign(&self, status: u16) -> ClientError {
        ClientError::Foreign {
            server: self.server.clone(),
            status,
        }
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}

/// An answer that is read piece by piece.
#[derive(Debug)]
pub struct Download {
    server: String,
    response: Response,
}

impl Download {
    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// `Unreachable` if the connection broke: what came so far is not the whole.
    pub async fn next(&mut self) -> Result<Option<Bytes>, ClientError> {
        self.response
            .chunk()
            .await
            .map_err(|error| unreachable(&self.server, &error))
    }
}

/// The name of the session's cookie.
pub(crate) const SESSION_COOKIE: &str = "__Host-shouxin";

/// The name of the device's cookie.
pub(crate) const DEVICE_COOKIE: &str = "__Host-shouxin-device";

fn cookie(headers: &HeaderMap, wanted: &str) -> Option<String> {
    headers.get_all(SET_COOKIE).iter().find_map(|value| {
        let (name, rest) = value.to_str().ok()?.split_once('=')?;
        let token = rest.split(';').next()?;
        (name == wanted && !token.is_empty()).then(|| token.to_owned())
    })
}

/// A header that no log of the libraries shows.
fn secret(text: &str) -> HeaderValue {
    // Not a header means no credential; the server then says that signing in is needed.
    let mut value = HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""));
    value.set_sensitive(true);
    value
}

/// The innermost cause says what happened; the outer ones repeat the address.
pub(crate) fn unreachable(server: &str, error: &reqwest::Error) -> ClientError {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    ClientError::Unreachable {
        server: server.to_owned(),
        reason: cause.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_is_taken_from_its_own_cookie_only() {
        let mut headers = HeaderMap::new();
        headers.append(SET_COOKIE, HeaderValue::from_static("theme=dark; Path=/"));
        let token = |headers: &HeaderMap| cookie(headers, SESSION_COOKIE);
        assert_eq!(token(&headers), None);
        headers.append(
            SET_COOKIE,
            HeaderValue::from_static("__Host-shouxin-device=other; Path=/"),
        );
        assert_eq!(token(&headers), None);
        headers.append(
            SET_COOKIE,
            HeaderValue::from_static("__Host-shouxin=abc; Path=/; Secure; HttpOnly"),
        );
        assert_eq!(token(&headers), Some("abc".to_owned()));
    }

    #[test]
    fn a_session_shows_nothing_of_itself() {
        let session = Session {
            token: "opaque".to_owned(),
            csrf: "proof".to_owned(),
        };
        let client = Client::new("http://127.0.0.1:1/", Language::English)
            .unwrap()
            .with_session(session.clone());
        let device = Device {
            device: DeviceId::from_bytes([7; 16]),
            token: "bound".to_owned(),
        };
        let client = client.with_device(device.clone());
        let request = client.request(Method::GET, "/api/v1/me").build().unwrap();
        let sent = request.headers()[COOKIE].as_bytes();
        assert_eq!(sent, b"__Host-shouxin=opaque; __Host-shouxin-device=bound");
        let shown = format!("{session:?} {device:?} {client:?} {request:?}");
        assert!(
            ["opaque", "proof", "bound"]
                .iter()
                .all(|secret| !shown.contains(secret)),
            "{shown}"
        );
    }

    #[test]
    fn an_address_names_its_scheme() {
        assert!(matches!(
            Client::new("127.0.0.1:8080", Language::English),
            Err(ClientError::Address(_))
        ));
        assert_eq!(
            Client::new("http://h:1//", Language::English)
                .unwrap()
                .server(),
            "http://h:1"
        );
    }
}
