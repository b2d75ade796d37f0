//! Which rules cover a key path: one index over the patterns of all rules.

use super::rule::Rule;
use crate::doc::pattern::PatternIndex;
use crate::doc::{PathPattern, Segment};

/// The rules by the paths that they cover.
#[derive(Debug)]
pub(super) struct RuleIndex {
    patterns: PatternIndex,
    /// For each pattern its rule, and whether it takes paths out.
    of: Vec<(usize, bool)>,
    found: Vec<u32>,
}

impl RuleIndex {
    /// Indexes the rules that are wanted.
    pub(super) fn new(rules: &[Rule], wanted: impl Fn(&Rule) -> bool) -> Self {
        let mut of = Vec::new();
        let mut patterns: Vec<&PathPattern> = Vec::new();
        for (nth, rule) in rules.iter().enumerate().filter(|(_, rule)| wanted(rule)) {
            for (list, takes_out) in [(&rule.paths, false), (&rule.except, true)] {
                of.extend(list.iter().map(|_| (nth, takes_out)));
                patterns.extend(list);
            }
        }
        Self {
            patterns: PatternIndex::new(patterns),
            of,
            found: Vec::new(),
        }
    }

    /// Whether no rule is in it.
    pub(super) fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    /// The rules whose paths match and whose exceptions do not, ascending.
    pub(super) fn covering(&mut self, path: &[Segment], out: &mut Vec<usize>) {
        out.clear();
        self.patterns.matching_segments(path, &mut self.found);
        let mut except: Option<usize> = None;
        // A rule's paths come before its exceptions.
        for id in &self.found {
            let Some((rule, takes_out)) = self.of.get(*id as usize).copied() else {
                continue;
            };
            if takes_out {
                except = Some(rule);
                if out.last() == Some(&rule) {
                    out.pop();
                }
            } else if out.last() != Some(&rule) && except != Some(rule) {
                out.push(rule);
            }
        }
    }
}
