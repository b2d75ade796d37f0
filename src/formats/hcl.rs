//! HCL 2 (Terraform, Nomad, Consul) through hcl-edit. A block is a mapping under its type and labels, as in
//! HCL's JSON syntax; blocks of one type and the same labels are a list. What is no literal keeps its
//! source text under the tag `!expr`: nothing is evaluated. A block's body is told from an object of the same
//! content (`b { }`, `b = { }`) by a tag that is compared and not printed.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, Object, ObjectKey, UnaryOperator};
use hcl_edit::structure::{Attribute, Block, BlockLabel, Body, Structure};

use super::{ParseError, Parsed};
use crate::doc::{BLOCK, Duplicate, Entry, Limits, NodeId, ScalarKind, SourceFile, Span, Tree};

/// The tag of what would have to be evaluated.
const EXPRESSION: &str = "!expr";

pub(super) fn parse(source: &Arc<SourceFile>, limits: &Limits) -> Parsed {
    let skip = source.bom_len();
    let body = hcl_edit::parser::parse_body(&source.text()[skip..]).map_err(|error| {
        let at = source.floor(skip + error.location().offset());
        vec![ParseError::new(Span::empty(at), error.message().trim())]
    })?;
    let mut builder = Builder {
        tree: Tree::new(Arc::clone(source)),
        skip,
    };
    let whole = Span::new(skip, source.text().len());
    let root = builder.body(&body, whole);
    let mut tree = builder.tree;
    if tree.len() > limits.nodes {
        let message = format!("more than {} values", limits.nodes);
        return Err(vec![ParseError::new(whole, message)]);
    }
    tree.documents.push(root);
    Ok(tree)
}

/// Types of blocks that run in the order of the file (Terraform, Packer).
const IN_ORDER: &[&str] = &["provisioner", "post-processor", "post-processors"];

/// Blocks of one type: those without further labels, and the rest by their next label.
#[derive(Debug, Default)]
struct Group {
    bodies: Vec<NodeId>,
    labels: Vec<(String, Span, Group)>,
    index: HashMap<String, usize>,
}

impl Group {
    fn label(&mut self, name: &str, span: Span) -> &mut Self {
        let at = *self.index.entry(name.to_owned()).or_insert_with(|| {
            self.labels.push((name.to_owned(), span, Self::default()));
            self.labels.len() - 1
        });
        &mut self.labels[at].2
    }
}

/// What stands under a name in a body.
#[derive(Debug)]
enum Slot {
    Value(NodeId),
    Blocks(Group),
}

struct Builder {
    tree: Tree,
    skip: usize,
}

impl Builder {
    fn span(&self, range: Option<Range<usize>>) -> Span {
        range.map_or(Span::empty(self.skip), |range| {
            Span::new(range.start + self.skip, range.end + self.skip)
        })
    }

