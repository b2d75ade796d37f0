//! The hard limits on input: one table, each with the reason it has that size.

/// Budgets that bound the work a hostile file can cause. Exceeding one is an error with a place.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of one file.
    pub file_bytes: u64,
    /// Nesting depth, every syntax; keeps recursive walkers within a small stack.
    pub depth: usize,
    /// Nodes of one file's tree.
    pub nodes: usize,
    /// Nodes that the tree would have if every alias were written out. Never materialised.
    pub expanded: u64,
    /// Documents in one file.
    pub documents: usize,
    /// Parse errors reported for one file.
    pub errors: usize,
    /// Changes reported for one pair of files.
    pub changes: usize,
    /// Pairs of nodes visited while comparing one pair of files.
    pub comparisons: u64,
    /// Memory that the key paths of one pair of files' changes may take.
    pub path_bytes: usize,
    /// Files of one side of a comparison.
    pub files: usize,
}

impl Limits {
    /// The limits in force.
    pub const DEFAULT: Self = Self {
        file_bytes: 64 * 1024 * 1024,
        depth: 255,
        nodes: 20_000_000,
        expanded: 50_000_000,
        documents: 100_000,
        errors: 50,
        changes: 200_000,
        comparisons: 50_000_000,
        path_bytes: 400_000_000,
        files: 1_000_000,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
