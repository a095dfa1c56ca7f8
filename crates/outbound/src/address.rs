//! Which addresses lie on the public Internet.
//!
//! Source: the IANA registries of special-purpose IPv4 and IPv6 addresses (RFC 6890 and its updates).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Why an address is none of the public Internet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// This very machine.
    Loopback,
    /// A private network, or one shared behind a provider's translation.
    Private,
    /// The same link alone; clouds serve their metadata here.
    LinkLocal,
    /// Where a cloud serves metadata or its own services outside the ranges above.
    Metadata,
    /// Many receivers at once.
    Multicast,
    /// No host: unspecified, documentation, benchmarks, translation, reserved.
    Reserved,
}

/// Why an address may not be called, unless the allow-list names it. An IPv4 address that is wrapped in an
/// IPv6 one (mapped, compatible, NAT64, 6to4) counts as itself.
pub fn unfit(address: IpAddr) -> Option<Unfit> {
    match address {
        IpAddr::V4(v4) => unfit_v4(v4),
        IpAddr::V6(v6) => unfit_v6(v6),
    }
}

fn unfit_v4(address: Ipv4Addr) -> Option<Unfit> {
    if METADATA_V4.contains(&address) {
        return Some(Unfit::Metadata);
    }
    let bits = u32::from(address);
    let within = |(network, length, _): &&(Ipv4Addr, u32, Unfit)| {
        let mask = u32::MAX << (32 - length);
        bits & mask == u32::from(*network) & mask
    };
    V4.iter().find(within).map(|(_, _, unfit)| *unfit)
}

fn unfit_v6(address: Ipv6Addr) -> Option<Unfit> {
    if METADATA_V6.contains(&address) {
        return Some(Unfit::Metadata);
    }
    if address == Ipv6Addr::LOCALHOST {
        return Some(Unfit::Loopback);
    }
    if let Some(inner) = wrapped(address) {
        return unfit_v4(inner);
    }
    let bits = u128::from(address);
    let within = |(network, length, _): &&(Ipv6Addr, u32, Unfit)| {
        let mask = u128::MAX << (128 - length);
        bits & mask == u128::from(*network) & mask
    };
    match V6.iter().find(within) {
        Some((_, _, unfit)) => Some(*unfit),
        // Everything that is global unicast lies in 2000::/3; the rest nobody has assigned.
        None => (address.segments()[0] & 0xe000 != 0x2000).then_some(Unfit::Reserved),
    }
}

/// The IPv4 address to which a packet to this address goes in the end.
fn wrapped(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let s = address.segments();
    let low = Ipv4Addr::from((u32::from(s[6]) << 16) | u32::from(s[7]));
    match s {
        // ::ffff:a.b.c.d, and the long deprecated ::a.b.c.d; `::` and `::1` are themselves.
        [0, 0, 0, 0, 0, 0xffff, ..] => Some(low),
        [0, 0, 0, 0, 0, 0, ..] if u32::from(low) > 1 => Some(low),
        [0x64, 0xff9b, 0, 0, 0, 0, ..] => Some(low),
        [0x2002, high, next, ..] => Some(Ipv4Addr::from((u32::from(high) << 16) | u32::from(next))),
        _ => None,
    }
}

