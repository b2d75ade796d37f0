//! Holding all rules against all changes. Tri-state: match, no match, not applicable, counted apart.

use std::collections::{BTreeMap, BTreeSet};

use super::fact::{Fact, MAX_VALUES, below, facts_of};
use super::index::RuleIndex;
use super::message::render;
use super::operator::Truth;
use super::rule::{Rule, RuleSet};
use super::whole::Wholes;
use super::world::World;
use crate::diff::{ChangeSet, FileDiff, document_identity};
use crate::doc::digest::Sha;
use crate::doc::pattern::glob_matches;
use crate::doc::secret::Redactor;
use crate::doc::{KeyPath, NodeId, Segment, Span, Tree};

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
    /// The names of every environment of the policy.
    pub environments: &'a [String],
    /// Whether what is in files without changes is wanted too.
    pub all: bool,
    /// What must not be shown.
    pub redactor: &'a Redactor,
    /// What ties fingerprints to the repository.
    pub key: &'a crate::diff::FingerprintKey,
}

/// Holds every rule against every change.
#[must_use]
pub fn audit(rules: &RuleSet, changes: &ChangeSet, context: AuditContext<'_>) -> Audit {
    let mut run = Run {
        rules: &rules.rules,
        world: World::new(changes, context.environment, context.environments),
        context,
        out: Audit::default(),
        tally: BTreeMap::new(),
        file: 0,
        of_changes: RuleIndex::new(&rules.rules, |rule| !rule.present && !rule.is_of_subtrees()),
        of_presence: RuleIndex::new(&rules.rules, |rule| rule.present),
        wholes: Wholes::new(&rules.rules),
        scope: Vec::new(),
        seen: BTreeSet::new(),
        facts: Vec::new(),
    };
    let files = changes.all().enumerate();
    for (at, file) in files.take_while(|(at, _)| context.all || *at < changes.files.len()) {
        run.file = at;
        run.seen.clear();
        run.scope = rules
            .rules
            .iter()
            .map(|rule| {
                let on = rules.severity(rule, context.environment).0.is_some();
                on && in_scope(rule, &file.name, context.environment)
            })
            .collect();
        run.changes(file);
        run.present(file);
    }
    run.wholes(changes);
    for (rule, (judged, not_applicable)) in &run.tally {
        // A rule over every path looks for values of its kind among all others.
        if *not_applicable > 0 && rules.rules[*rule].is_specific() {
            run.out.not_applicable.push((*rule, *not_applicable, *judged));
        }
    }
    let order = |hit: &Hit| (hit.file, hit.document, hit.place, hit.rule);
    run.out
        .hits
        .sort_by(|a, b| order(a).cmp(&order(b)).then_with(|| a.path.cmp(&b.path)));
    // A list whose items moved is one list.
    run.out
        .hits
        .dedup_by(|a, b| order(a) == order(b) && a.path == b.path && a.message == b.message);
    run.out
}

struct Run<'r> {
    rules: &'r [Rule],
    world: World<'r>,
    context: AuditContext<'r>,
    out: Audit,
    /// For each rule: how often it judged, how often it was not applicable.
    tally: BTreeMap<usize, (usize, usize)>,
    file: usize,
    of_changes: RuleIndex,
    of_presence: RuleIndex,
    wholes: Wholes,
    /// Which rules are for the present file and environment.
    scope: Vec<bool>,
    /// What was said of the present file: the rule, and the values that it is about.
    seen: BTreeSet<(usize, Option<NodeId>, Option<NodeId>)>,
    /// Scratch.
    facts: Vec<usize>,
}

