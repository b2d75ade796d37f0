//! Holding all rules against all changes. Tri-state: match, no match, not applicable, counted apart.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::fact::{Fact, below, facts_of};
use super::message::render;
use super::operator::Truth;
use super::rule::{Rule, RuleSet};
use crate::diff::{ChangeSet, FileDiff, document_identity};
use crate::doc::digest::Sha;
use crate::doc::pattern::{FoldedPath, glob_matches};
use crate::doc::secret::Redactor;
use crate::doc::{KeyPath, NodeId, Span, Tree};

/// One match of one rule.
#[derive(Debug, Clone)]
pub struct Hit {
    /// Position of the rule in the set.
    pub rule: usize,
    /// Position of the file in the change set.
    pub file: usize,
    /// Document index.
    pub document: usize,
    /// The key path.
    pub path: KeyPath,
    /// Where to point in the new file (in the old one where there is no new one).
    pub place: Span,
    /// For what was removed: where it stood in the old file.
    pub old_place: Option<Span>,
    /// The filled-in message.
    pub message: String,
    /// For `present` rules: the deployed side matches too.
    pub already: bool,
    /// The fingerprint of the fact, without rule and environment.
    pub fingerprint: Sha,
}

/// What the audit found.
#[derive(Debug, Clone, Default)]
pub struct Audit {
    /// Matches, by file, place and rule.
    pub hits: Vec<Hit>,
    /// Rules that covered changed values and could not judge some: how many they could not, how many they could.
    pub not_applicable: Vec<(usize, usize, usize)>,
    /// Changes (file, change) that no rule covers.
    pub unrated: Vec<(usize, usize)>,
    /// What could not be looked at, and why.
    pub skipped: Vec<String>,
}

/// What the audit needs besides rules and changes.
#[derive(Debug, Clone, Copy)]
pub struct AuditContext<'a> {
    /// The environment judged for; empty without one.
    pub environment: &'a str,
    /// What must not be shown.
    pub redactor: &'a Redactor,
    /// What ties fingerprints to the repository.
    pub key: &'a crate::diff::FingerprintKey,
}

/// Holds every rule against every change.
#[must_use]
pub fn audit(rules: &RuleSet, changes: &ChangeSet, context: AuditContext<'_>) -> Audit {
    let mut run = Run {
        rules,
        context,
        out: Audit::default(),
        tally: BTreeMap::new(),
        file: 0,
    };
    for (at, file) in changes.files.iter().enumerate() {
        run.file = at;
        run.changes(file);
        run.present(file);
    }
    for (rule, (judged, not_applicable)) in &run.tally {
        if *not_applicable > 0 {
            run.out.not_applicable.push((*rule, *not_applicable, *judged));
        }
    }
    run.out.hits.sort_by(|a, b| {
        (a.file, a.document, a.place, a.rule, &a.path).cmp(&(b.file, b.document, b.place, b.rule, &b.path))
    });
    run.out
}

struct Run<'r> {
    rules: &'r RuleSet,
    context: AuditContext<'r>,
    out: Audit,
    /// For each rule: how often it judged, how often it was not applicable.
    tally: BTreeMap<usize, (usize, usize)>,
    file: usize,
}