const V4: &[(Ipv4Addr, u32, Unfit)] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8, Unfit::Reserved),
    (Ipv4Addr::new(10, 0, 0, 0), 8, Unfit::Private),
    (Ipv4Addr::new(100, 64, 0, 0), 10, Unfit::Private),
    (Ipv4Addr::new(127, 0, 0, 0), 8, Unfit::Loopback),
    (Ipv4Addr::new(169, 254, 0, 0), 16, Unfit::LinkLocal),
    (Ipv4Addr::new(172, 16, 0, 0), 12, Unfit::Private),
    (Ipv4Addr::new(192, 0, 0, 0), 24, Unfit::Reserved),
    (Ipv4Addr::new(192, 0, 2, 0), 24, Unfit::Reserved),
    (Ipv4Addr::new(192, 31, 196, 0), 24, Unfit::Reserved),
    (Ipv4Addr::new(192, 52, 193, 0), 24, Unfit::Reserved),
    (Ipv4Addr::new(192, 88, 99, 0), 24, Unfit::Reserved),
    (Ipv4Addr::new(192, 168, 0, 0), 16, Unfit::Private),
    (Ipv4Addr::new(192, 175, 48, 0), 24, Unfit::Reserved),
    (Ipv4Addr::new(198, 18, 0, 0), 15, Unfit::Reserved),
    (Ipv4Addr::new(198, 51, 100, 0), 24, Unfit::Reserved),
    (Ipv4Addr::new(203, 0, 113, 0), 24, Unfit::Reserved),
    (Ipv4Addr::new(224, 0, 0, 0), 4, Unfit::Multicast),
    (Ipv4Addr::new(240, 0, 0, 0), 4, Unfit::Reserved),
];

const V6: &[(Ipv6Addr, u32, Unfit)] = &[
    (Ipv6Addr::UNSPECIFIED, 128, Unfit::Reserved),
    (
        Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, 0, 0),
        48,
        Unfit::Private,
    ),
    (
        Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0),
        23,
        Unfit::Reserved,
    ),
    (
        Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0),
        32,
        Unfit::Reserved,
    ),
    (
        Ipv6Addr::new(0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0),
        48,
        Unfit::Reserved,
    ),
    (
        Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0),
        20,
        Unfit::Reserved,
    ),
    (
        Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0),
        7,
        Unfit::Private,
    ),
    (
        Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0),
        10,
        Unfit::LinkLocal,
    ),
    (
        Ipv6Addr::new(0xfec0, 0, 0, 0, 0, 0, 0, 0),
        10,
        Unfit::Private,
    ),
    (
        Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0),
        8,
        Unfit::Multicast,
    ),
];

/// The metadata services of clouds; those of 169.254.169.254 are link-local all the same, and named so that a
/// refusal says what it is.
const METADATA_V4: &[Ipv4Addr] = &[
    Ipv4Addr::new(169, 254, 169, 254),
    Ipv4Addr::new(169, 254, 170, 2),
    Ipv4Addr::new(100, 100, 100, 200),
    Ipv4Addr::new(168, 63, 129, 16),
    Ipv4Addr::new(192, 0, 0, 192),
];