impl Run<'_> {
    fn changes(&mut self, file: &FileDiff) {
        let containers: BTreeMap<&[Segment], bool> = file
            .containers
            .iter()
            .map(|delta| (delta.path.segments.as_slice(), self.covers_container(file, delta)))
            .collect();
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
                covered |= self.fact(fact);
            }
            // A fact of a container covers the changes of its items.
            let above = file.changes[at].path.segments.split_last();
            covered =
                covered || above.is_some_and(|(_, above)| containers.get(above).copied().unwrap_or(false));
            if !covered {
                self.out.unrated.push((self.file, at));
            }
        }
        for delta in &file.containers {
            let fact = Fact::of_container(file, delta);
            for nth in self.covering(&fact) {
                if self.rules[nth].wants_containers() {
                    self.judge(nth, &fact);
                }
            }
        }
    }

    /// Judges a fact by every rule that covers it; whether one of them names its key.
    fn fact(&mut self, fact: &Fact<'_>) -> bool {
        let mut covered = false;
        let covering = self.covering(fact);
        self.wholes
            .count(self.rules, (&self.scope, &covering), self.file, fact);
        for nth in covering {
            covered |= self.rules[nth].is_specific();
            self.judge(nth, fact);
        }
        covered
    }

    /// The rules for changes whose paths, kinds, file, environment and document fit.
    fn covering(&mut self, fact: &Fact<'_>) -> Vec<usize> {
        let mut found = std::mem::take(&mut self.facts);
        self.of_changes.covering(&fact.path.segments, &mut found);
        let out = found
            .iter()
            .copied()
            .filter(|nth| {
                let rule = &self.rules[*nth];
                let (tree, root) = match fact.new {
                    Some(_) => (fact.new_tree(), fact.roots.new),
                    None => (fact.old_tree(), fact.roots.old),
                };
                self.scope[*nth] && rule.kinds.contains(&fact.kind) && document_fits(rule, tree, root)
            })
            .collect();
        self.facts = found;
        out
    }

    fn covers_container(&mut self, file: &FileDiff, delta: &crate::diff::ContainerDelta) -> bool {
        let fact = Fact::of_container(file, delta);
        let covering = self.covering(&fact);
        covering
            .iter()
            .any(|nth| self.rules[*nth].is_specific() && self.rules[*nth].wants_containers())
    }

    fn judge(&mut self, nth: usize, fact: &Fact<'_>) {
        let truth = evaluate(&self.rules[nth], fact, &self.world);
        let tally = self.tally.entry(nth).or_default();
        match truth {
            // A container's values are facts of their own: what cannot be judged there is counted there.
            Truth::NotApplicable if fact.is_container() => {}
            Truth::NotApplicable => tally.1 += 1,
            Truth::NoMatch => tally.0 += 1,
            Truth::Match => {
                tally.0 += 1;
                self.hit(nth, fact, false);
            }
        }
    }

    fn hit(&mut self, nth: usize, fact: &Fact<'_>, already: bool) {
        // A value under two names is one.
        if !self.seen.insert((nth, fact.old, fact.new)) && fact.again {
            return;
        }
        let redactor = self.context.redactor;
        let hidden = |tree: Option<&Tree>, root: Option<NodeId>, id: Option<NodeId>| match (tree, id) {
            (Some(tree), Some(id)) => redactor.hides_node(tree, root.unwrap_or(id), &fact.path, id),
            _ => false,
        };
        let hidden = redactor.hides(&fact.path)
            || hidden(fact.old_tree(), fact.roots.old, fact.old)
            || hidden(fact.new_tree(), fact.roots.new, fact.new);
        self.out.hits.push(Hit {
            rule: nth,
            file: self.file,
            document: fact.document,
            path: fact.path.as_ref().clone(),
            place: fact.place,
            old_place: match (fact.new, fact.old, fact.file.old.as_deref()) {
                (None, Some(id), Some(tree)) => Some(tree.span(id)),
                _ => None,
            },
            message: render(&self.rules[nth].message, fact, redactor),
            already,
            fingerprint: fact.file.fingerprint(&fact.as_change(), hidden, self.context.key),
        });
    }

    /// Rules that judge what the new side holds.
    fn present(&mut self, file: &FileDiff) {
        if self.of_presence.is_empty() {
            return;
        }
        let Some(new) = file.new.as_deref() else { return };
        let found = self.matches_in(new, file, false);
        if found.is_empty() {
            return;
        }
        // What is wrong on both sides does not become wrong now.
        let before: BTreeSet<(usize, String, KeyPath)> = match file.old.as_deref() {
            Some(old) => self
                .matches_in(old, file, true)
                .into_iter()
                .map(|(nth, fact)| (nth, resource(old, &fact), fact.path.into_owned()))
                .collect(),
            None => BTreeSet::new(),
        };
        for (nth, fact) in found {
            let already = before.contains(&(nth, resource(new, &fact), fact.path.as_ref().clone()));
            self.hit(nth, &fact, already);
        }
    }

    fn matches_in<'f>(&mut self, tree: &'f Tree, file: &'f FileDiff, of_old: bool) -> Vec<(usize, Fact<'f>)> {
        let mut out = Vec::new();
        let mut covering = Vec::new();
        for (document, root) in tree.documents.iter().enumerate() {
            let fits: Vec<bool> = self
                .rules
                .iter()
                .zip(&self.scope)
                .map(|(rule, in_scope)| *in_scope && document_fits(rule, Some(tree), Some(*root)))
                .collect();
            let mut seen = 0;
            let mut visit = |path: KeyPath, id: NodeId| {
                seen += 1;
                self.of_presence.covering(&path.segments, &mut covering);
                covering.retain(|nth| fits[*nth]);
                if !covering.is_empty() {
                    let fact = Fact::of_present(file, of_old, (document, *root), path, id, tree.span(id));
                    let matching = covering
                        .iter()
                        .filter(|nth| evaluate(&self.rules[**nth], &fact, &self.world) == Truth::Match);
                    out.extend(matching.map(|nth| (*nth, fact.clone())));
                }
                seen < MAX_VALUES
            };
            if below(tree, *root, &KeyPath::root(), &mut visit).is_err() {
                let why = format!("{} holds more values than rules look at", file.name);
                self.out.skipped.push(why);
            }
        }
        out
    }

    /// Rules about files, sets and parts of them as a whole.
    fn wholes(&mut self, changes: &ChangeSet) {
        for whole in self.wholes.judge(self.rules, changes, self.context.key) {
            self.tally.entry(whole.rule).or_default().0 += 1;
            self.out.hits.extend(whole.hit);
        }
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

fn evaluate(rule: &Rule, fact: &Fact<'_>, world: &World<'_>) -> Truth {
    let mut truth = Truth::Match;
    for condition in &rule.when {
        match condition.test(fact, world) {
            Truth::NoMatch => return Truth::NoMatch,
            Truth::NotApplicable => truth = Truth::NotApplicable,
            Truth::Match => {}
        }
    }
    truth
}
