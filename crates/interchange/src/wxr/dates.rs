//! Reads the times of a WordPress export, which are in UTC or in the time zone of the site.

use domain::time::Time;
use jiff::{Timestamp, civil::DateTime, fmt::rfc2822, tz::TimeZone};

/// Reads times. Holds the time zone of the site.
pub(super) struct Dates {
    zone: TimeZone,
}

impl Dates {
    pub(super) fn new(zone: TimeZone) -> Self {
        Self { zone }
    }

    /// Returns the first valid time: `utc`, `local` in the site's time zone, or `feed` in RFC 2822 format.
    ///
    /// `0000-00-00 00:00:00` means that there is no time.
    pub(super) fn read(&self, utc: &str, local: &str, feed: &str) -> Option<Time> {
        zoned(utc)
            .or_else(|| civil(utc).and_then(|utc| TimeZone::UTC.to_timestamp(utc).ok()))
            .or_else(|| zoned(local))
            .or_else(|| civil(local).and_then(|local| self.zone.to_timestamp(local).ok()))
            .or_else(|| rfc2822::parse(feed).ok().map(|moment| moment.timestamp()))
            .map(|moment| Time::from_micros(moment.as_microsecond()))
            .filter(|time| time.to_string().len() >= 20 && !time.to_string().starts_with('-'))
    }
}

fn civil(text: &str) -> Option<DateTime> {
    if text.starts_with("0000") {
        return None;
    }
    let text = text.trim();
    DateTime::strptime("%Y-%m-%d %H:%M:%S", text).ok().or_else(|| text.parse().ok())
}

/// Parses a time with an offset, such as `2020-01-02T10:00:00+01:00`.
fn zoned(text: &str) -> Option<Timestamp> {
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_utc_time_is_the_local_one() {
        let dates = Dates::new(TimeZone::get("Europe/Lisbon").expect("a zone"));
        let read = |utc, local, feed| dates.read(utc, local, feed).map(|time| time.to_string());
        let none = "0000-00-00 00:00:00";
        assert_eq!(read("2021-07-01 09:00:00", none, ""), Some("2021-07-01T09:00:00Z".to_owned()));
        assert_eq!(read(none, "2021-07-01 09:00:00", ""), Some("2021-07-01T08:00:00Z".to_owned()));
        assert_eq!(
            read(none, none, "Thu, 01 Jul 2021 09:00:00 +0100"),
            Some("2021-07-01T08:00:00Z".to_owned())
        );
        assert_eq!(read(none, none, "Mon, 30 Nov -0001 00:00:00 +0000"), None);
        assert_eq!(read("2021-02-30 09:00:00", none, ""), None);
        assert_eq!(read("2020-01-02T09:00:00", "", ""), Some("2020-01-02T09:00:00Z".to_owned()));
        assert_eq!(read("2020-01-02T09:00:00.5Z", "", ""), Some("2020-01-02T09:00:00.5Z".to_owned()));
        assert_eq!(read(none, "2020-07-02T10:00:00", ""), Some("2020-07-02T09:00:00Z".to_owned()));
        assert_eq!(read("", "2020-07-02T10:00:00+02:00", ""), Some("2020-07-02T08:00:00Z".to_owned()));
    }
}
