// Formats dates, lists and the names of languages for the site's language and time zone.

let language = "en";
let timeZone = "UTC";

/** Sets the language and the time zone to those of the site. */
export function speak(site) {
  ({ language, timeZone } = site);
  try {
    new Intl.DateTimeFormat(language, { timeZone });
  } catch {
    // The browser does not know the language or the time zone.
    [language, timeZone] = ["en", "UTC"];
  }
}

export const today = () =>
  new Intl.DateTimeFormat(language, { dateStyle: "full", timeZone }).format(new Date());

export const minute = (moment) =>
  new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short", timeZone }).format(new Date(moment));

/** Returns the name of a language in that language, such as `Deutsch`. */
export const languageName = (tag) => new Intl.DisplayNames([tag], { type: "language" }).of(tag);

/** Joins words as a list: `a, b and c`. */
export const listed = (words) => new Intl.ListFormat(language, { type: "conjunction" }).format(words);
