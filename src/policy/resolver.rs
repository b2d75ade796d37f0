//! Reading `[resolver]` and `[addresses]`: raw tables to valid settings.

use super::environments;
use super::load::patterns;
use crate::doc::table::{Faults, Table};
use crate::settings::{Action, AddressSettings, Allow, NameServer, ResolverSettings, Zone};

/// The `[addresses]` table.
pub(super) fn addresses(mut table: Table<'_>, faults: &mut Faults) -> AddressSettings {
    let settings = AddressSettings {
        keys: patterns(&table.strings("keys", faults), faults),
        ignore: patterns(&table.strings("ignore", faults), faults),
        assume: table
            .strings("assume", faults)
            .into_iter()
            .map(|host| host.value.to_ascii_lowercase())
            .collect(),
    };
    table.finish(faults);
    settings
}

/// The `[resolver]` table.
pub(super) fn resolver(mut table: Table<'_>, faults: &mut Faults) -> ResolverSettings {
    let mut settings = ResolverSettings::default();
    if let Some(timeout) = environments::duration(&mut table, "timeout", faults) {
        settings.timeout = timeout;
    }
    if settings.timeout.is_zero() {
        faults.add(table.span(), "`timeout` must be longer than nothing");
    }
    if let Some(deadline) = environments::duration(&mut table, "deadline", faults) {
        settings.deadline = deadline;
    }
    if settings.deadline.is_zero() {
        faults.add(table.span(), "`deadline` must be longer than nothing");
    }
    if let Some(word) = table.string("unchanged", faults) {
        match Action::from_word(&word.value) {
            Some(action @ (Action::Warn | Action::Deny | Action::Note)) => settings.unchanged = action,
            Some(Action::Approve) | None => faults.add(word.span, "`unchanged` is note, warn or deny"),
        }
    }
    settings.nameservers = name_servers(&mut table, faults);
    if let Some(rate) = table.integer("rate", faults) {
        match u32::try_from(rate.value) {
            Ok(rate) => settings.rate = rate,
            Err(_) => faults.add(
                rate.span,
                "`rate` is a number of questions per second; 0 for no limit",
            ),
        }
    }
    for domain in table.strings("search", faults) {
        let bare = domain.value.trim_matches('.').to_ascii_lowercase();
        if bare.is_empty() || bare.contains(char::is_whitespace) || bare.contains("..") || bare.len() > 200 {
            faults.add(domain.span, format!("`{}` is no domain", domain.value));
        } else {
            settings.search.push(bare);
        }
    }
    for mut zone in table.tables("zone", faults) {
        let domain = zone.required("domain", faults);
        let nameservers = name_servers(&mut zone, faults);
        if nameservers.is_empty() {
            faults.add(zone.span(), "a zone needs `nameservers`");
        }
        zone.finish(faults);
        if let Some(domain) = domain {
            settings.zones.push(Zone {
                domain: domain.value.trim_matches('.').to_ascii_lowercase(),
                nameservers,
            });
        }
    }
    for mut allow in table.tables("allow", faults) {
        let host = allow.required("host", faults);
        let reason = allow.required("reason", faults);
        let expires =
            allow
                .string("expires", faults)
                .and_then(|text| match text.value.parse::<jiff::civil::Date>() {
                    Ok(date) => Some(date),
                    Err(_) => {
                        faults.add(
                            text.span,
                            format!("`{}` is no date; write YYYY-MM-DD", text.value),
                        );
                        None
                    }
                });
        allow.finish(faults);
        if let Some(reason) = reason.as_ref().filter(|reason| reason.value.trim().is_empty()) {
            faults.add(reason.span, "an accepted failure needs a reason");
        }
        if let (Some(host), Some(reason)) = (host, reason) {
            settings.allow.push(Allow {
                host: host.value,
                reason: reason.value,
                expires,
            });
        }
    }
    table.finish(faults);
    settings
}

fn name_servers(table: &mut Table<'_>, faults: &mut Faults) -> Vec<NameServer> {
    table
        .strings("nameservers", faults)
        .into_iter()
        .filter_map(|text| {
            let server = NameServer::parse(&text.value);
            if server.is_none() {
                faults.add(
                    text.span,
                    format!(
                        "`{}` is no name server; write an IP address, with :PORT if it is not 53",
                        text.value
                    ),
                );
            }
            server
        })
        .collect()
}