impl Run<'_> {
    fn changes(&mut self, file: &FileDiff) {
        for at in 0..file.changes.len() {
            let facts = facts_of(file, at).unwrap_or_else(|limit| {
                self.out.skipped.push(format!(
                    "more than {limit} values below {} were not held against the rules",
                    file.changes[at].path
                ));
                Vec::new()
            });
            let mut covered = false;
            for fact in &facts {
                let folded = FoldedPath::new(&fact.path);
                for (nth, rule) in self.rules.rules.iter().enumerate() {
                    if !rule.present && rule.kinds.contains(&fact.kind) && self.covers(rule, fact, &folded) {
                        covered |= rule.is_specific();
                        self.judge(nth, rule, fact);
                    }
                }
            }
            // A fact of a container covers the changes of its items.
            covered = covered || self.container_covers(file, &file.changes[at].path);
            if !covered {
                self.out.unrated.push((self.file, at));
            }
        }
        for delta in &file.containers {
            let fact = Fact::of_container(file, delta);
            let folded = FoldedPath::new(&fact.path);
            for (nth, rule) in self.rules.rules.iter().enumerate() {
                let wants =
                    !rule.present && rule.when.iter().any(super::operator::Condition::wants_containers);
                if wants && rule.kinds.contains(&fact.kind) && self.covers(rule, &fact, &folded) {
                    self.judge(nth, rule, &fact);
                }
            }
        }
    }

    fn container_covers(&self, file: &FileDiff, path: &KeyPath) -> bool {
        let Some((_, above)) = path.segments.split_last() else {
            return false;
        };
        let folded = FoldedPath::new(&KeyPath {
            segments: above.to_vec(),
        });
        file.containers.iter().any(|delta| delta.path.segments == above)
            && self.rules.rules.iter().any(|rule| {
                !rule.present
                    && rule.is_specific()
                    && rule.when.iter().any(super::operator::Condition::wants_containers)
                    && rule.paths.iter().any(|pattern| pattern.matches(&folded))
            })
    }

    fn covers(&self, rule: &Rule, fact: &Fact<'_>, folded: &FoldedPath) -> bool {
        let tree = if fact.new.is_some() {
            fact.file.new.as_deref()
        } else {
            fact.file.old.as_deref()
        };
        in_scope(rule, &fact.file.name, self.context.environment)
            && document_fits(
                rule,
                tree,
                if fact.new.is_some() {
                    fact.roots.new
                } else {
                    fact.roots.old
                },
            )
            && rule.paths.iter().any(|pattern| pattern.matches(folded))
            && !rule.except.iter().any(|pattern| pattern.matches(folded))
    }

    fn judge(&mut self, nth: usize, rule: &Rule, fact: &Fact<'_>) {
        let truth = evaluate(rule, fact);
        let tally = self.tally.entry(nth).or_default();
        match truth {
            // A container's values are facts of their own: what cannot be judged there is counted there.
            Truth::NotApplicable if fact.is_container() => {}
            Truth::NotApplicable => tally.1 += 1,
            Truth::NoMatch => tally.0 += 1,
            Truth::Match => {
                tally.0 += 1;
                self.hit(nth, rule, fact, false);
            }
        }
    }

    fn hit(&mut self, nth: usize, rule: &Rule, fact: &Fact<'_>, already: bool) {
        let redactor = self.context.redactor;
        let hidden = |tree: Option<&Tree>, root: Option<NodeId>, id: Option<NodeId>| match (tree, id) {
            (Some(tree), Some(id)) => redactor.hides_node(tree, root.unwrap_or(id), &fact.path, id),
            _ => false,
        };
        let hidden = redactor.hides(&fact.path)
            || hidden(fact.file.old.as_deref(), fact.roots.old, fact.old)
            || hidden(fact.file.new.as_deref(), fact.roots.new, fact.new);
        self.out.hits.push(Hit {
            rule: nth,
            file: self.file,
            document: fact.document,
            path: fact.path.clone(),
            place: fact.place,
            old_place: match (fact.new, fact.old, fact.file.old.as_deref()) {
                (None, Some(id), Some(tree)) => Some(tree.span(id)),
                _ => None,
            },
            message: render(&rule.message, fact, redactor),
            already,
            fingerprint: fact.file.fingerprint(&fact.as_change(), hidden, self.context.key),
        });
    }

    /// Rules that judge what the new side holds.
    fn present(&mut self, file: &FileDiff) {
        let rules: Vec<(usize, &Rule)> = self
            .rules
            .rules
            .iter()
            .enumerate()
            .filter(|(_, rule)| rule.present && in_scope(rule, &file.name, self.context.environment))
            .collect();
        let Some(new) = file.new.as_deref().filter(|_| !rules.is_empty()) else {
            return;
        };
        let before: BTreeSet<(usize, String, KeyPath)> = match file.old.as_deref() {
            Some(old) => self
                .matches_in(old, &rules, file, true)
                .into_iter()
                .map(|(nth, fact)| (nth, resource(old, &fact), fact.path))
                .collect(),
            None => BTreeSet::new(),
        };
        for (nth, fact) in self.matches_in(new, &rules, file, false) {
            let already = before.contains(&(nth, resource(new, &fact), fact.path.clone()));
            self.hit(nth, &self.rules.rules[nth], &fact, already);
        }
    }

    fn matches_in<'f>(
        &mut self,
        tree: &'f Tree,
        rules: &[(usize, &Rule)],
        file: &'f FileDiff,
        old_side: bool,
    ) -> Vec<(usize, Fact<'f>)> {
        let mut out = Vec::new();
        for (document, root) in tree.documents.iter().enumerate() {
            let mut visit = |path: KeyPath, id: NodeId| {
                let folded = FoldedPath::new(&path);
                for (nth, rule) in rules {
                    if !rule.paths.iter().any(|pattern| pattern.matches(&folded))
                        || rule.except.iter().any(|pattern| pattern.matches(&folded))
                    {
                        continue;
                    }
                    if !document_fits(rule, Some(tree), Some(*root)) {
                        continue;
                    }
                    let mut fact = Fact::of_present(file, document, *root, path.clone(), id, tree.span(id));
                    if old_side {
                        // The old side is judged by the same tests, as if it were new.
                        let kind = tree.kind(id);
                        if rule.when.iter().all(|condition| old_matches(condition, kind)) {
                            fact.new = None;
                            fact.old = Some(id);
                            out.push((*nth, fact));
                        }
                    } else if evaluate(rule, &fact) == Truth::Match {
                        out.push((*nth, fact));
                    }
                }
                true
            };
            if below(tree, *root, &KeyPath::root(), &mut visit).is_err() {
                self.out
                    .skipped
                    .push(format!("{} holds more values than rules look at", file.name));
            }
        }
        out
    }
}

