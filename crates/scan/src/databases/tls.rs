//! Encryption on the way to a database: what the address asks for, what is refused, whom one trusts.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
};

use super::Asked;
use crate::Problem;
use crate::problem::Distrust;

/// How a connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protection {
    /// Not at all.
    None,
    /// Encrypted, whoever answers.
    Encrypted,
    /// Encrypted, and the server has shown who it is.
    Verified,
}

/// Takes `sslmode` out of an address. It is read here, so that it says the same of every engine.
///
/// # Errors
/// `Address` for a mode that would silently do without encryption, or an authority named there.
pub(super) fn split(url: &str) -> Result<(String, Option<&str>), Problem> {
    let Some((base, options)) = url.split_once('?') else {
        return Ok((url.to_owned(), None));
    };
    let mut mode = None;
    let mut rest = Vec::new();
    for option in options.split('&') {
        match option.split_once('=') {
            Some(("sslmode", asked @ ("disable" | "require" | "verify-full"))) => {
                mode = Some(asked);
            }
            Some(("sslmode", _)) => {
                return Err(Problem::Address(
                    "sslmode is disable, require or verify-full",
                ));
            }
            Some(("sslrootcert", _)) => {
                return Err(Problem::Address("name certificate authorities by --ca"));
            }
            _ => rest.push(option),
        }
    }
    let url = if rest.is_empty() {
        base.to_owned()
    } else {
        format!("{base}?{}", rest.join("&"))
    };
    Ok((url, mode))
}

/// What a connection to this machine, or another, has to be.
///
/// # Errors
/// `Unencrypted` if that would be none to another machine, and nobody allowed it.
pub(super) fn decide(
    mode: Option<&str>,
    is_here: bool,
    asked: &Asked,
) -> Result<Protection, Problem> {
    let may_be_plain = is_here || asked.allows_unencrypted;
    match mode {
        Some("disable") if may_be_plain => Ok(Protection::None),
        Some("disable") => Err(Problem::Unencrypted),
        // Whoever names authorities wants the server held to them.
        Some("require") if asked.authorities.is_none() => Ok(Protection::Encrypted),
        None if may_be_plain && asked.authorities.is_none() => Ok(Protection::None),
        _ => Ok(Protection::Verified),
    }
}

/// The authorities that are trusted: those of a file, or those of this machine.
///
/// # Errors
/// `Authorities` if the file holds none.
pub(super) fn authorities(file: Option<&Path>) -> Result<Vec<CertificateDer<'static>>, Problem> {
    let Some(file) = file else {
        // A machine without any trusts nobody: the connection fails.
        return Ok(rustls_native_certs::load_native_certs().certs);
    };
    let read = CertificateDer::pem_file_iter(file).map_err(|_| Problem::Authorities)?;
    let read: Vec<_> = read
        .collect::<Result<_, _>>()
        .map_err(|_| Problem::Authorities)?;
    if read.is_empty() {
        return Err(Problem::Authorities);
    }
    Ok(read)
}

/// Takes the product's cryptography for every connection of this process; done again, it changes nothing.
pub(super) fn set_provider() {
    let _ = aws_lc_rs::default_provider().install_default();
}

/// The settings of TLS for a connection that is protected so.
///
/// # Errors
/// `Authorities` if those that were named cannot be read.
pub(super) fn client(is_verified: bool, asked: &Asked) -> Result<Arc<ClientConfig>, Problem> {
    set_provider();
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|_| Problem::Certificate(Distrust::Other))?;
    let config = if is_verified {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(authorities(asked.authorities.as_deref())?);
        builder.with_root_certificates(roots).with_no_client_auth()
    } else {
        builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Anybody(provider)))
            .with_no_client_auth()
    };
    Ok(Arc::new(config))
}

/// Takes every certificate, as `sslmode=require` means it: it keeps out who listens, not who answers in the server's
/// place. That the other side holds the certificate's key is checked.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, dss, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, dss, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// Why a certificate was not taken, if that is what lies behind this failure.
pub(super) fn distrust(error: &(dyn Error + 'static)) -> Option<Distrust> {
    let mut next = Some(error);
    while let Some(error) = next {
        let within = error
            .downcast_ref::<std::io::Error>()
            .and_then(|error| error.get_ref())
            .and_then(|inner| inner.downcast_ref());
        match error.downcast_ref::<rustls::Error>().or(within) {
            Some(rustls::Error::InvalidCertificate(why)) => return Some(named(why)),
            Some(rustls::Error::NoCertificatesPresented) => return Some(Distrust::Other),
            _ => next = error.source(),
        }
    }
    None
}

fn named(why: &CertificateError) -> Distrust {
    match why {
        CertificateError::UnknownIssuer => Distrust::Issuer,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Distrust::Name
        }
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => Distrust::Time,
        _ => Distrust::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::{Protection, decide, split};
    use crate::Problem;
    use crate::databases::Asked;

    #[test]
    fn the_mode_is_taken_out_of_the_address() {
        assert_eq!(
            split("postgres://u@h/d?connect_timeout=3&sslmode=require").unwrap(),
            (
                "postgres://u@h/d?connect_timeout=3".to_owned(),
                Some("require")
            )
        );
        assert_eq!(
            split("mysql://u@h/d?sslmode=verify-full").unwrap(),
            ("mysql://u@h/d".to_owned(), Some("verify-full"))
        );
        for falls_back in ["prefer", "allow", "Require", ""] {
            assert!(split(&format!("mysql://u@h/d?sslmode={falls_back}")).is_err());
        }
        assert!(split("postgres://u@h/d?sslrootcert=ca.pem").is_err());
    }

    #[test]
    fn another_machine_is_reached_by_verified_encryption_unless_somebody_says_otherwise() {
        let usual = Asked::default();
        let waived = Asked {
            allows_unencrypted: true,
            ..Asked::default()
        };
        let own = Asked {
            authorities: Some("ca.pem".into()),
            ..waived.clone()
        };
        let (there, here) = (false, true);
        for (mode, place, asked, expected) in [
            (None, there, &usual, Ok(Protection::Verified)),
            (None, there, &waived, Ok(Protection::None)),
            (None, here, &usual, Ok(Protection::None)),
            (None, here, &own, Ok(Protection::Verified)),
            (Some("disable"), there, &usual, Err(Problem::Unencrypted)),
            (Some("disable"), there, &waived, Ok(Protection::None)),
            (Some("disable"), here, &usual, Ok(Protection::None)),
            (Some("require"), there, &waived, Ok(Protection::Encrypted)),
            (Some("require"), there, &own, Ok(Protection::Verified)),
            (Some("verify-full"), here, &usual, Ok(Protection::Verified)),
        ] {
            assert_eq!(decide(mode, place, asked), expected, "{mode:?} {place}");
        }
    }
}
