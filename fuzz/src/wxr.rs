//! Checks the reader of WordPress export files.

use interchange::{
    import::Content,
    wxr::{Options, Survey, Wxr},
};

use crate::executable;

/// Reads a file to its end or to the first error.
///
/// Checks that the cleaned HTML of each body executes nothing.
pub fn check(bytes: &[u8]) {
    let options = Options { time_zone: "UTC".to_owned(), with_site: true };
    let Ok(mut file) = Wxr::new(bytes, Survey::of(bytes), options) else { return };
    file.head();
    let mut broken = false;
    for entry in file {
        assert!(!broken, "an entry follows an error");
        let Ok(mut entry) = entry else {
            broken = true;
            continue;
        };
        if let Content::Item(item) = &mut entry.content {
            item.prepare();
            if let Some(body) = item.fields.get("body").and_then(|body| body.as_str())
                && let Ok(body) = domain::body::Body::derive(body, domain::body::Format::Html)
            {
                executable::assert_none(&body.html);
            }
        }
    }
}
