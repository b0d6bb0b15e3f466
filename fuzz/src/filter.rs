//! Checks values of filters: sets of terms, languages, times, ids, paths and slugs.

use domain::{
    article::{SetFilter, WebPath, read_ids},
    language::Language,
    slug::Slug,
    term::Role,
    time::Time,
};

/// Checks one value. The first byte selects its type, the others are the value.
pub fn check(bytes: &[u8]) {
    let Some((choice, rest)) = bytes.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    match choice % 6 {
        0 => set(text),
        1 => same(text, |text| text.parse::<Language>().ok()),
        2 => same(text, |text| text.parse::<Time>().ok()),
        3 => same(text, |text| text.parse::<WebPath>().ok()),
        4 => {
            let slug = Slug::of(text, "story");
            assert_eq!(
                slug.as_str().parse::<Slug>().ok(),
                Some(slug.clone()),
                "{text} became the slug {slug}"
            );
        }
        _ => {
            let texts: Vec<&str> = text.split(',').collect();
            if let Ok(ids) = read_ids(&texts, "ids") {
                let written: Vec<String> = ids.iter().map(ToString::to_string).collect();
                assert_eq!(written, texts, "an id has two text forms");
            }
        }
    }
}

/// Checks that the REST form and the GraphQL form of a set mean the same.
fn set(text: &str) {
    let Ok(read) = SetFilter::read(text, Role::Tag, "tag") else { return };
    let (none, all): (Vec<&str>, Vec<&str>) = text.split(',').partition(|part| part.starts_with('-'));
    let all: Vec<Vec<String>> =
        all.iter().map(|group| group.split('|').map(str::to_owned).collect()).collect();
    let none: Vec<String> = none.iter().map(|name| name[1..].to_owned()).collect();
    assert!(all.iter().map(Vec::len).sum::<usize>() + none.len() <= SetFilter::MAX_NAMES);
    assert_eq!(SetFilter::of(&all, &none, Role::Tag, "tags").ok(), Some(read), "{text}");
}

/// Checks that a parsed value stays the same when it is written and parsed again.
fn same<T: PartialEq + ToString + std::fmt::Debug>(text: &str, read: impl Fn(&str) -> Option<T>) {
    let Some(value) = read(text) else { return };
    assert_eq!(read(&value.to_string()), Some(value), "{text}");
}
