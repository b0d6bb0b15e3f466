//! Checks the reader of JSON Lines files.

use interchange::{import::Content, jsonl::Lines};

/// Reads a file to its end or to the first error, and prepares each item.
pub fn check(bytes: &[u8]) {
    let mut last = 0;
    for entry in Lines::new(bytes) {
        let Ok(mut entry) = entry else { return };
        assert!(entry.line > last, "line {} comes after line {last}", entry.line);
        last = entry.line;
        if let Content::Item(item) = &mut entry.content {
            item.prepare();
        }
    }
}