const METADATA_V6: &[Ipv6Addr] = &[
    Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254),
    Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254),
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_class_is_told_at_both_ends_and_its_neighbours_are_fit() {
        use Unfit::{Loopback, Metadata, Multicast, Private, Reserved};
        let table = [
            ("0.0.0.0", Some(Reserved)),
            ("0.255.255.255", Some(Reserved)),
            ("1.0.0.0", None),
            ("9.255.255.255", None),
            ("10.0.0.0", Some(Private)),
            ("10.255.255.255", Some(Private)),
            ("11.0.0.0", None),
            ("100.63.255.255", None),
            ("100.64.0.0", Some(Private)),
            ("100.127.255.255", Some(Private)),
            ("100.128.0.0", None),
            ("100.100.100.200", Some(Metadata)),
            ("126.255.255.255", None),
            ("127.0.0.0", Some(Loopback)),
            ("127.0.0.1", Some(Loopback)),
            ("127.255.255.255", Some(Loopback)),
            ("128.0.0.0", None),
            ("168.63.129.15", None),
            ("168.63.129.16", Some(Metadata)),
            ("169.253.255.255", None),
            ("169.254.0.0", Some(Unfit::LinkLocal)),
            ("169.254.169.254", Some(Metadata)),
            ("169.254.255.255", Some(Unfit::LinkLocal)),
            ("169.255.0.0", None),
            ("172.15.255.255", None),
            ("172.16.0.0", Some(Private)),
            ("172.31.255.255", Some(Private)),
            ("172.32.0.0", None),
            ("192.0.0.1", Some(Reserved)),
            ("192.0.1.0", None),
            ("192.0.2.1", Some(Reserved)),
            ("192.88.99.1", Some(Reserved)),
            ("192.167.255.255", None),
            ("192.168.0.0", Some(Private)),
            ("192.168.255.255", Some(Private)),
            ("192.169.0.0", None),
            ("198.17.255.255", None),
            ("198.18.0.0", Some(Reserved)),
            ("198.19.255.255", Some(Reserved)),
            ("198.20.0.0", None),
            ("198.51.100.7", Some(Reserved)),
            ("203.0.113.7", Some(Reserved)),
            ("223.255.255.255", None),
            ("224.0.0.1", Some(Multicast)),
            ("239.255.255.255", Some(Multicast)),
            ("240.0.0.1", Some(Reserved)),
            ("255.255.255.255", Some(Reserved)),
            ("::", Some(Reserved)),
            ("::1", Some(Loopback)),
            ("::127.0.0.1", Some(Loopback)),
            ("::ffff:127.0.0.1", Some(Loopback)),
            ("::ffff:169.254.169.254", Some(Metadata)),
            ("::ffff:10.1.2.3", Some(Private)),
            ("::ffff:1.1.1.1", None),
            ("64:ff9b::10.0.0.1", Some(Private)),
            ("64:ff9b::1.1.1.1", None),
            ("64:ff9b:1::1", Some(Private)),
            ("100::1", Some(Reserved)),
            ("2001::1", Some(Reserved)),
            ("2001:1ff:ffff::1", Some(Reserved)),
            ("2001:200::1", None),
            ("2001:db8::1", Some(Reserved)),
            ("2002:7f00:1::1", Some(Loopback)),
            ("2002:a00:1::1", Some(Private)),
            ("2002:101:101::1", None),
            ("2606:4700::1111", None),
            ("3fff:fff::1", Some(Reserved)),
            ("3ffe::1", None),
            ("4000::1", Some(Reserved)),
            ("fc00::1", Some(Private)),
            ("fdff:ffff::1", Some(Private)),
            ("fd00:ec2::254", Some(Metadata)),
            ("fe80::1", Some(Unfit::LinkLocal)),
            ("febf::1", Some(Unfit::LinkLocal)),
            ("fec0::1", Some(Private)),
            ("ff02::1", Some(Multicast)),
        ];
        for (address, expected) in table {
            assert_eq!(unfit(address.parse().unwrap()), expected, "{address}");
        }
    }

    proptest! {
        #[test]
        fn wrapping_an_address_changes_nothing(bits in any::<u32>()) {
            let v4 = Ipv4Addr::from(bits);
            let plain = unfit(IpAddr::V4(v4));
            let [a, b, c, d] = v4.octets().map(u16::from);
            let (high, low) = ((a << 8) | b, (c << 8) | d);
            prop_assert_eq!(unfit(IpAddr::V6(v4.to_ipv6_mapped())), plain);
            prop_assert_eq!(unfit(IpAddr::V6(Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low))), plain);
            prop_assert_eq!(unfit(IpAddr::V6(Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1))), plain);
        }

        #[test]
        fn whatever_the_standard_library_calls_special_is_unfit(bits in any::<u32>()) {
            let v4 = Ipv4Addr::from(bits);
            let special = v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_multicast()
                || v4.is_broadcast() || v4.is_documentation() || v4.is_unspecified();
            prop_assert!(!special || unfit(IpAddr::V4(v4)).is_some());
        }

        #[test]
        fn nothing_outside_global_unicast_is_fit_unless_it_wraps_an_address(bits in any::<u128>()) {
            let v6 = Ipv6Addr::from(bits);
            let outside = bits >> 125 != 1 && wrapped(v6).is_none();
            prop_assert!(!outside || unfit(IpAddr::V6(v6)).is_some());
        }
    }
}
