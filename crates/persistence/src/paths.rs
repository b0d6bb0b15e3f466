//! Finds web paths, ignoring the case of ASCII letters.

use domain::article::WebPath;

use crate::rows::Key;

/// Returns the row that matches a path best.
///
/// Prefers an exact match. Otherwise returns the first row, in byte order, that differs only in case.
pub(crate) fn best_of<'r>(rows: &'r [(String, Key)], path: &WebPath) -> Option<&'r (String, Key)> {
    let exact = rows.iter().find(|(stored, _)| stored == path.as_str());
    exact.or_else(|| {
        let forms = path.stored_forms();
        let alike = rows.iter().filter(|(stored, _)| forms.contains(&stored.to_ascii_lowercase()));
        alike.min_by_key(|(stored, _)| stored.as_str())
    })
}
