//! Special-purpose IP ranges (IANA registries, RFC 6890) and names (RFC 2606, RFC 6761), as tables.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::class::Level;

/// What an address range is, and how bad it is as a client's target.
pub(super) struct Range {
    pub(super) what: &'static str,
    pub(super) level: Level,
}

const V4: &[([u8; 4], u8, &str, Level)] = &[
    (
        [0, 0, 0, 0],
        8,
        "an unspecified address, which no client can connect to",
        Level::Error,
    ),
    ([10, 0, 0, 0], 8, "a private address", Level::Fine),
    ([100, 100, 100, 200], 32, "a cloud metadata address", Level::Warn),
    (
        [100, 64, 0, 0],
        10,
        "a shared (carrier-grade NAT) address",
        Level::Fine,
    ),
    ([127, 0, 0, 0], 8, "a loopback address", Level::Warn),
    (
        [169, 254, 169, 254],
        32,
        "the cloud metadata address",
        Level::Warn,
    ),
    ([169, 254, 20, 10], 32, "the node-local DNS cache", Level::Fine),
    ([169, 254, 0, 0], 16, "a link-local address", Level::Warn),
    ([172, 16, 0, 0], 12, "a private address", Level::Fine),
    (
        [192, 0, 2, 0],
        24,
        "a documentation address, never routed",
        Level::Error,
    ),
    ([192, 168, 0, 0], 16, "a private address", Level::Fine),
    (
        [198, 18, 0, 0],
        15,
        "a benchmarking address, never routed",
        Level::Error,
    ),
    (
        [198, 51, 100, 0],
        24,
        "a documentation address, never routed",
        Level::Error,
    ),
    (
        [203, 0, 113, 0],
        24,
        "a documentation address, never routed",
        Level::Error,
    ),
    ([224, 0, 0, 0], 4, "a multicast address", Level::Warn),
    ([255, 255, 255, 255], 32, "the broadcast address", Level::Error),
    (
        [240, 0, 0, 0],
        4,
        "a reserved address, never routed",
        Level::Error,
    ),
];

const V6: &[([u16; 8], u8, &str, Level)] = &[
    (
        [0, 0, 0, 0, 0, 0, 0, 0],
        128,
        "an unspecified address, which no client can connect to",
        Level::Error,
    ),
    ([0, 0, 0, 0, 0, 0, 0, 1], 128, "a loopback address", Level::Warn),
    (
        [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254],
        128,
        "the cloud metadata address",
        Level::Warn,
    ),
    ([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7, "a private address", Level::Fine),
    (
        [0xfe80, 0, 0, 0, 0, 0, 0, 0],
        10,
        "a link-local address without a zone",
        Level::Warn,
    ),
    (
        [0xff00, 0, 0, 0, 0, 0, 0, 0],
        8,
        "a multicast address",
        Level::Warn,
    ),
    (
        [0x2001, 0xdb8, 0, 0, 0, 0, 0, 0],
        32,
        "a documentation address, never routed",
        Level::Error,
    ),
    (
        [0x3fff, 0, 0, 0, 0, 0, 0, 0],
        20,
        "a documentation address, never routed",
        Level::Error,
    ),
];

/// What the tables say of an address; a public one is fine.
pub(super) fn range_of(ip: IpAddr) -> Range {
    let public = Range {
        what: "a public address",
        level: Level::Fine,
    };
    match ip {
        IpAddr::V4(v4) => V4
            .iter()
            .find(|(net, bits, ..)| {
                same_bits(
                    u32::from(Ipv4Addr::from(*net)).into(),
                    u32::from(v4).into(),
                    32,
                    *bits,
                )
            })
            .map_or(public, |(_, _, what, level)| Range { what, level: *level }),
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => range_of(IpAddr::V4(v4)),
            None => V6
                .iter()
                .find(|(net, bits, ..)| {
                    same_bits(u128::from(Ipv6Addr::from(*net)), u128::from(v6), 128, *bits)
                })
                .map_or(public, |(_, _, what, level)| Range { what, level: *level }),
        },
    }
}

/// What is to be said of a name's addresses, where none of them can be the right one: all are ones that nobody can
/// connect to, or all are the machine itself.
#[must_use]
pub fn answers_level(addresses: &[IpAddr]) -> Option<(Level, &'static str)> {
    let ranges = addresses.iter().map(|ip| range_of(*ip));
    let best = ranges.min_by_key(|range| range.level)?;
    let loopback = best.what == "a loopback address";
    (best.level == Level::Error || loopback).then_some((best.level, best.what))
}

