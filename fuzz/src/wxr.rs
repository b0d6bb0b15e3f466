//! WordPress's export files.

use interchange::{
    import::Content,
    wxr::{Options, Survey, Wxr},
};

use crate::executable;

/// Reads a file to its end, or to where it is broken; what becomes of a post's text is HTML that
/// executes nothing once it is cleaned.
pub fn check(bytes: &[u8]) {
    let options = Options { time_zone: "UTC".to_owned(), with_site: true };
    let Ok(mut file) = Wxr::new(bytes, Survey::of(bytes), options) else { return };
    file.head();
    let mut broken = false;
    for entry in file {
        assert!(!broken, "something follows where the file is broken");
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
