//! When, from where and on what device something counts.

use shouxin_model::Conditions;

use crate::Ask;
use crate::rules::{self, Rule};

/// Whether the conditions hold now, for this caller. What is not known does not hold.
pub(crate) fn hold(conditions: &Conditions, ask: &Ask) -> Result<(), &'static Rule> {
    if conditions
        .hours
        .is_some_and(|hours| !hours.contains(ask.now))
    {
        return Err(&rules::OUT_OF_HOURS);
    }
    let near = |address| {
        conditions
            .networks
            .iter()
            .any(|network| network.contains(address))
    };
    if !conditions.networks.is_empty() && !ask.caller.address.is_some_and(near) {
        return Err(&rules::OUTSIDE_NETWORK);
    }
    if conditions.device && ask.caller.sign_in.device.is_none() {
        return Err(&rules::UNKNOWN_DEVICE);
    }
    Ok(())
}
