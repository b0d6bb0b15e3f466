//! Parses and cleans `srcset` attributes: the addresses of one picture in several sizes.

use url::Url;

/// The maximum number of candidates. Further ones are removed.
const MAX: usize = 50;

struct Candidate<'s> {
    address: &'s str,
    /// Such as `640w` or `2x`. Empty means `1x`.
    descriptor: &'s str,
}

/// Returns a `srcset` with only its well-formed candidates. `None` if there are none.
pub(super) fn cleaned(srcset: &str) -> Option<String> {
    let kept: Vec<String> = candidates(srcset)
        .map(|one| match one.descriptor {
            "" => one.address.to_owned(),
            descriptor => format!("{} {descriptor}", one.address),
        })
        .collect();
    (!kept.is_empty()).then(|| kept.join(", "))
}

/// Returns the address of the largest candidate.
pub(super) fn largest(srcset: &str) -> Option<String> {
    let size =
        |one: &Candidate<'_>| one.descriptor.trim_end_matches(['w', 'x', 'h']).parse::<f64>().unwrap_or(1.0);
    candidates(srcset).max_by(|a, b| size(a).total_cmp(&size(b))).map(|largest| largest.address.to_owned())
}

/// Whether this can be the address of a picture: an `http` or `https` URL, or a relative one.
///
/// At most 2,000 bytes.
pub(super) fn is_picture_address(text: &str) -> bool {
    let is_harmless = match Url::parse(text) {
        Ok(url) => matches!(url.scheme(), "http" | "https"),
        Err(error) => error == url::ParseError::RelativeUrlWithoutBase,
    };
    is_harmless
        && !text.is_empty()
        && !text.starts_with('#')
        && text.len() <= 2_000
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// Splits a `srcset` by the rules of the HTML standard: an address ends at white space and may contain
/// commas.
fn candidates(srcset: &str) -> impl Iterator<Item = Candidate<'_>> {
    let mut rest = srcset;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        if rest.is_empty() {
            return None;
        }
        let end = rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let address = word.trim_end_matches(',');
        if address.len() < word.len() {
            rest = after;
            return Some(Candidate { address, descriptor: "" });
        }
        let (descriptor, after) = after.split_once(',').unwrap_or((after, ""));
        rest = after;
        Some(Candidate { address, descriptor: descriptor.trim() })
    })
    .filter(|one| is_picture_address(one.address) && is_descriptor(one.descriptor))
    .take(MAX)
}

fn is_descriptor(text: &str) -> bool {
    text.is_empty()
        || text.strip_suffix(['w', 'x', 'h']).is_some_and(|number| {
            number.len() <= 10
                && number.starts_with(|c: char| c.is_ascii_digit())
                && number.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        })
}
