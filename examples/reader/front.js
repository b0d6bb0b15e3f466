// The front page: the collection `front`, the latest articles, and the sections. An article that is in
// several of them is shown in the first one only.

import { ask } from "./ask.js";
import { card, line } from "./card.js";
import { h, link } from "./dom.js";
import { connected, slot } from "./frame.js";
import { FRONT } from "./queries.js";

export async function front(site) {
  const { collection, latest, sections } = await ask(FRONT);
  const shown = new Set();
  const fresh = (articles, most) => {
    const taken = articles.filter(({ id }) => !shown.has(id)).slice(0, most);
    for (const { id } of taken) shown.add(id);
    return taken;
  };

  // Without a collection `front`, the page starts with the latest articles.
  const [lead, ...others] = fresh(collection?.articles.length ? collection.articles : latest.nodes, 12);
  const newest = fresh(latest.nodes, 8);
  const parts = sections.nodes
    .filter(({ parent }) => parent === null)
    .map((section) => ({ section, articles: fresh(section.articles.nodes, 4) }))
    .filter(({ articles }) => articles.length > 0);

  return {
    title: site.title,
    path: "/",
    content: [
      h("h1", { class: "unseen" }, collection?.title ?? site.title),
      h("div", { class: "front" },
        h("div", { class: "stories" },
          lead && h("div", { class: "first" }, card(lead, { level: 2, sizes: "(min-width: 60rem) 46rem, 100vw" })),
          h("div", { class: "second" }, others.map((article) => card(article, { level: 2 })))),
        h("div", { class: "side" },
          newest.length > 0 && h("section", { "aria-labelledby": "reader-latest" },
            h("h2", { id: "reader-latest" }, "Latest"), h("ol", { class: "lines" }, newest.map(line))),
          slot(site, "front-side"),
          connected(site))),
      parts.length > 0 && h("div", { class: "sections" }, parts.map(({ section, articles }) =>
        h("section", null, h("h2", null, link(section.path, section.name)), h("ol", { class: "lines" }, articles.map(line))))),
    ],
  };
}
