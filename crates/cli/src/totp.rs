//! Codes of a second factor whose secret is kept in a file: for the demo's personas, never for people.

use std::time::Duration;

use shouxin_model::Moment;
use totp_rs::{Builder, Secret, Totp};

use crate::fault::Fault;

/// A second factor in software.
#[derive(Debug)]
pub(crate) struct Device(Totp);

/// A code and when it is taken.
pub(crate) struct Code {
    /// The six digits.
    pub(crate) digits: String,
    /// The step of thirty seconds that it belongs to: each is taken once.
    pub(crate) step: u64,
    /// How long to wait before the server takes it.
    pub(crate) wait: Duration,
}

impl Device {
    /// The device with this secret, in base 32.
    pub(crate) fn new(secret: &str) -> Result<Self, Fault> {
        let broken = || {
            Fault::unable(
                "动态口令密钥不可用",
                "the second factor's secret cannot be used",
            )
        };
        let secret = Secret::try_from_base32(secret).map_err(|_| broken())?;
        Builder::new()
            .with_secret(secret)
            .build()
            .map(Self)
            .map_err(|_| broken())
    }

    /// The first code that is newer than that of step `last`. The server takes codes one step ahead, so
    /// that two in a row need no wait, and a third a short one.
    pub(crate) fn code(&self, now: Moment, last: u64) -> Code {
        let seconds = u64::try_from(now.seconds()).unwrap_or(0);
        let step = (seconds / STEP).max(last + 1);
        let wait = (step * STEP).saturating_sub(STEP).saturating_sub(seconds);
        Code {
            digits: self.0.generate(step * STEP).to_string(),
            step,
            wait: Duration::from_secs(wait),
        }
    }
}

const STEP: u64 = 30;

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, the SHA-1 rows, cut to six digits.
    #[test]
    fn codes_are_those_of_the_rfc() {
        let device = Device::new("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
        for (seconds, digits) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_234_567_890, "005924"),
        ] {
            assert_eq!(device.code(Moment::from_seconds(seconds), 0).digits, digits);
        }
    }

    #[test]
    fn a_code_is_never_shown_twice_and_one_step_ahead_needs_no_wait() {
        let device = Device::new("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
        let now = Moment::from_seconds(605);
        let (first, second, third) = (
            device.code(now, 0),
            device.code(now, 20),
            device.code(now, 21),
        );
        assert_eq!((first.step, first.wait.as_secs()), (20, 0));
        assert_eq!((second.step, second.wait.as_secs()), (21, 0));
        assert_eq!((third.step, third.wait.as_secs()), (22, 25));
    }
}
