// Dates and names of languages, as the newspaper's readers write them.

let language = "en";
let timeZone = "UTC";

/** Takes the newspaper's language and time zone. */
export function speak(site) {
  ({ language, timeZone } = site);
  try {
    new Intl.DateTimeFormat(language, { timeZone });
  } catch {
    // The newsroom's word for one of them is not this browser's.
    [language, timeZone] = ["en", "UTC"];
  }
}

export const today = () =>
  new Intl.DateTimeFormat(language, { dateStyle: "full", timeZone }).format(new Date());

export const minute = (moment) =>
  new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short", timeZone }).format(new Date(moment));

/** A language's name in itself: `Deutsch`. */
export const languageName = (tag) => new Intl.DisplayNames([tag], { type: "language" }).of(tag);

/** `a, b and c` */
export const listed = (words) => new Intl.ListFormat(language, { type: "conjunction" }).format(words);
