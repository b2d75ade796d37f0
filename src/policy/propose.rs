//! A policy for a repository that has none: which of its files are configuration, and which environments
//! their paths speak of. From paths to text; reading and writing is the caller's.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::report::escape::toml_string;

/// Words for environments in the order a change goes through them. Those from [`PRODUCTION`] on serve users.
const WORDS: &[&str] = &[
    "local",
    "dev",
    "development",
    "test",
    "testing",
    "ci",
    "int",
    "integration",
    "qa",
    "uat",
    "stage",
    "staging",
    "stg",
    "preprod",
    "pre-prod",
    "preproduction",
    "prod",
    "prd",
    "production",
    "live",
];
const PRODUCTION: usize = 16;

/// Endings of files that are configuration.
const ENDINGS: &[&str] = &[
    "yaml",
    "yml",
    "json",
    "toml",
    "env",
    "ini",
    "properties",
    "hcl",
    "conf",
];

/// Folders that name no config set.
const PLAIN_FOLDERS: &[&str] = &[
    "config",
    "configs",
    "conf",
    "deploy",
    "deployment",
    "deployments",
    "env",
    "envs",
    "environments",
    "overlays",
    "k8s",
    "kubernetes",
    "helm",
    "values",
    "etc",
    "settings",
    "src",
    "infra",
    "ops",
];

/// Folders whose files are nobody's configuration.
const STRANGE_FOLDERS: &[&str] = &[
    "node_modules",
    "target",
    "vendor",
    "examples",
    "example",
    "tests",
    "testdata",
    "fixtures",
    "docs",
];

/// A config set that the paths suggest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposedSet {
    /// Its name.
    pub name: String,
    /// Its `files`.
    pub files: String,
    /// The environments that have it.
    pub environments: Vec<String>,
}

/// What the paths suggest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proposal {
    /// Config sets.
    pub sets: Vec<ProposedSet>,
    /// Environments, in the order a change goes through them.
    pub environments: Vec<String>,
    /// Files that name an environment and fit no set, because no other environment has the like.
    pub left: Vec<String>,
}

fn rank(word: &str) -> Option<usize> {
    let lower = word.to_ascii_lowercase();
    WORDS.iter().position(|known| *known == lower)
}

/// Whether an environment serves users.
fn serves(name: &str) -> bool {
    rank(name).is_some_and(|rank| rank >= PRODUCTION)
}

fn ending(name: &str) -> Option<&str> {
    let (_, ending) = name.rsplit_once('.')?;
    ENDINGS.contains(&ending).then_some(ending)
}

/// What the paths say of one pattern.
#[derive(Debug, Default)]
struct Seen {
    /// Environments, with the file endings and the files seen.
    environments: BTreeMap<String, Vec<String>>,
    endings: BTreeSet<String>,
}

/// What paths (`/`-separated, from the policy's folder) suggest. At least two environments must share a
/// pattern; a lone folder named `test` says nothing.
pub fn propose<'p>(paths: impl Iterator<Item = &'p str>) -> Proposal {
    // By the pattern with `{env}` in it; the folders' patterns end with it.
    let mut seen: BTreeMap<String, Seen> = BTreeMap::new();
    for path in paths {
        let parts: Vec<&str> = path.split('/').collect();
        let Some((name, above)) = parts.split_last() else {
            continue;
        };
        let Some(ending) = ending(name) else { continue };
        if above
            .iter()
            .any(|part| part.starts_with('.') || STRANGE_FOLDERS.contains(part))
        {
            continue;
        }
        let found = match above.iter().position(|part| rank(part).is_some()) {
            Some(at) => {
                let mut pattern: String = above[..at].iter().map(|part| literal(part) + "/").collect();
                pattern.push_str("{env}");
                Some((pattern, above[at].to_owned()))
            }
            None => in_name(above, name),
        };
        if let Some((pattern, environment)) = found {
            let row = seen.entry(pattern).or_default();
            row.environments
                .entry(environment)
                .or_default()
                .push(path.to_owned());
            row.endings.insert(ending.to_owned());
        }
    }
    let mut proposal = Proposal::default();
    let mut environments = BTreeSet::new();
    for (pattern, row) in seen {
        if row.environments.len() < 2 {
            proposal.left.extend(row.environments.into_values().flatten());
            continue;
        }
        let files = if pattern.ends_with("{env}") {
            let endings: Vec<String> = row.endings.into_iter().collect();
            match endings.as_slice() {
                [one] => format!("{pattern}/**/*.{one}"),
                several => format!("{pattern}/**/*.{{{}}}", several.join(",")),
            }
        } else {
            pattern.clone()
        };
        let mut within: Vec<String> = row.environments.into_keys().collect();
        in_order(&mut within);
        environments.extend(within.iter().cloned());
        proposal.add(&pattern, files, within);
    }
    proposal.environments = environments.into_iter().collect();
    in_order(&mut proposal.environments);
    proposal
}

