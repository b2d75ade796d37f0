//! Files within a value: a `ConfigMap`'s `app.yaml: |`, JSON in an environment variable. They are parsed, so that
//! their keys count as keys; what they hold stands at the path of the value, with its own place in the source.

use std::sync::Arc;

use super::find::{Context, Finder};
use super::found::Address;
use crate::doc::{KeyPath, Limits, NodeId, Note, SourceFile, Tree};
use crate::formats;

/// Files within files within a file.
const MOST_DEEP: u8 = 2;

/// The longest value that is parsed; longer ones are searched line by line.
const MAX_EMBEDDED: usize = 256 * 1024;

impl Finder<'_> {
    /// Searches a value as the file that it is. `false` where it is none: it is searched as a text then.
    pub(super) fn embedded(
        &mut self,
        id: NodeId,
        text: &str,
        quote: usize,
        path: &KeyPath,
        context: &Context,
    ) -> bool {
        let file = context.key.as_deref().unwrap_or("");
        let Some(tree) = (self.depth < MOST_DEEP).then(|| read(file, text)).flatten() else {
            return false;
        };
        // A list on its own is what its key says.
        let list = text.trim_start().starts_with('[');
        let Ok(inner) = self.search_inner(&tree, Some(file).filter(|_| list)) else {
            return false;
        };
        for address in inner {
            self.adopt(address, id, quote, path);
        }
        true
    }

    fn adopt(&mut self, mut address: Address, id: NodeId, quote: usize, path: &KeyPath) {
        let range = address.span.start as usize..address.span.end as usize;
        address.span = self.span_in(id, quote, &range, &address.host);
        address.path = path.clone();
        address.node = id;
        address.document = self.document;
        self.out.push(address);
    }
}

/// The tree of a value that is a file by its key's name or by its first letter.
fn read(key: &str, text: &str) -> Option<Tree> {
    let start = text.trim_start();
    let name = if start.starts_with('{') || start.starts_with('[') {
        "value.json"
    } else if text.contains('\n') && formats::detect(key).is_some() {
        key
    } else if text.contains('\n') && begins_with_a_key(text) {
        "value.yaml"
    } else {
        return None;
    };
    let syntax = formats::detect(name)?;
    if text.len() > MAX_EMBEDDED || syntax.name == "text" || text.contains("{{") {
        return None;
    }
    let source = Arc::new(SourceFile::from_text(name, text));
    let tree = (syntax.parse)(&source, &Limits::DEFAULT).ok()?;
    let structured = tree.documents.iter().any(|root| tree.scalar(*root).is_none());
    let as_text = tree.notes.iter().any(|note| matches!(note, Note::ReadAsText(_)));
    (structured && !as_text).then_some(tree)
}

/// `key: …` or `key:` on the first line that is no comment, as YAML begins.
fn begins_with_a_key(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim_end);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with('#'));
    first
        .and_then(|line| line.split_once(':'))
        .is_some_and(|(key, rest)| {
            let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
            !key.is_empty() && key.chars().all(legal) && (rest.is_empty() || rest.starts_with(' '))
        })
}
