//! Which servers are asked for which names: the policy's zones, its name servers, else the system's.

use std::net::SocketAddr;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{
    ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ServerOrderingStrategy,
};
use hickory_resolver::net::runtime::TokioRuntimeProvider;

use crate::settings::ResolverSettings;

/// A resolver per zone, and one for the rest.
pub(super) struct Servers {
    zones: Vec<(String, TokioResolver)>,
    rest: TokioResolver,
    shown: Vec<String>,
}

impl Servers {
    /// Builds the resolvers. `Err` says why no server is known.
    pub(super) fn new(settings: &ResolverSettings) -> Result<Self, String> {
        let own: Vec<SocketAddr> = settings.nameservers.iter().map(|server| server.0).collect();
        let rest = if own.is_empty() { system()? } else { own };
        if rest.is_empty() {
            return Err("the system names no name server".into());
        }
        let mut zones = Vec::new();
        let mut shown: Vec<String> = rest.iter().map(ToString::to_string).collect();
        for zone in &settings.zones {
            let servers: Vec<SocketAddr> = zone.nameservers.iter().map(|server| server.0).collect();
            shown.extend(
                servers
                    .iter()
                    .map(|server| format!("{server} for {}", zone.domain)),
            );
            zones.push((zone.domain.clone(), build(&servers, settings)?));
        }
        // The longest domain first: it is the nearest.
        zones.sort_by_key(|(domain, _)| std::cmp::Reverse(domain.len()));
        Ok(Self {
            zones,
            rest: build(&rest, settings)?,
            shown,
        })
    }

    /// The resolver for a lower-case name without trailing dot.
    pub(super) fn of(&self, name: &str) -> &TokioResolver {
        let below = |domain: &str| {
            name == domain || name.strip_suffix(domain).is_some_and(|head| head.ends_with('.'))
        };
        self.zones
            .iter()
            .find(|(domain, _)| below(domain))
            .map_or(&self.rest, |(_, resolver)| resolver)
    }

    /// The servers, for messages.
    pub(super) fn shown(&self) -> Vec<String> {
        self.shown.clone()
    }
}

fn system() -> Result<Vec<SocketAddr>, String> {
    let (config, _) = hickory_resolver::system_conf::read_system_conf().map_err(|error| error.to_string())?;
    let mut servers: Vec<SocketAddr> = config
        .name_servers()
        .iter()
        .flat_map(|server| {
            server
                .connections
                .iter()
                .map(|connection| SocketAddr::new(server.ip, connection.port))
        })
        .collect();
    servers.dedup();
    Ok(servers)
}

fn build(servers: &[SocketAddr], settings: &ResolverSettings) -> Result<TokioResolver, String> {
    let configs = servers
        .iter()
        .map(|server| {
            let mut connections = vec![ConnectionConfig::udp(), ConnectionConfig::tcp()];
            for connection in &mut connections {
                connection.port = server.port();
            }
            NameServerConfig::new(server.ip(), true, connections)
        })
        .collect();
    let config = ResolverConfig::from_parts(None, Vec::new(), configs);
    let mut builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
    let options = builder.options_mut();
    // One round within the name's own timeout; hickory sends its datagram again inside it.
    options.timeout = settings.timeout;
    options.attempts = 0;
    options.edns0 = true;
    options.cache_size = 0;
    options.os_port_selection = true;
    // All servers at once, in the order given: two dead ones must not hide a live one.
    options.num_concurrent_reqs = servers.len().max(1);
    options.server_ordering_strategy = ServerOrderingStrategy::UserProvidedOrder;
    options.use_hosts_file = ResolveHosts::Never;
    builder.build().map_err(|error| error.to_string())
}