/// In the order a change goes through them.
fn in_order(environments: &mut [String]) {
    environments.sort_by_key(|name| (rank(name), name.clone()));
}

/// A name as a pattern that matches nothing else.
fn literal(name: &str) -> String {
    // A backslash escapes in a pattern, and is not escaped there itself.
    globset::escape(&name.replace('\\', "\\\\"))
}

/// `app.staging.yaml`, `values-pre-prod.yaml`, `staging.env`: the pattern, and the environment.
fn in_name(above: &[&str], name: &str) -> Option<(String, String)> {
    let (stem, ending) = name.rsplit_once('.')?;
    // The longest word that is one: `pre-prod` before `prod`.
    let starts = std::iter::once(0).chain(stem.match_indices(['.', '-', '_']).map(|(at, _)| at + 1));
    let at = starts.into_iter().find(|at| rank(&stem[*at..]).is_some())?;
    let folder: String = above.iter().map(|part| literal(part) + "/").collect();
    Some((
        format!("{folder}{}{{env}}.{ending}", literal(&stem[..at])),
        stem[at..].to_owned(),
    ))
}

impl Proposal {
    fn add(&mut self, pattern: &str, files: String, environments: Vec<String>) {
        let mut words = pattern
            .split(['/', '.'])
            .filter(|part| !part.contains(['{', '[']) && !part.is_empty());
        let named = words.rfind(|part| !PLAIN_FOLDERS.contains(part) && !ENDINGS.contains(part));
        let name: String = named
            .unwrap_or("app")
            .trim_matches(['-', '_'])
            .chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() || c == '_' {
                    c
                } else {
                    '-'
                }
            })
            .collect();
        let name = name.trim_matches(['-', '_']);
        let name = if name.is_empty() {
            "app".to_owned()
        } else {
            name.to_owned()
        };
        let taken = |name: &str| self.sets.iter().any(|set| set.name == name);
        let mut free = name.clone();
        let mut nth = 2;
        while taken(&free) {
            free = format!("{name}-{nth}");
            nth += 1;
        }
        self.sets.push(ProposedSet {
            name: free,
            files,
            environments,
        });
    }

    /// The policy as text. `signers` is a file that grants the role of stamping; `id` ties
    /// acknowledgements to this repository.
    #[must_use]
    pub fn policy(&self, template: &str, id: &str, signers: Option<&str>) -> String {
        let mut sets = String::new();
        for set in &self.sets {
            let _ = write!(
                sets,
                "[configs.{}]\nfiles = {}\n",
                set.name,
                toml_string(&set.files)
            );
            if set.environments != self.environments {
                let _ = writeln!(sets, "environments = {:?}", set.environments);
            }
            sets.push_str("# Keys whose values differ between environments. A staging stamp cannot prove these, so that each\n# needs a rule, a resolving address and somebody to stand by it.\n# per_env = [\"auth.server\", \"database.url\"]\n\n");
        }
        let mut environments = String::new();
        for name in &self.environments {
            let _ = writeln!(environments, "[environments.{name}]");
            match self.before(name).as_slice() {
                before @ [_, ..] => {
                    let _ = writeln!(
                        environments,
                        "after = {before:?}             # proof from here is needed first\nsoak = \"30m\"                    # how long it must have run there\nstamp_max_age = \"7d\""
                    );
                }
                [] if serves(name) => environments.push_str(
                    "# No earlier environment has its config sets: nothing has to vouch for what is pushed here.\n",
                ),
                [] => {}
            }
            // Two sets in one folder would be taken for one another's files.
            let below = if self.sets.len() > 1 { "/{set}" } else { "" };
            let _ = writeln!(
                environments,
                "target = {{ dir = \"/srv/{name}/config{below}\" }}  # where its configuration is put\n"
            );
        }
        let signers = match signers {
            Some(file) => format!("[signers]\nfile = {}\n", toml_string(file)),
            None => "# [signers]\n# file = \".tollgate/allowed_signers\"\n".to_owned(),
        };
        template
            .replace("@ID@", id)
            .replace("@CONFIGS@\n", &sets)
            .replace("@ENVIRONMENTS@\n", &environments)
            .replace("@SIGNERS@\n", &signers)
    }

    /// The environments that vouch for one that serves users: the last one before it that has every set of it;
    /// where none has, for each of its sets the last one that has that set. Empty where a set is nowhere else.
    fn before(&self, name: &String) -> Vec<&str> {
        if !serves(name) {
            return Vec::new();
        }
        let own = || self.sets.iter().filter(|set| set.environments.contains(name));
        let earlier = || self.environments.iter().filter(|name| !serves(name)).rev();
        let has_all = |before: &&String| own().all(|set| set.environments.contains(before));
        if let Some(before) = earlier().find(has_all) {
            return vec![before.as_str()];
        }
        let of_each: Option<BTreeSet<&str>> = own()
            .map(|set| {
                let before = earlier().find(|before| set.environments.contains(before));
                before.map(String::as_str)
            })
            .collect();
        of_each.unwrap_or_default().into_iter().collect()
    }

    /// Environments that serve users and that nothing vouches for.
    #[must_use]
    pub fn unproven(&self) -> Vec<&str> {
        let names = self.environments.iter().filter(|name| serves(name));
        names
            .filter(|name| self.before(name).is_empty())
            .map(String::as_str)
            .collect()
    }

    /// The proposal where nothing was found: two environments and a pattern to correct.
    #[must_use]
    pub fn starter() -> Self {
        Self {
            sets: vec![ProposedSet {
                name: "app".into(),
                files: "config/{env}/**/*.{yaml,yml,json,toml,env}".into(),
                environments: vec!["staging".into(), "production".into()],
            }],
            environments: vec!["staging".into(), "production".into()],
            left: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_and_names_of_environments_are_found() {
        let found = propose(
            [
                "config/staging/app.yaml",
                "config/production/app.yaml",
                "config/production/db/pool.toml",
                "services/pay/deploy/values-dev.yaml",
                "services/pay/deploy/values-prod.yaml",
                "tests/test/fixture.yaml",
                "src/main.rs",
                ".github/prod/x.yaml",
                ".github/staging/x.yaml",
            ]
            .into_iter(),
        );
        let files: Vec<&str> = found.sets.iter().map(|set| set.files.as_str()).collect();
        assert_eq!(
            files,
            [
                "config/{env}/**/*.{toml,yaml}",
                "services/pay/deploy/values-{env}.yaml"
            ]
        );
        assert_eq!(found.environments, ["dev", "staging", "prod", "production"]);
        assert_eq!(found.before(&"prod".to_owned()), ["dev"]);
        assert_eq!(found.before(&"production".to_owned()), ["staging"]);
        let lone = propose(["test/a.yaml", "README.md"].into_iter());
        assert_eq!((lone.sets.len(), lone.environments.len()), (0, 0));
    }

    #[test]
    fn sets_that_come_from_different_environments_are_all_vouched_for() {
        let found = propose(
            [
                "a/staging/x.yaml",
                "a/production/x.yaml",
                "b/dev/x.yaml",
                "b/production/x.yaml",
            ]
            .into_iter(),
        );
        assert_eq!(found.before(&"production".to_owned()), ["dev", "staging"]);
        assert_eq!(found.unproven(), Vec::<&str>::new());
        let lone = propose(["a/production/x.yaml", "a/prod/x.yaml"].into_iter());
        assert_eq!(lone.unproven(), ["prod", "production"]);
    }

    #[test]
    fn words_are_taken_whole_and_what_stands_alone_is_named() {
        let found = propose(
            [
                "a/values-pre-prod.yaml",
                "a/values-prod.yaml",
                "a/values-eu-prod.yaml",
                "b/test/x.yaml",
            ]
            .into_iter(),
        );
        assert_eq!(found.sets[0].files, "a/values-{env}.yaml");
        assert_eq!(found.environments, ["pre-prod", "prod"]);
        assert_eq!(found.left, ["a/values-eu-prod.yaml", "b/test/x.yaml"]);
    }
}