fn same_bits(a: u128, b: u128, width: u8, bits: u8) -> bool {
    let shift = u32::from(width - bits);
    a.checked_shr(shift).unwrap_or(0) == b.checked_shr(shift).unwrap_or(0)
}

/// How a name under a special domain is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameClass {
    /// Reserved: cannot exist.
    Reserved,
    /// This machine itself.
    Loopback,
    /// A metadata endpoint.
    Metadata,
    /// Exists only inside a cluster.
    Cluster,
    /// Seen only by another kind of resolver.
    Elsewhere,
}

/// Domains, by suffix, with what is said of them. First match wins.
const NAMES: &[(&str, NameClass, &str)] = &[
    (
        "metadata.google.internal",
        NameClass::Metadata,
        "the cloud metadata endpoint",
    ),
    (
        "invalid",
        NameClass::Reserved,
        "names under .invalid never exist (RFC 6761)",
    ),
    (
        "example",
        NameClass::Reserved,
        "names under .example are for documentation (RFC 2606)",
    ),
    (
        "example.com",
        NameClass::Reserved,
        "example.com is for documentation (RFC 2606)",
    ),
    (
        "example.net",
        NameClass::Reserved,
        "example.net is for documentation (RFC 2606)",
    ),
    (
        "example.org",
        NameClass::Reserved,
        "example.org is for documentation (RFC 2606)",
    ),
    ("localhost", NameClass::Loopback, "this is the machine itself"),
    (
        "svc",
        NameClass::Cluster,
        "Kubernetes service names exist only inside the cluster",
    ),
    (
        "cluster.local",
        NameClass::Cluster,
        "cluster.local exists only inside the cluster",
    ),
    (
        "local",
        NameClass::Elsewhere,
        ".local is for multicast DNS (RFC 6762)",
    ),
    (
        "onion",
        NameClass::Elsewhere,
        ".onion is not in the DNS (RFC 7686)",
    ),
    ("alt", NameClass::Elsewhere, ".alt is not in the DNS (RFC 9476)"),
    ("consul", NameClass::Elsewhere, ".consul is served by Consul only"),
    (
        "mesh",
        NameClass::Elsewhere,
        ".mesh is served by the service mesh only",
    ),
    (
        "ts.net",
        NameClass::Elsewhere,
        "ts.net is served inside the tailnet",
    ),
    (
        "docker.internal",
        NameClass::Elsewhere,
        "docker.internal is served by Docker only",
    ),
];

/// Last labels that clusters give themselves. A cluster domain under a public one is a name of the DNS to us: asking
/// is safer than not asking.
pub(super) fn is_inside(last: &str) -> bool {
    matches!(
        last,
        "local"
            | "cluster"
            | "internal"
            | "corp"
            | "lan"
            | "home"
            | "intern"
            | "localdomain"
            | "k8s"
            | "test"
    )
}

/// What the table says of a lower-case name without trailing dot.
pub(super) fn name_class(name: &str) -> Option<(NameClass, &'static str)> {
    // Any cluster domain: NAME.NAMESPACE.svc.WHATEVER
    let labels: Vec<&str> = name.split('.').collect();
    let inside = labels.last().is_some_and(|last| is_inside(last));
    if labels.len() >= 4 && inside && matches!(labels.get(2), Some(&"svc" | &"pod")) {
        return Some((
            NameClass::Cluster,
            "Kubernetes service names exist only inside the cluster",
        ));
    }
    NAMES
        .iter()
        .find(|(suffix, ..)| {
            name == *suffix || name.strip_suffix(suffix).is_some_and(|head| head.ends_with('.'))
        })
        .map(|(_, class, why)| (*class, *why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables() {
        let level = |ip: &str| range_of(ip.parse().expect("an IP")).level;
        assert_eq!(level("10.1.2.3"), Level::Fine);
        assert_eq!(level("192.0.2.7"), Level::Error);
        assert_eq!(level("255.255.255.255"), Level::Error);
        assert_eq!(level("::ffff:127.0.0.1"), Level::Warn);
        assert_eq!(level("2001:db8::1"), Level::Error);
        assert_eq!(level("2a00:1450::1"), Level::Fine);
        assert_eq!(
            name_class("db.shop.svc.corp").map(|c| c.0),
            Some(NameClass::Cluster)
        );
        assert_eq!(name_class("a.invalid").map(|c| c.0), Some(NameClass::Reserved));
        assert_eq!(name_class("notinvalid"), None);
        assert_eq!(name_class("db.corp.internal"), None);
    }
}