fn old_matches(condition: &super::operator::Condition, kind: crate::doc::Kind<'_>) -> bool {
    use super::operator::{Condition, value};
    match condition {
        Condition::New(test) => test.test(Some(kind)) == Truth::Match,
        Condition::To(literals) => value::one_of(literals, Some(kind)) == Truth::Match,
        Condition::UniversalMatch => value::universal(Some(kind)) == Truth::Match,
        Condition::Old(_) | Condition::From(_) | Condition::Magnitude(_) | Condition::Set(_) => false,
    }
}

/// Which document a fact is in: a Kubernetes resource by its identity, else the document's position.
fn resource(tree: &Tree, fact: &Fact<'_>) -> String {
    let root = tree.documents.get(fact.document);
    let identity = root.and_then(|root| document_identity(tree, *root));
    identity.unwrap_or_else(|| fact.document.to_string())
}

fn in_scope(rule: &Rule, file: &str, environment: &str) -> bool {
    let file_fits = rule.files.is_empty() || rule.files.iter().any(|glob| glob_matches(glob, file));
    file_fits && rule.covers_environment(environment)
}

fn document_fits(rule: &Rule, tree: Option<&Tree>, root: Option<NodeId>) -> bool {
    if rule.documents.is_empty() {
        return true;
    }
    let kind = tree
        .zip(root)
        .and_then(|(tree, root)| tree.get_text(root, "kind"));
    kind.is_some_and(|kind| rule.documents.iter().any(|want| want == kind))
}

fn evaluate(rule: &Rule, fact: &Fact<'_>) -> Truth {
    let mut truth = Truth::Match;
    for condition in &rule.when {
        match condition.test(fact) {
            Truth::NoMatch => return Truth::NoMatch,
            Truth::NotApplicable => truth = Truth::NotApplicable,
            Truth::Match => {}
        }
    }
    truth
}
