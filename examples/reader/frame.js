// What stands around every page.

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
    site.navigation.length > 0 && h("nav", { "aria-label": "Sections" }, h("ul", null, site.navigation.map(item))),
  ].filter(Boolean);
}

/** "Stay connected": where else to find the newspaper. */
export function connected(site) {
  if (site.social.length === 0) return null;
  return h("section", { class: "connected", "aria-labelledby": "reader-connected" },
    h("h2", { id: "reader-connected" }, "Stay connected"),
    h("ul", null, site.social.map(({ url, label, network }) =>
      h("li", null, h("a", { href: url, rel: "me", class: network }, label)))));
}

/** A place for advertisements, by its key; null where the publisher has none of this name. */
export function slot(site, key) {
  const placement = site.placements.find((placement) => placement.key === key);
  if (!placement) return null;
  return h("div", { class: "slot" }, h("p", { class: "slot-label" }, placement.label), fromHtml(placement.html));
}

export function foot(site) {
  return [
    site.description && h("p", null, site.description),
    h("p", null, "Served by ", h("a", { href: server }, "Broadsheet"), ", from ", h("a", { href: `${server}graphiql` }, "GraphQL"), " alone."),
  ].filter(Boolean);
}
