// The head of a page: where it is, what it shows, in which languages. The server writes it for crawlers; this
// keeps it right while readers go from page to page.

import { address } from "./address.js";
import { h } from "./dom.js";

const absolute = (url) => new URL(address(url), location.href).href;

/** Replaces what the head says of the page before. Without a path there is no page to speak of. */
export function describe({ title, description, path, canonical, image, versions = [], type = "website" }) {
  document.title = title;
  for (const element of document.head.querySelectorAll("[data-page]")) element.remove();
  const meta = (attribute, name, content) =>
    content && document.head.append(h("meta", { "data-page": true, [attribute]: name, content }));
  meta("name", "description", description);
  if (!path) return;
  const link = (rel, url, hreflang) => document.head.append(h("link", { "data-page": true, rel, hreflang, href: absolute(url) }));
  link("canonical", canonical ?? path);
  for (const { language, canonicalPath } of versions) link("alternate", canonicalPath, language);
  meta("property", "og:type", type);
  meta("property", "og:title", title);
  meta("property", "og:description", description);
  meta("property", "og:url", absolute(path));
  meta("property", "og:image", image && new URL(image.url, location.href).href);
}
