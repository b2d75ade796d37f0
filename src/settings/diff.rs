//! How two versions are compared: what tells list items apart, which lists have no order, what is left out
//! of sight. The bundles of noise are tables here.

use crate::doc::PathPattern;

/// What tells the items of a list apart.
#[derive(Debug, Clone)]
pub struct ListKey {
    /// The list.
    pub path: PathPattern,
    /// Keys of its items; the first one must be in every item.
    pub by: Vec<String>,
}

/// How two versions are compared.
#[derive(Debug, Clone, Default)]
pub struct DiffSettings {
    /// Lists whose items are told apart by given keys, before any built-in table.
    pub keys: Vec<ListKey>,
    /// Lists in which order means nothing.
    pub sets: Vec<PathPattern>,
    /// Changes that are counted and not shown. Rules see them all the same.
    pub ignore: Vec<PathPattern>,
    /// The same, in Kubernetes resources only.
    pub ignore_in_resources: Vec<PathPattern>,
}

/// A bundle of paths to ignore.
#[derive(Debug)]
pub struct Noise {
    /// Its name in the policy.
    pub name: &'static str,
    /// What it is for.
    pub title: &'static str,
    /// Paths in Kubernetes resources.
    pub paths: &'static [&'static str],
}

/// Every bundle.
pub const NOISE: &[Noise] = &[Noise {
    name: "kubernetes",
    title: "what the API server writes into resources",
    paths: &[
        "metadata.creationTimestamp",
        "metadata.deletionGracePeriodSeconds",
        "metadata.deletionTimestamp",
        "metadata.generation",
        "metadata.managedFields.**",
        "metadata.resourceVersion",
        "metadata.selfLink",
        "metadata.uid",
        "metadata.annotations[\"deployment.kubernetes.io/revision\"]",
        "metadata.annotations[\"kubectl.kubernetes.io/last-applied-configuration\"]",
        "status.**",
    ],
}];

impl DiffSettings {
    /// Adds a bundle; whether there is one of that name.
    pub fn add_noise(&mut self, name: &str) -> bool {
        let Some(noise) = NOISE.iter().find(|noise| noise.name == name) else {
            return false;
        };
        let patterns = noise.paths.iter().filter_map(|path| PathPattern::new(path).ok());
        self.ignore_in_resources.extend(patterns);
        true
    }

    /// Whether anything is ignored.
    #[must_use]
    pub fn ignores(&self) -> bool {
        !(self.ignore.is_empty() && self.ignore_in_resources.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_of_every_bundle_is_a_pattern() {
        for noise in NOISE {
            let mut settings = DiffSettings::default();
            assert!(settings.add_noise(noise.name));
            assert_eq!(
                settings.ignore_in_resources.len(),
                noise.paths.len(),
                "{}",
                noise.name
            );
        }
        assert!(!DiffSettings::default().add_noise("nope"));
    }
}
