//! One POST to an endpoint that may be called.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Url};

use crate::{AllowList, Endpoint, Failure};

/// Calls endpoints of the allow-list and nothing else. A name is resolved once for a connection, and the
/// connection goes to an address that was looked at; redirects are not followed, proxies not asked, certificates
/// checked. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Http {
    allow: Arc<AllowList>,
    secure: Option<Client>,
    plain: Client,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// What was answered, at most 64 KiB of it. Never to be logged.
    pub body: Bytes,
}

impl Http {
    /// Calls what this list allows. `roots` is PEM: certificate authorities beside those that the machine trusts.
    ///
    /// # Errors
    /// `Untrusted` if `roots` holds none.
    pub fn new(allow: AllowList, roots: Option<&[u8]>) -> Result<Self, Failure> {
        // The second call of a process changes nothing, and says so.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let allow = Arc::new(allow);
        let roots = roots
            .map(Certificate::from_pem_bundle)
            .transpose()
            .map_err(|_| Failure::Untrusted)?
            .unwrap_or_default();
        let builder = || {
            Client::builder()
                .redirect(Policy::none())
                .no_proxy()
                .referer(false)
                .connect_timeout(CONNECTING)
                .timeout(WHOLE)
                .pool_idle_timeout(IDLE)
                .dns_resolver(Guarded(Arc::clone(&allow)))
                .user_agent("shouxin")
        };
        // A machine without certificates can still call what needs none.
        let secure = builder().https_only(true).tls_certs_merge(roots).build();
        let plain = builder().tls_certs_only([]).build();
        Ok(Self {
            allow,
            secure: secure.ok(),
            plain: plain.map_err(|_| Failure::Untrusted)?,
        })
    }

    /// The list that it keeps to.
    pub fn allow(&self) -> &AllowList {
        &self.allow
    }

    /// Posts a body. Gives whatever status the other side answers, a redirect among them.
    ///
    /// # Errors
    /// `Refused` without a connection if the address may not be called; otherwise why there was no answer.
    pub async fn post(
        &self,
        endpoint: &Endpoint,
        content_type: &'static str,
        headers: &[(&'static str, &str)],
        body: Bytes,
    ) -> Result<Reply, Failure> {
        self.look(endpoint.url())?;
        let client = match (endpoint.is_plain(), &self.secure) {
            (true, _) => &self.plain,
            (false, Some(secure)) => secure,
            (false, None) => return Err(Failure::Untrusted),
        };
        let mut all = HeaderMap::new();
        all.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        for (name, value) in headers {
            let value = HeaderValue::from_str(value).map_err(|_| Failure::NotTaken)?;
            all.insert(HeaderName::from_static(name), value);
        }
        let request = client.post(endpoint.url().clone()).headers(all).body(body);
        let mut response = request.send().await.map_err(|error| failure(&error))?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while body.len() < MOST {
            match response.chunk().await.map_err(|error| failure(&error))? {
                Some(chunk) => {
                    let room = (MOST - body.len()).min(chunk.len());
                    body.extend_from_slice(&chunk[..room]);
                }
                None => break,
            }
        }
        Ok(Reply {
            status,
            body: body.into(),
        })
    }

    /// An address that stands in the URL itself never reaches the resolver.
    fn look(&self, url: &Url) -> Result<(), Failure> {
        let literal = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        match literal.parse() {
            Ok(address) if !self.allow.permits(address) => Err(Failure::Refused),
            _ => Ok(()),
        }
    }
}

/// A resolver that gives no address which may not be called. One such among several refuses the name: a name
/// that leads inwards as well as outwards is no accident.
struct Guarded(Arc<AllowList>);

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let allow = Arc::clone(&self.0);
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if found.iter().all(|address| allow.permits(address.ip())) {
                Ok(Box::new(found.into_iter()) as Addrs)
            } else {
                Err(Box::new(Failure::Refused) as Box<dyn Error + Send + Sync>)
            }
        })
    }
}

/// The failure behind an error of the client, found by what lies at its root.
fn failure(error: &reqwest::Error) -> Failure {
    if error.is_timeout() {
        return Failure::TimedOut;
    }
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(one) = cause {
        if let Some(failure) = one.downcast_ref::<Failure>() {
            return *failure;
        }
        if one.is::<rustls::Error>() {
            return Failure::Untrusted;
        }
        // An error of the system may wrap one of TLS, which it does not name as its source.
        let inner = one
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref);
        if inner.is_some_and(|inner| inner.is::<rustls::Error>()) {
            return Failure::Untrusted;
        }
        cause = one.source();
    }
    Failure::Unreachable
}

const CONNECTING: Duration = Duration::from_secs(5);
/// From the first byte sent to the last byte read.
const WHOLE: Duration = Duration::from_secs(15);
const IDLE: Duration = Duration::from_secs(30);
/// How much of an answer is read.
const MOST: usize = 64 * 1024;

#[cfg(test)]
mod tests;
