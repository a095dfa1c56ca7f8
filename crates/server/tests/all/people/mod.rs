//! Signing in, accounts, roles, keys of services, and the gate in front of them. People sign in here as
//! they do in earnest: with a password, a code, a cookie.

mod accounts;
mod activation;
mod gate;
mod keys;
mod lockout;
mod second_factor;
mod sessions;
mod story;
pub(crate) mod support;
