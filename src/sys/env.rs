//! The environment, read once.

#![expect(clippy::disallowed_methods, reason = "this is where the environment is read")]

use std::path::PathBuf;

/// Variables by which git looks at another repository, other objects or other settings than those of the folder.
pub const GIT_LOCATION: [&str; 13] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_REPLACE_REF_BASE",
    "GIT_GRAFT_FILE",
    "GIT_SHALLOW_FILE",
    "GIT_CONFIG_PARAMETERS",
    "GIT_CONFIG_COUNT",
    "GIT_ATTR_SOURCE",
];

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
    /// `HOME`.
    pub home: Option<PathBuf>,
    /// `XDG_STATE_HOME`, where it is absolute as its specification asks.
    pub state_home: Option<PathBuf>,
    /// `GIT_DIR`: git has set it for a hook, or the user.
    pub git_dir: Option<PathBuf>,
    /// `GIT_WORK_TREE`: the checkout, where it lies apart from the repository.
    pub git_work_tree: Option<PathBuf>,
    /// `GIT_INDEX_FILE`: what is about to be committed, in a hook.
    pub git_index_file: Option<PathBuf>,
    /// Which of [`GIT_LOCATION`] are set.
    pub git_location: Vec<&'static str>,
    /// They count for nothing, here and in what is run.
    pub git_ignored: bool,
    /// `TOLLGATE_SIGNING_KEY`: the text of a private key. Never shown.
    pub signing_key: Option<Secret>,
    /// This program's own file.
    pub program: Option<PathBuf>,
}

/// Text that never appears in a debug print.
#[derive(Clone)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Secret")
    }
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
            home: text("HOME").map(PathBuf::from),
            state_home: text("XDG_STATE_HOME")
                .map(PathBuf::from)
                .filter(|path| path.is_absolute()),
            git_dir: text("GIT_DIR").map(PathBuf::from),
            git_work_tree: text("GIT_WORK_TREE").map(PathBuf::from),
            git_index_file: text("GIT_INDEX_FILE").map(PathBuf::from),
            git_location: GIT_LOCATION
                .into_iter()
                .filter(|name| Self::is_set(name))
                .collect(),
            git_ignored: false,
            signing_key: text("TOLLGATE_SIGNING_KEY").map(Secret),
            program: std::env::current_exe().ok(),
        }
    }

    /// From now on no variable leads git away from the folder; the names of those that would have.
    pub fn ignore_git(&mut self) -> Vec<&'static str> {
        self.git_ignored = true;
        self.git_dir = None;
        self.git_work_tree = None;
        self.git_index_file = None;
        std::mem::take(&mut self.git_location)
    }

    /// The value of a variable that a continuous integration system sets; [`None`] where it is empty.
    #[must_use]
    pub fn variable(name: &str) -> Option<String> {
        std::env::var(name).ok().filter(|value| !value.is_empty())
    }

    /// The commits that git is merging, as it tells its hooks: `GITHEAD_<name>`.
    #[must_use]
    pub fn merged_heads() -> Vec<String> {
        let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        names
            .filter_map(|name| name.strip_prefix("GITHEAD_").map(str::to_owned))
            .collect()
    }

    /// Whether a variable is set.
    #[must_use]
    pub fn is_set(name: &str) -> bool {
        std::env::var_os(name).is_some()
    }
}