    /// The nesting of bodies and expressions is bounded by the parser (64 levels).
    fn body(&mut self, body: &Body, span: Span) -> NodeId {
        let mut slots: Vec<(String, Span, Slot)> = Vec::new();
        let mut groups: HashMap<String, usize> = HashMap::new();
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => slots.push(self.attribute(attribute)),
                Structure::Block(block) => {
                    let name = block.ident.as_str();
                    let at = *groups.entry(name.to_owned()).or_insert_with(|| {
                        let span = self.span(block.ident.span());
                        slots.push((name.to_owned(), span, Slot::Blocks(Group::default())));
                        slots.len() - 1
                    });
                    if let Slot::Blocks(group) = &mut slots[at].2 {
                        if IN_ORDER.contains(&name) {
                            self.in_order(block, group);
                        } else {
                            self.block(block, group);
                        }
                    }
                }
            }
        }
        let mut seen: HashMap<String, Span> = HashMap::new();
        let mut entries = Vec::with_capacity(slots.len());
        for (name, at, slot) in slots {
            if let Some(first) = seen.get(&name) {
                self.tree.duplicates.push(Duplicate {
                    first: *first,
                    again: at,
                });
            }
            seen.entry(name.clone()).or_insert(at);
            let key = self.tree.add_scalar(ScalarKind::String, at, &name);
            let value = match slot {
                Slot::Value(value) => value,
                Slot::Blocks(group) => self.group(group, at),
            };
            entries.push(Entry { key, value });
        }
        self.tree.add_mapping(span, &entries)
    }

    fn attribute(&mut self, attribute: &Attribute) -> (String, Span, Slot) {
        let at = self.span(attribute.key.span());
        let value = self.expression(&attribute.value);
        (attribute.key.as_str().to_owned(), at, Slot::Value(value))
    }

    fn block(&mut self, block: &Block, group: &mut Group) {
        let mut group = group;
        for label in &block.labels {
            let (text, range) = match label {
                BlockLabel::Ident(ident) => (ident.as_str(), ident.span()),
                BlockLabel::String(text) => (text.as_str(), text.span()),
            };
            group = group.label(text, self.span(range));
        }
        let span = self.span(block.span());
        let body = self.body(&block.body, span);
        self.tree.set_tag(body, BLOCK);
        group.bodies.push(body);
    }

    /// Blocks that run one after the other are a list, whatever their labels.
    fn in_order(&mut self, block: &Block, group: &mut Group) {
        let mut own = Group::default();
        self.block(block, &mut own);
        let node = self.group(own, self.span(block.span()));
        group.bodies.push(node);
    }

    fn group(&mut self, group: Group, at: Span) -> NodeId {
        let mut nodes = group.bodies;
        if !group.labels.is_empty() {
            let mut entries = Vec::with_capacity(group.labels.len());
            for (label, span, inner) in group.labels {
                let key = self.tree.add_scalar(ScalarKind::String, span, &label);
                let value = self.group(inner, span);
                entries.push(Entry { key, value });
            }
            let span = self.covered(entries.iter().map(|entry| entry.value), at);
            nodes.push(self.tree.add_mapping(span, &entries));
        }
        if let [one] = nodes.as_slice() {
            return *one;
        }
        let span = self.covered(nodes.iter().copied(), at);
        self.tree.add_sequence(span, &nodes)
    }

    fn covered(&self, nodes: impl Iterator<Item = NodeId>, at: Span) -> Span {
        nodes.map(|id| self.tree.span(id)).fold(at, Span::join)
    }

    fn expression(&mut self, expression: &Expression) -> NodeId {
        let span = self.span(expression.span());
        match expression {
            Expression::Null(_) => self.tree.add_scalar(ScalarKind::Null, span, "null"),
            Expression::Bool(value) => {
                let text = if *value.value() { "true" } else { "false" };
                self.tree.add_scalar(ScalarKind::Bool, span, text)
            }
            // The parsed number may have lost digits; its text has not.
            Expression::Number(_) => self.number(span),
            Expression::UnaryOp(operation)
                if operation.operator.value() == &UnaryOperator::Neg
                    && matches!(operation.expr, Expression::Number(_)) =>
            {
                self.number(span)
            }
            Expression::String(text) => self.tree.add_scalar(ScalarKind::String, span, text.value()),
            Expression::HeredocTemplate(heredoc) => {
                let literal: Option<Vec<&str>> = heredoc
                    .template
                    .iter()
                    .map(|element| element.as_literal().map(|text| text.as_str()))
                    .collect();
                match literal {
                    Some(parts) => self.tree.add_scalar(ScalarKind::String, span, &parts.concat()),
                    None => self.source_text(span),
                }
            }
            Expression::Array(array) => {
                let items: Vec<NodeId> = array.iter().map(|item| self.expression(item)).collect();
                self.tree.add_sequence(span, &items)
            }
            Expression::Object(object) => self.object(object, span),
            Expression::Parenthesis(_)
            | Expression::StringTemplate(_)
            | Expression::Variable(_)
            | Expression::Conditional(_)
            | Expression::FuncCall(_)
            | Expression::Traversal(_)
            | Expression::UnaryOp(_)
            | Expression::BinaryOp(_)
            | Expression::ForExpr(_) => self.source_text(span),
        }
    }

    fn number(&mut self, span: Span) -> NodeId {
        let text: String = self
            .tree
            .source()
            .slice(span)
            .chars()
            .filter(|c| !c.is_whitespace())
            .collect();
        let kind = if text.contains(['.', 'e', 'E']) {
            ScalarKind::Float
        } else {
            ScalarKind::Integer
        };
        self.tree.add_scalar(kind, span, &text)
    }

    fn source_text(&mut self, span: Span) -> NodeId {
        let id = self.tree.add_source_scalar(ScalarKind::String, span, span);
        self.tree.set_tag(id, EXPRESSION);
        id
    }

    fn object(&mut self, object: &Object, span: Span) -> NodeId {
        let mut seen: HashMap<String, Span> = HashMap::new();
        let mut entries = Vec::with_capacity(object.len());
        for (key, value) in object {
            let at = self.span(key.span());
            let key = match key {
                ObjectKey::Ident(ident) => self.tree.add_scalar(ScalarKind::String, at, ident.as_str()),
                ObjectKey::Expression(expression) => self.expression(expression),
            };
            let (name, _) = crate::doc::table::key_text(&self.tree, key);
            if let Some(first) = seen.get(&name) {
                self.tree.duplicates.push(Duplicate {
                    first: *first,
                    again: at,
                });
            }
            seen.entry(name).or_insert(at);
            let value = self.expression(value.expr());
            entries.push(Entry { key, value });
        }
        self.tree.add_mapping(span, &entries)
    }
}
