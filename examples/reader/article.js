// The article page.

import { address } from "./address.js";
import { ask } from "./ask.js";
import { card, kicker, line, published } from "./card.js";
import { comments } from "./comments.js";
import { fromHtml, h, link } from "./dom.js";
import { connected, slot } from "./frame.js";
import { figure, picture } from "./media.js";
import { ARTICLE, TRANSLATIONS } from "./queries.js";
import { languageName, listed, minute } from "./words.js";

const CORRECTIONS = { CORRECTION: "Correction", CLARIFICATION: "Clarification", UPDATE: "Update" };

/** Returns the byline, with each author's name linked to the author's page. */
function byline(article) {
  if (!article.byline) return null;
  let words = [article.byline];
  for (const { name, slug } of article.authors) {
    words = words.flatMap((word) => {
      if (typeof word !== "string" || !word.includes(name)) return [word];
      const at = word.indexOf(name);
      return [word.slice(0, at), link(`/authors/${slug}`, name), word.slice(at + name.length)];
    });
  }
  return h("p", { class: "byline" }, "By ", words);
}

/** Returns the reason why an article is related, as text. */
function reason({ source, reasons }, article) {
  if (source === "PINNED") return "Chosen by an editor";
  if (source === "SECTION") return `The latest in ${article.section?.name ?? "the section"}`;
  if (source === "LATEST") return "The latest";
  const tags = reasons.parts.filter(({ kind }) => kind === "TAG").slice(0, 3).map(({ tag }) => tag.name);
  const others = reasons.parts.filter(({ kind }) => kind !== "TAG").map(({ kind }) => (kind === "SECTION" ? "the same section" : "the same writer"));
  const about = tags.length > 0 && `Also about ${listed(tags)}`;
  if (!about) return `From ${listed(others)}`;
  return others.length > 0 ? `${about}; ${listed(others)}` : about;
}

async function versionsOf(article) {
  if (article.translations.length === 0) return [];
  const { nodes } = await ask(TRANSLATIONS, { ids: article.translations.map(({ id }) => id) });
  return nodes.filter(Boolean);
}

const translations = (versions) => versions.length > 0 && h("p", { class: "translations" }, "Also in ",
  versions.map(({ language, canonicalPath }, at) =>
    [at > 0 && ", ", h("a", { href: address(canonicalPath), hreflang: language, lang: language }, languageName(language))]));

/** The notice above a preview. */
const notice = ({ revision }) => h("p", { class: "preview" }, h("strong", null, "Preview"),
  ` of revision ${revision}. Only people with this link see it.`);

const contents = (toc) => toc.length >= 3 && h("nav", { class: "contents", "aria-label": "In this article" },
  h("p", null, "In this article"),
  h("ul", null, toc.map(({ id, text }) => h("li", null, h("a", { href: `#${id}` }, text)))));

const head = (article) => h("header", null,
  kicker(article),
  h("h1", { dir: "auto" }, article.headline),
  article.standfirst && h("p", { class: "standfirst", dir: "auto" }, article.standfirst));

function about(article) {
  const changed = Date.parse(article.modifiedAt) - Date.parse(article.publishedAt) > 60_000;
  return h("div", { class: "about" },
    byline(article),
    h("p", null, published(article.publishedAt), changed && `, updated ${minute(article.modifiedAt)}`,
      ` · ${article.body.readingMinutes} minute${article.body.readingMinutes === 1 ? "" : "s"} to read`),
    article.sensitive && h("p", null, h("strong", null, "Some readers may find this article distressing.")));
}

function body(article) {
  const text = h("div", { class: "body", dir: "auto" }, fromHtml(article.body.html));
  const withheld = article.access !== "OPEN" && h("p", { class: "withheld" },
    `The rest of this article is for ${article.access === "PAID" ? "subscribers" : "readers with an account"}.`);
  return [text, withheld];
}

const corrections = (article) => article.corrections.length > 0 && h("section", { class: "corrections", "aria-label": "Corrections" },
  article.corrections.map(({ at, kind, text }) =>
    h("p", null, h("strong", null, CORRECTIONS[kind]), ", ", h("time", { datetime: at }, minute(at)), ": ", text)));

const tags = (article) => article.tags.length > 0 && h("section", { "aria-label": "Tags" },
  h("ul", { class: "tags" }, article.tags.map(({ slug, name }) => h("li", null, link(`/tags/${slug}`, name)))));

const writers = (article) => article.authors.filter(({ bio }) => bio).map(({ name, slug, bio, photo }) =>
  h("div", { class: "writer" }, picture(photo && { ...photo, alt: "" }, "4rem"), h("div", null, h("p", null, link(`/authors/${slug}`, name)), h("p", null, bio))));

export async function article(site, { slug, id, preview }) {
  const { article } = await ask(ARTICLE, { slug, id, preview });
  const versions = await versionsOf(article);
  const ad = (key) => !article.hideAds && slot(site, key);
  const { related, latest } = article.page;
  return {
    title: `${article.seo.title ?? article.headline} – ${site.title}`,
    description: article.seo.description ?? article.standfirst,
    type: "article",
    path: preview ? null : article.canonicalPath,
    canonical: article.seo.canonicalUrl,
    image: [article.seo.image, article.leadMedia].find((media) => media?.kind === "IMAGE"),
    versions: versions.length > 0 ? [article, ...versions] : [],
    content: [
      preview && notice(article),
      h("div", { class: "story" },
        h("article", { lang: article.language },
          head(article),
          translations(versions),
          article.leadMedia && figure(article.leadMedia),
          about(article),
          ad("article-top"),
          contents(article.body.toc),
          body(article),
          corrections(article),
          tags(article),
          writers(article)),
        ad("article-end"),
        related.length > 0 && h("section", { class: "related", "aria-labelledby": "reader-related" },
          h("h2", { id: "reader-related" }, "Related articles"),
          h("div", { class: "second" }, related.map((item) =>
            card(item.article, { more: h("p", { class: "reason" }, reason(item, item.article)) })))),
        comments(article)),
      h("div", { class: "side" },
        latest.length > 0 && h("section", { "aria-labelledby": "reader-latest" },
          h("h2", { id: "reader-latest" }, "Latest"), h("ol", { class: "lines" }, latest.map(line))),
        connected(site)),
    ],
    layout: "with-side",
  };
}
