//! Many patterns at once: a trie of their steps, walked like a nondeterministic automaton. What a name matches is
//! worked out once for every name, so that a path costs about as much as it has steps, however many patterns there
//! are.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use aho_corasick::AhoCorasick;

use super::super::path::{KeyPath, Segment};
use super::{Name, PathPattern, Step, glob_matches, words};

/// The patterns that a path matches, by the numbers under which they were added, ascending.
#[derive(Debug)]
pub struct PatternIndex {
    nodes: Vec<Node>,
    names: Names,
    /// What each name that was met matches.
    known: HashMap<String, Rc<[u32]>>,
    /// Scratch: the states before and after a step.
    now: Vec<u32>,
    next: Vec<u32>,
    to: Vec<u32>,
    /// For each state the step in which it was entered last.
    entered: Vec<u64>,
    step: u64,
}

/// The most names whose matches are kept; beyond, they are worked out again.
const MAX_KNOWN: usize = 200_000;

#[derive(Debug, Default)]
struct Node {
    /// Where `**` leads, which is entered together with this state.
    any_depth: Option<u32>,
    /// Whether this state is a `**` itself: it stays.
    stays: bool,
    any_one: Option<u32>,
    any_item: Option<u32>,
    index: BTreeMap<usize, u32>,
    item_by: Vec<(String, Name, u32)>,
    /// Where names lead, by their numbers, ascending.
    names: Vec<(u32, Vec<u32>)>,
    /// For many names: the position in `names` and one, by number; 0 for none.
    dense: Vec<u32>,
    /// Children by the names they stand for, to be shared by patterns that begin alike.
    lists: BTreeMap<Vec<Name>, u32>,
    /// Patterns that end here.
    accepts: Vec<u32>,
}

/// From so many names on a table is faster than a search.
const DENSE: usize = 12;

impl Node {
    fn prepare(&mut self, names: u32) {
        self.names.sort();
        if self.names.len() < DENSE {
            return;
        }
        self.dense = vec![0; names as usize];
        for (at, (id, _)) in (1_u32..).zip(&self.names) {
            if let Some(slot) = self.dense.get_mut(*id as usize) {
                *slot = at;
            }
        }
    }

    /// Where a name leads.
    fn children(&self, name: u32) -> &[u32] {
        let found = if self.dense.is_empty() {
            self.names.iter().find(|(id, _)| *id == name)
        } else {
            let slot = self.dense.get(name as usize).copied().unwrap_or(0);
            slot.checked_sub(1).and_then(|at| self.names.get(at as usize))
        };
        found.map_or(&[], |(_, children)| children)
    }
}

/// Every name of every pattern, and what finds those that match a text.
#[derive(Debug, Default)]
struct Names {
    joined: HashMap<String, u32>,
    literal: HashMap<String, u32>,
    globs: Vec<(String, u32)>,
    glob_ids: HashMap<String, u32>,
    count: u32,
    /// Finds the longest literal piece of each glob, by its position in `globs`.
    pieces: Option<AhoCorasick>,
    /// Positions in `globs` of those without any literal piece.
    bare: Vec<usize>,
    /// Positions in `globs`, by the pattern of `pieces`.
    of_piece: Vec<usize>,
}

impl Names {
    fn add(&mut self, name: &Name) -> u32 {
        let (table, text) = match name {
            Name::Joined(text) => (&mut self.joined, text),
            Name::Literal(text) => (&mut self.literal, text),
            Name::Glob(text) => (&mut self.glob_ids, text),
        };
        if let Some(id) = table.get(text) {
            return *id;
        }
        let id = self.count;
        self.count += 1;
        table.insert(text.clone(), id);
        if let Name::Glob(text) = name {
            self.globs.push((text.clone(), id));
        }
        id
    }

    fn prepare(&mut self) {
        let mut pieces = Vec::new();
        for (at, (glob, _)) in self.globs.iter().enumerate() {
            let longest = glob.split('*').max_by_key(|piece| piece.len()).unwrap_or("");
            if longest.is_empty() {
                self.bare.push(at);
            } else {
                pieces.push(longest.to_owned());
                self.of_piece.push(at);
            }
        }
        // Without it every glob is tried, which is slower and finds the same.
        self.pieces = AhoCorasick::new(&pieces).ok();
        if self.pieces.is_none() {
            self.bare = (0..self.globs.len()).collect();
        }
    }

