// The pages of sections, tags and authors: a list of articles that loads more as the reader scrolls.

import { ask } from "./ask.js";
import { card } from "./card.js";
import { h, link } from "./dom.js";
import { picture } from "./media.js";
import { AUTHOR, SECTION, TAG } from "./queries.js";

/** The `sizes` attribute for the image of a section's first article. */
const LEAD_SIZES = "(min-width: 60rem) 46rem, 100vw";

const QUERIES = { SECTION, TAG, AUTHOR };

/** Creates the list, and a button that loads the next page when it is clicked or scrolls into view. */
function endless(first, next, say, leads) {
  const list = h("ol", { class: leads ? "cards with-lead" : "cards" });
  const more = h("button", { type: "button", class: "more" }, "More articles");
  let { pageInfo } = first;
  let busy = false;

  const add = (nodes) => {
    list.append(...nodes.map((article) => h("li", null, card(article, { level: 2, sizes: leads ? LEAD_SIZES : undefined }))));
    more.hidden = !pageInfo.hasNextPage;
  };
  const load = async () => {
    if (busy || !pageInfo.hasNextPage) return;
    busy = true;
    more.textContent = "Loading…";
    try {
      const page = await next(pageInfo.endCursor);
      ({ pageInfo } = page);
      add(page.nodes);
      say(`${page.nodes.length} more articles`);
      more.textContent = "More articles";
    } catch {
      more.textContent = "Loading failed. Try again";
      say("More articles could not be loaded");
    } finally {
      busy = false;
    }
  };
  more.addEventListener("click", load);
  // Observe the button again after each page: the observer does not report a button that stays in view.
  const watch = new IntersectionObserver(async ([{ isIntersecting }]) => {
    if (!isIntersecting) return;
    const before = list.childElementCount;
    await load();
    if (list.childElementCount > before) {
      watch.unobserve(more);
      watch.observe(more);
    }
  }, { rootMargin: "400px" });
  watch.observe(more);
  add(first.nodes);
  return [list, more];
}

function above(kind, { parent }) {
  if (!parent) return null;
  return h("p", { class: "kicker" }, kind === "SECTION" ? link(parent.path, parent.name) : link(`/tags/${parent.slug}`, parent.name));
}

export async function list(site, { kind, slug, path }, say) {
  const query = QUERIES[kind];
  const { front, parts } = await ask(query, { slug });
  const next = async (after) => (await ask(query, { slug, after })).front.articles;
  const count = front.articleCount;
  return {
    title: `${front.name} – ${site.title}`,
    description: front.description,
    path,
    image: front.photo,
    content: [
      h("header", { class: "list-head" },
        picture(front.photo, "8rem"),
        h("div", null,
          above(kind, front),
          h("h1", null, front.name),
          front.description && h("p", { class: "standfirst" }, front.description),
          h("p", { class: "about" }, `${count} article${count === 1 ? "" : "s"}`),
          front.links?.length > 0 && h("ul", { class: "tags" }, front.links.map(({ url, label }) => h("li", null, h("a", { href: url }, label)))),
          parts?.nodes.length > 0 && h("ul", { class: "tags" }, parts.nodes.map(({ path, name }) => h("li", null, link(path, name)))))),
      endless(front.articles, next, say, kind === "SECTION"),
    ],
  };
}
