//! The size of a query, computed before anything walks it: the nesting of its text, and the number of its
//! fields with all fragments expanded.

use std::collections::HashMap;

use async_graphql::{
    Name, Positioned,
    parser::types::{ExecutableDocument, FragmentDefinition, Selection, SelectionSet},
};

/// Returns how deep braces, brackets and parentheses nest in the text of a query.
///
/// Runs before the parser, which recurses as deep. Strings and comments are ignored.
pub(crate) fn nesting(query: &str) -> usize {
    let mut depth = 0_usize;
    let mut deepest = 0;
    let mut rest = query.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        match first {
            b'{' | b'[' | b'(' => depth += 1,
            b'}' | b']' | b')' => depth = depth.saturating_sub(1),
            b'#' => rest = &after[after.iter().position(|byte| *byte == b'\n').unwrap_or(after.len())..],
            b'"' => rest = after_string(after),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// Returns the rest after a string whose first quotation mark has been read.
fn after_string(rest: &[u8]) -> &[u8] {
    let (mut rest, end): (&[u8], &[u8]) = match rest {
        [b'"', b'"', block @ ..] => (block, b"\"\"\""),
        rest => (rest, b"\""),
    };
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix(end) {
            return after;
        }
        // Escapes: `\"""` in a block string, `\"` and others in a plain one. A newline ends a plain string
        // that is not closed.
        rest = match rest {
            [b'\\', b'"', b'"', b'"', after @ ..] if end.len() == 3 => after,
            [b'\\', _, after @ ..] if end.len() == 1 => after,
            [b'\n', ..] if end.len() == 1 => return rest,
            [_, after @ ..] => after,
            [] => rest,
        };
    }
    rest
}

/// Why the size of a document cannot be computed.
pub(crate) enum Unbounded {
    /// This fragment spreads itself, directly or through other fragments.
    Circular(Name),
}

/// Counts the fields and fragments of a document, each fragment as often as it is spread.
///
/// The sum saturates. The time depends only on the length of the document.
pub(crate) fn expanded(document: &ExecutableDocument) -> Result<usize, Unbounded> {
    let mut fragments = Fragments { all: &document.fragments, known: HashMap::new() };
    // Unused fragments count too, because validation walks them.
    let mut total = 0_usize;
    for name in document.fragments.keys() {
        total = total.saturating_add(fragments.size(name)?);
    }
    for (_, operation) in document.operations.iter() {
        total = total.saturating_add(fragments.of(&operation.node.selection_set.node)?);
    }
    Ok(total)
}

struct Fragments<'d> {
    all: &'d HashMap<Name, Positioned<FragmentDefinition>>,
    /// `None` while a fragment is being counted.
    known: HashMap<&'d Name, Option<usize>>,
}

impl<'d> Fragments<'d> {
    fn size(&mut self, name: &Name) -> Result<usize, Unbounded> {
        // Validation reports unknown fragments.
        let Some((name, fragment)) = self.all.get_key_value(name) else { return Ok(0) };
        match self.known.get(name) {
            Some(Some(size)) => return Ok(*size),
            Some(None) => return Err(Unbounded::Circular(name.clone())),
            None => {}
        }
        self.known.insert(name, None);
        let size = self.of(&fragment.node.selection_set.node)?;
        self.known.insert(name, Some(size));
        Ok(size)
    }

    fn of(&mut self, set: &'d SelectionSet) -> Result<usize, Unbounded> {
        let mut size = 0_usize;
        let mut open = vec![set];
        while let Some(set) = open.pop() {
            for selection in &set.items {
                let more = match &selection.node {
                    Selection::Field(field) => {
                        open.push(&field.node.selection_set.node);
                        1
                    }
                    Selection::InlineFragment(fragment) => {
                        open.push(&fragment.node.selection_set.node);
                        1
                    }
                    Selection::FragmentSpread(spread) => {
                        self.size(&spread.node.fragment_name.node)?.saturating_add(1)
                    }
                };
                size = size.saturating_add(more);
            }
        }
        Ok(size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_and_comments_do_not_nest() {
        for (query, depth) in [
            ("{ a(b: [1]) { c } }", 3),
            ("{ a } # [[[[\n", 1),
            (r#"{ a(b: "[[[\"[[") }"#, 2),
            (r#"{ a(b: """[[ "" [[ \""" [[ """) }"#, 2),
            (r#"{ a(b: "") { c } }"#, 2),
            ("{ a(b: \"[[[\n[[ }", 4),
        ] {
            assert_eq!(nesting(query), depth, "{query}");
        }
    }
}
