//! Cursors: what clients send back as `after` and `before`.

use domain::page::{Fingerprint, Limit, PageRequest, Position, SortValue};

/// Bytes are taken for the text of a cursor, and for a position that becomes one.
pub fn check(bytes: &[u8]) {
    let list = Fingerprint::of(&"list");
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Some(position) = read(text, list)
    {
        assert_eq!(position.cursor(list), text, "a place has two cursors");
    }

    let Some((id, rest)) = bytes.split_first_chunk::<16>() else { return };
    let value = match rest.split_first_chunk::<8>() {
        Some((number, [])) => SortValue::Number(i64::from_be_bytes(*number)),
        _ => SortValue::Text(String::from_utf8_lossy(rest).replace('\0', "")),
    };
    let position = Position { value, id: *id };
    let cursor = position.cursor(list);
    assert!(cursor.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'), "{cursor}");
    assert_eq!(read(&cursor, list), Some(position), "a cursor leads elsewhere");
    assert_eq!(read(&cursor, Fingerprint::of(&"another list")), None, "a cursor serves two lists");
}

fn read(cursor: &str, list: Fingerprint) -> Option<Position> {
    let request = PageRequest { after: Some(cursor.to_owned()), ..PageRequest::first(Limit::DEFAULT) };
    request.open(list).ok()?.after
}
