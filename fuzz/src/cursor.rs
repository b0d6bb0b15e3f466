//! Checks cursors, which clients send as `after` and `before`.

use domain::page::{Fingerprint, Limit, PageRequest, Position, SortValue};

/// Reads the bytes as a cursor, and as a position to convert to a cursor and back.
pub fn check(bytes: &[u8]) {
    let list = Fingerprint::of(&"list");
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Some(position) = read(text, list)
    {
        assert_eq!(position.cursor(list), text, "a position has two cursors");
    }

    let Some((id, rest)) = bytes.split_first_chunk::<16>() else { return };
    let value = match rest.split_first_chunk::<8>() {
        Some((number, [])) => SortValue::Number(i64::from_be_bytes(*number)),
        _ => SortValue::Text(String::from_utf8_lossy(rest).replace('\0', "")),
    };
    let position = Position { value, id: *id };
    let cursor = position.cursor(list);
    assert!(cursor.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'), "{cursor}");
    assert_eq!(read(&cursor, list), Some(position), "a cursor has another position");
    assert_eq!(read(&cursor, Fingerprint::of(&"another list")), None, "a cursor is valid in another list");
}

fn read(cursor: &str, list: Fingerprint) -> Option<Position> {
    let request = PageRequest { after: Some(cursor.to_owned()), ..PageRequest::first(Limit::DEFAULT) };
    request.open(list).ok()?.after
}
