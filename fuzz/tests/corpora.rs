//! Replays the inputs in `corpus/`, which fuzzing has found.

use std::{fs, path::PathBuf};

fn replay(target: &str, check: fn(&[u8])) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap_or_else(|error| panic!("{error}")).path())
        .collect();
    files.sort();
    assert!(files.len() >= 5, "{} has fewer than 5 files", folder.display());
    for file in files {
        let bytes = fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        // Print the file, because a panic does not name it.
        println!("{}", file.display());
        check(&bytes);
    }
}

#[test]
fn bodies() {
    replay("body", fuzz::body::check);
}

#[test]
fn cursors() {
    replay("cursor", fuzz::cursor::check);
}

#[test]
fn filters() {
    replay("filter", fuzz::filter::check);
}

#[test]
fn lines() {
    replay("jsonl", fuzz::jsonl::check);
}

#[test]
fn exports_of_wordpress() {
    replay("wxr", fuzz::wxr::check);
}