    fn matching(&self, raw: &str) -> Rc<[u32]> {
        let words = words(raw);
        let mut out: Vec<u32> = Vec::new();
        let joined = words.replace('_', "");
        out.extend(self.joined.get(&joined));
        out.extend(self.literal.get(raw));
        let mut try_glob = |at: usize| {
            if let Some((glob, id)) = self.globs.get(at)
                && !out.contains(id)
                && glob_matches(glob, &words)
            {
                out.push(*id);
            }
        };
        self.bare.iter().for_each(|at| try_glob(*at));
        if let Some(pieces) = &self.pieces {
            for found in pieces.find_overlapping_iter(words.as_ref()) {
                if let Some(at) = self.of_piece.get(found.pattern().as_usize()) {
                    try_glob(*at);
                }
            }
        }
        out.sort_unstable();
        out.into()
    }
}

impl PatternIndex {
    /// Indexes patterns; each is known by its position.
    #[must_use]
    pub fn new<'p>(patterns: impl IntoIterator<Item = &'p PathPattern>) -> Self {
        let mut index = Self {
            nodes: vec![Node::default()],
            names: Names::default(),
            known: HashMap::new(),
            now: Vec::new(),
            next: Vec::new(),
            to: Vec::new(),
            entered: Vec::new(),
            step: 0,
        };
        for (id, pattern) in patterns.into_iter().enumerate() {
            index.add(u32::try_from(id).unwrap_or(u32::MAX), pattern);
        }
        index.names.prepare();
        for node in &mut index.nodes {
            node.prepare(index.names.count);
        }
        index.entered = vec![0; index.nodes.len()];
        index
    }

    fn add(&mut self, id: u32, pattern: &PathPattern) {
        let mut at = 0;
        for step in &pattern.steps {
            at = self.child(at, step);
        }
        self.nodes[at as usize].accepts.push(id);
    }

    fn child(&mut self, at: u32, step: &Step) -> u32 {
        let fresh = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        let node = &mut self.nodes[at as usize];
        let child = match step {
            // `**.**` is `**`.
            Step::AnyDepth if node.stays => return at,
            Step::AnyDepth => *node.any_depth.get_or_insert(fresh),
            Step::AnyOne => *node.any_one.get_or_insert(fresh),
            Step::AnyItem => *node.any_item.get_or_insert(fresh),
            Step::Index(index) => *node.index.entry(*index).or_insert(fresh),
            Step::ItemBy(key, name) => {
                let same = node.item_by.iter().find(|(k, n, _)| k == key && n == name);
                match same {
                    Some((_, _, child)) => *child,
                    None => {
                        node.item_by.push((key.clone(), name.clone(), fresh));
                        fresh
                    }
                }
            }
            Step::Names(list) => *node.lists.entry(list.clone()).or_insert(fresh),
        };
        if child == fresh {
            self.nodes.push(Node {
                stays: *step == Step::AnyDepth,
                ..Node::default()
            });
            if let Step::Names(list) = step {
                for name in list {
                    let id = self.names.add(name);
                    let names = &mut self.nodes[at as usize].names;
                    match names.iter_mut().find(|(known, _)| *known == id) {
                        Some((_, children)) => children.push(child),
                        None => names.push((id, vec![child])),
                    }
                }
            }
        }
        child
    }

    /// The patterns that match a whole path, by their numbers, ascending. Dotted keys count as one name and as
    /// several.
    pub fn matching(&mut self, path: &KeyPath, out: &mut Vec<u32>) {
        self.matching_segments(&path.segments, out);
    }

    /// The same for the segments of a path.
    pub fn matching_segments(&mut self, path: &[Segment], out: &mut Vec<u32>) {
        out.clear();
        self.run(path, out);
        if path
            .iter()
            .any(|segment| segment.name().is_some_and(|name| name.contains('.')))
        {
            let apart: Vec<Segment> = path.iter().flat_map(apart).collect();
            self.run(&apart, out);
        }
        out.sort_unstable();
        out.dedup();
    }

    fn run(&mut self, path: &[Segment], out: &mut Vec<u32>) {
        self.now.clear();
        self.next.clear();
        self.step += 1;
        self.enter(0);
        std::mem::swap(&mut self.now, &mut self.next);
        for segment in path {
            self.step += 1;
            let matched = segment.name().map(|name| self.names_of(name));
            for at in 0..self.now.len() {
                let state = self.now[at];
                self.follow(state, segment, matched.as_deref());
            }
            std::mem::swap(&mut self.now, &mut self.next);
            self.next.clear();
            if self.now.is_empty() {
                return;
            }
        }
        for state in &self.now {
            out.extend(&self.nodes[*state as usize].accepts);
        }
    }

    fn names_of(&mut self, name: &str) -> Rc<[u32]> {
        if let Some(known) = self.known.get(name) {
            return Rc::clone(known);
        }
        let matched = self.names.matching(name);
        if self.known.len() >= MAX_KNOWN {
            self.known.clear();
        }
        self.known.insert(name.to_owned(), Rc::clone(&matched));
        matched
    }

    /// Enters a state, and what is entered together with it.
    fn enter(&mut self, state: u32) {
        let mut state = Some(state);
        while let Some(at) = state {
            let seen = &mut self.entered[at as usize];
            if *seen == self.step {
                return;
            }
            *seen = self.step;
            self.next.push(at);
            state = self.nodes[at as usize].any_depth;
        }
    }

    fn follow(&mut self, state: u32, segment: &Segment, names: Option<&[u32]>) {
        let mut to = std::mem::take(&mut self.to);
        to.clear();
        let node = &self.nodes[state as usize];
        if node.stays {
            to.push(state);
        }
        to.extend(node.any_one);
        match (segment, names) {
            (Segment::Key { .. }, Some(names)) if !node.names.is_empty() => {
                for name in names {
                    to.extend(node.children(*name));
                }
            }
            (Segment::Key { .. }, _) => {}
            (Segment::Index(index), _) => {
                to.extend(node.any_item);
                to.extend(node.index.get(index));
            }
            (Segment::Item { by, index }, _) => {
                to.extend(node.any_item);
                to.extend(node.index.get(index));
                let fits = |(key, name, child): &(String, Name, u32)| {
                    by.iter()
                        .any(|(k, v)| k == key && name.matches_text(v))
                        .then_some(*child)
                };
                to.extend(node.item_by.iter().filter_map(fits));
            }
        }
        for child in &to {
            self.enter(*child);
        }
        self.to = to;
    }
}

