//! The environment, read once.

#![expect(clippy::disallowed_methods, reason = "this is where the environment is read")]

use std::path::PathBuf;

/// What tollgate reads of the environment besides its own `TOLLGATE_…` flags.
#[derive(Debug, Clone, Default)]
pub struct Env {
    /// `NO_COLOR` is set and not empty (<https://no-color.org>).
    pub no_color: bool,
    /// `CLICOLOR_FORCE` or `FORCE_COLOR` asks for colour.
    pub force_color: bool,
    /// `TERM=dumb` or `CLICOLOR=0`.
    pub dumb: bool,
    /// The locale speaks UTF-8.
    pub utf8: bool,
    /// `COLUMNS`.
    pub columns: Option<usize>,
    /// Who runs this, for acknowledgements.
    pub user: Option<String>,
    /// The current folder.
    pub cwd: PathBuf,
}

impl Env {
    /// Reads it.
    #[must_use]
    pub fn read() -> Self {
        let text = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let forced = |name: &str| text(name).is_some_and(|value| value != "0" && value != "false");
        let locale = text("LC_ALL")
            .or_else(|| text("LC_CTYPE"))
            .or_else(|| text("LANG"));
        Self {
            no_color: text("NO_COLOR").is_some(),
            force_color: forced("CLICOLOR_FORCE") || forced("FORCE_COLOR"),
            dumb: text("TERM").as_deref() == Some("dumb") || text("CLICOLOR").as_deref() == Some("0"),
            // No locale at all (cron, containers, CI) is no reason to fall back to ASCII.
            utf8: locale.is_none_or(|locale| {
                let upper = locale.to_ascii_uppercase();
                upper.contains("UTF-8") || upper.contains("UTF8")
            }),
            columns: text("COLUMNS").and_then(|columns| columns.parse().ok()),
            user: text("GIT_AUTHOR_EMAIL")
                .or_else(|| text("EMAIL"))
                .or_else(|| text("USER"))
                .or_else(|| text("LOGNAME")),
            cwd: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
        }
    }

    /// The value of any variable, for the few that other code names.
    #[must_use]
    pub fn is_set(name: &str) -> bool {
        std::env::var_os(name).is_some()
    }
}
