//! A policy for a repository that has none: which of its files are configuration, and which environments
//! their paths speak of. From paths to text; reading and writing is the caller's.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

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
}

/// What the paths suggest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proposal {
    /// Config sets.
    pub sets: Vec<ProposedSet>,
    /// Environments, in the order a change goes through them.
    pub environments: Vec<String>,
}

fn rank(word: &str) -> Option<usize> {
    let lower = word.to_ascii_lowercase();
    WORDS.iter().position(|known| *known == lower)
}

fn ending(name: &str) -> Option<&str> {
    let (_, ending) = name.rsplit_once('.')?;
    ENDINGS.contains(&ending).then_some(ending)
}

/// What paths (`/`-separated, from the policy's folder) suggest. At least two environments must share a
/// pattern; a lone folder named `test` says nothing.
pub fn propose<'p>(paths: impl Iterator<Item = &'p str>) -> Proposal {
    // Pattern with `{env}`, to the environments and file endings seen under it.
    let mut folders: BTreeMap<String, (BTreeSet<String>, BTreeSet<String>)> = BTreeMap::new();
    let mut files: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
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
        match above.iter().position(|part| rank(part).is_some()) {
            Some(at) => {
                let mut pattern = above[..at].join("/");
                if !pattern.is_empty() {
                    pattern.push('/');
                }
                pattern.push_str("{env}");
                let row = folders.entry(pattern).or_default();
                row.0.insert(above[at].to_owned());
                row.1.insert(ending.to_owned());
            }
            None => {
                if let Some((pattern, env)) = in_name(&above.join("/"), name) {
                    files.entry(pattern).or_default().insert(env);
                }
            }
        }
    }
    let mut proposal = Proposal::default();
    let mut environments = BTreeSet::new();
    for (pattern, (envs, endings)) in folders {
        if envs.len() < 2 {
            continue;
        }
        let endings: Vec<String> = endings.into_iter().collect();
        let endings = match endings.as_slice() {
            [one] => one.clone(),
            several => format!("{{{}}}", several.join(",")),
        };
        proposal.add(&pattern, format!("{pattern}/**/*.{endings}"));
        environments.extend(envs);
    }
    for (pattern, envs) in files {
        if envs.len() >= 2 {
            proposal.add(&pattern, pattern.clone());
            environments.extend(envs);
        }
    }
    proposal.environments = environments.into_iter().collect();
    proposal
        .environments
        .sort_by_key(|name| (rank(name), name.clone()));
    proposal
}

/// `app.staging.yaml`, `values-prod.yaml`, `staging.env`: the pattern, and the environment.
fn in_name(folder: &str, name: &str) -> Option<(String, String)> {
    let (stem, ending) = name.rsplit_once('.')?;
    let (before, word) = match stem.rfind(['.', '-', '_']) {
        Some(at) => (&stem[..=at], &stem[at + 1..]),
        None => ("", stem),
    };
    rank(word)?;
    let slash = if folder.is_empty() { "" } else { "/" };
    Some((
        format!("{folder}{slash}{before}{{env}}.{ending}"),
        word.to_owned(),
    ))
}

impl Proposal {
    fn add(&mut self, pattern: &str, files: String) {
        let mut words = pattern
            .split(['/', '.'])
            .filter(|part| !part.contains('{') && !part.is_empty());
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
        let name = if name.is_empty() { "app".to_owned() } else { name };
        let taken = |name: &str| self.sets.iter().any(|set| set.name == name);
        let mut free = name.clone();
        let mut nth = 2;
        while taken(&free) {
            free = format!("{name}-{nth}");
            nth += 1;
        }
        self.sets.push(ProposedSet { name: free, files });
    }

    /// The policy as text. `signers` is a file that grants the role of stamping; `id` ties
    /// acknowledgements to this repository.
    #[must_use]
    pub fn policy(&self, template: &str, id: &str, signers: Option<&str>) -> String {
        let mut sets = String::new();
        for set in &self.sets {
            let _ = write!(sets, "[configs.{}]\nfiles = \"{}\"\n", set.name, set.files);
            sets.push_str("# Keys whose values differ between environments. A staging stamp cannot prove these, so that each\n# needs a rule, a resolving address and somebody to stand by it.\n# per_env = [\"auth.server\", \"database.url\"]\n\n");
        }
        let serves = |name: &String| rank(name).is_some_and(|rank| rank >= PRODUCTION);
        let before = self.environments.iter().rfind(|name| !serves(name));
        let mut environments = String::new();
        for name in &self.environments {
            let _ = writeln!(environments, "[environments.{name}]");
            if let Some(before) = before.filter(|_| serves(name)) {
                let _ = writeln!(
                    environments,
                    "after = [\"{before}\"]             # proof from here is needed first\nsoak = \"30m\"                    # how long it must have run there\nstamp_max_age = \"7d\""
                );
            }
            let _ = writeln!(
                environments,
                "target = {{ dir = \"/srv/{name}/config\" }}  # where its configuration is put\n"
            );
        }
        let signers = match signers {
            Some(file) => format!("[signers]\nfile = \"{file}\"\n"),
            None => "# [signers]\n# file = \".tollgate/allowed_signers\"\n".to_owned(),
        };
        template
            .replace("@ID@", id)
            .replace("@CONFIGS@\n", &sets)
            .replace("@ENVIRONMENTS@\n", &environments)
            .replace("@SIGNERS@\n", &signers)
    }

    /// The proposal where nothing was found: two environments and a pattern to correct.
    #[must_use]
    pub fn starter() -> Self {
        Self {
            sets: vec![ProposedSet {
                name: "app".into(),
                files: "config/{env}/**/*.{yaml,yml,json,toml,env}".into(),
            }],
            environments: vec!["staging".into(), "production".into()],
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
        assert_eq!(
            propose(["test/a.yaml", "README.md"].into_iter()),
            Proposal::default()
        );
    }
}