/// A dotted key as the keys that it would be elsewhere.
fn apart(segment: &Segment) -> Vec<Segment> {
    match segment.name() {
        Some(name) => name
            .split('.')
            .filter(|part| !part.is_empty())
            .map(Segment::key)
            .collect(),
        None => vec![segment.clone()],
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::FoldedPath;
    use super::*;

    fn segment() -> impl Strategy<Value = Segment> {
        let name = prop_oneof![
            "(db|auth|tls|pool|max|size|auth_server|maxSize|connection\\.pool|enabled|AUTH)",
            "[a-c]{1,2}(_[a-c])?",
        ];
        prop_oneof![
            5 => name.prop_map(Segment::key),
            1 => (0_usize..3).prop_map(Segment::Index),
            1 => ("(app|web)", 0_usize..3).prop_map(|(name, index)| Segment::Item {
                by: vec![("name".into(), name)],
                index,
            }),
        ]
    }

    fn pattern() -> impl Strategy<Value = String> {
        let step = prop_oneof![
            Just("**".to_owned()),
            Just("*".to_owned()),
            "(db|auth|tls|pool|max\\*|\\*size|\\*auth\\*|a\\*|\\{db,tls,max\\*\\}|enabled|\\{a,b\\}_c)",
            "[a-c]{1,2}",
        ];
        let item = prop_oneof![
            4 => Just(String::new()),
            1 => Just("[*]".to_owned()),
            1 => Just("[1]".to_owned()),
            1 => Just("[name=app]".to_owned()),
            1 => Just("[name=a*]".to_owned()),
        ];
        proptest::collection::vec((step, item), 1..5).prop_map(|steps| {
            let steps = steps.iter().map(|(step, item)| match step.as_str() {
                "**" => step.clone(),
                _ => format!("{step}{item}"),
            });
            steps.collect::<Vec<_>>().join(".")
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn the_index_matches_what_each_pattern_matches(
            patterns in proptest::collection::vec(pattern(), 1..12),
            paths in proptest::collection::vec(proptest::collection::vec(segment(), 0..6), 1..8),
        ) {
            let patterns: Vec<PathPattern> =
                patterns.iter().map(|text| PathPattern::new(text).expect("a pattern")).collect();
            let mut index = PatternIndex::new(&patterns);
            let mut got = Vec::new();
            for segments in paths {
                let path = KeyPath { segments };
                index.matching(&path, &mut got);
                let folded = FoldedPath::new(&path);
                let want: Vec<u32> = (0_u32..).zip(&patterns)
                    .filter(|(_, pattern)| pattern.matches(&folded)).map(|(id, _)| id).collect();
                prop_assert_eq!(&got, &want, "{} in {:?}", path, patterns);
            }
        }
    }
}
