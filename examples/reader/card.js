// An article as lists show it.

import { h, link } from "./dom.js";
import { picture } from "./media.js";
import { minute } from "./words.js";

const KINDS = { LIVEBLOG: "Live", GALLERY: "Pictures", VIDEO: "Film", AUDIO: "Listen" };

export const published = (moment) => h("time", { datetime: moment }, minute(moment));

/** The word or two above a headline. */
export function kicker(article) {
  const words = article.kicker ?? [KINDS[article.kind], article.section?.name].filter(Boolean).join(" · ");
  return words && h("p", { class: "kicker" }, words);
}

/** A headline that leads to its article, in the article's own language. */
export const headline = (article, level) =>
  h(`h${level}`, { lang: article.language, dir: "auto" }, link(article.canonicalPath, article.headline));

/** An article with picture and standfirst; `more` stands at its end. */
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

/** An article as a line of a list. */
export const line = (article) =>
  h("li", { class: "line" }, headline(article, 3), h("p", { class: "about" }, published(article.publishedAt)));
