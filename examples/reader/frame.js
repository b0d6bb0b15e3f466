// The parts that surround every page: masthead, navigation, footer and advertisements.

import { server } from "./address.js";
import { h, link, fromHtml } from "./dom.js";
import { today } from "./words.js";

export function masthead(site) {
  const item = ({ label, url, children = [] }) =>
    h("li", null, link(url, label), children.length > 0 && h("ul", null, children.map(item)));
  return [
    h("p", { class: "dateline" }, today()),
    h("p", { class: "title" }, link("/", site.title)),
    site.tagline && h("p", { class: "tagline" }, site.tagline),
    site.navigation.length > 0 && navigation(h("ul", null, site.navigation.map(item))),
  ].filter(Boolean);
}

/** Creates the navigation: one row that scrolls, with a "More" button if the row is wider than the page. */
function navigation(list) {
  // The button is for pointers only. Keyboards and screen readers reach every link without it.
  const more = h("button", { type: "button", class: "nav-more", tabindex: -1, "aria-hidden": "true", hidden: true }, "More ›");
  const update = () => {
    const left = list.scrollWidth - list.clientWidth - Math.abs(list.scrollLeft);
    more.hidden = left < 4;
  };
  more.addEventListener("click", () => {
    const forward = getComputedStyle(list).direction === "rtl" ? -1 : 1;
    list.scrollBy({ left: forward * list.clientWidth * 0.7, behavior: "smooth" });
  });
  list.addEventListener("scroll", update, { passive: true });
  new ResizeObserver(update).observe(list);
  return h("nav", { "aria-label": "Sections" }, list, more);
}

/** Creates the "Stay connected" box with the site's social links. */
export function connected(site) {
  if (site.social.length === 0) return null;
  return h("section", { class: "connected", "aria-labelledby": "reader-connected" },
    h("h2", { id: "reader-connected" }, "Stay connected"),
    h("ul", null, site.social.map(({ url, label, network }) =>
      h("li", null, h("a", { href: url, rel: "me", class: network }, label)))));
}

/** Creates the advertisement placement with this key, or returns null if the site has none. */
export function slot(site, key) {
  const placement = site.placements.find((placement) => placement.key === key);
  if (!placement) return null;
  return h("div", { class: "slot" }, h("p", { class: "slot-label" }, placement.label), fromHtml(placement.html));
}

export function foot(site) {
  return [
    site.description && h("p", null, site.description),
    h("p", null, "Served by ", h("a", { href: server }, "Broadsheet"), " over ", h("a", { href: `${server}graphiql` }, "GraphQL"), "."),
  ].filter(Boolean);
}
