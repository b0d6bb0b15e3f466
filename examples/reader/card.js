// An article in a list: as a card or as a line.

import { h, link } from "./dom.js";
import { picture } from "./media.js";
import { minute } from "./words.js";

const KINDS = { LIVEBLOG: "Live", GALLERY: "Pictures", VIDEO: "Video", AUDIO: "Audio" };

export const published = (moment) => h("time", { datetime: moment }, minute(moment));

/** Returns the line above a headline: the article's kicker, or else its kind and section. */
export function kicker(article) {
  const words = article.kicker ?? [KINDS[article.kind], article.section?.name].filter(Boolean).join(" · ");
  return words && h("p", { class: "kicker" }, words);
}

/** Returns a headline that links to its article and has the article's language. */
export const headline = (article, level) =>
  h(`h${level}`, { lang: article.language, dir: "auto" }, link(article.canonicalPath, article.headline));

/** Returns a card: an article with image and standfirst. `more` is appended to its text. */
export function card(article, { level = 3, sizes = "(min-width: 60rem) 20rem, 100vw", more } = {}) {
  return h("article", { class: "card" },
    h("div", { class: "card-words" },
      kicker(article),
      headline(article, level),
      article.standfirst && h("p", { class: "standfirst", lang: article.language, dir: "auto" }, article.standfirst),
      h("p", { class: "about" },
        article.byline && [h("span", { lang: article.language }, article.byline), " · "],
        published(article.publishedAt),
        article.commentCount > 0 && ` · ${article.commentCount} comment${article.commentCount === 1 ? "" : "s"}`,
        article.access !== "OPEN" && ` · For ${article.access === "PAID" ? "subscribers" : "registered readers"}`),
      more),
    picture(article.leadMedia, sizes));
}

/** Returns a list item with an article's headline and time. */
export const line = (article) =>
  h("li", { class: "line" }, headline(article, 3), h("p", { class: "about" }, published(article.publishedAt)));
