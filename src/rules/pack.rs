//! The built-in packs: every file of `rules/`, embedded. `tests/tidy.rs` holds this list complete.

/// A rule file embedded in the program.
#[derive(Debug, Clone, Copy)]
pub struct PackFile {
    /// Its path in the repository.
    pub path: &'static str,
    /// Its text.
    pub text: &'static str,
}

macro_rules! pack_files {
    ($($path:literal),* $(,)?) => {
        &[$(PackFile { path: concat!("rules/", $path), text: include_str!(concat!("../../rules/", $path)) }),*]
    };
}

/// Every built-in rule file, in path order.
pub const BUILT_IN: &[PackFile] = pack_files![
    "auth/anonymous-on.toml",
    "auth/disabled.toml",
    "auth/mode-none.toml",
    "auth/not-required.toml",
    "auth/off.toml",
    "auth/removed.toml",
    "auth/secret-changed.toml",
    "auth/servers-changed.toml",
    "auth/switch-removed.toml",
    "capacity/bound-removed.toml",
    "capacity/limit-grow.toml",
    "capacity/limit-shrink.toml",
    "capacity/pool-grow.toml",
    "capacity/pool-shrink.toml",
    "capacity/replicas-lost.toml",
    "capacity/replicas-shrink.toml",
    "capacity/retries.toml",
    "capacity/scaled-to-zero.toml",
    "capacity/servers-removed.toml",
    "capacity/timeout-grow.toml",
    "capacity/timeout-shrink.toml",
    "capacity/timeout-zero.toml",
    "core/emptied.toml",
    "core/safety-off.toml",
    "core/switched-off.toml",
    "core/universal-match.toml",
    "database/address-changed.toml",
    "database/brokers-changed.toml",
    "database/durability-off.toml",
    "database/failover-changed.toml",
    "dns/record-changed.toml",
    "dns/records-removed.toml",
    "dns/resolver-changed.toml",
    "kubernetes/limits-removed.toml",
    "kubernetes/privileged.toml",
    "kubernetes/runs-as-root.toml",
    "kubernetes/runs-as-user-0.toml",
    "network/exposed.toml",
    "network/listen-everywhere.toml",
    "observability/debug-log.toml",
    "observability/debug-mode.toml",
    "observability/development-mode.toml",
    "observability/health-check-off.toml",
    "observability/health-check-removed.toml",
    "rollout/jump.toml",
    "tls/https-to-http.toml",
    "tls/insecure.toml",
    "tls/mode-weakened.toml",
    "tls/off.toml",
    "tls/old-version.toml",
    "tls/removed.toml",
    "tls/sslmode-key.toml",
    "tls/sslmode.toml",
];
