//! Looking web paths up, without regard to the case of ASCII letters.

use domain::article::WebPath;

use crate::rows::Key;

diesel::define_sql_function! {
    /// A text with its ASCII letters in lower case: SQLite's `lower` knows no others, nor does PostgreSQL's
    /// under the collation "C", which paths have.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

/// The row of a path: the one that is written exactly so, else the first by its bytes of those that differ in
/// case alone.
pub(crate) fn best_of<'r>(rows: &'r [(String, Key)], path: &WebPath) -> Option<&'r (String, Key)> {
    let exact = rows.iter().find(|(stored, _)| stored == path.as_str());
    exact.or_else(|| {
        let forms = path.stored_forms();
        let alike = rows.iter().filter(|(stored, _)| forms.contains(&stored.to_ascii_lowercase()));
        alike.min_by_key(|(stored, _)| stored.as_str())
    })
}
