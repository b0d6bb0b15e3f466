// The head of the document: title, canonical URL, Open Graph and translations. The server fills it when it
// serves a page; this module updates it when the reader moves to another page.

import { address } from "./address.js";
import { h } from "./dom.js";

const absolute = (url) => new URL(address(url), location.href).href;

/** Replaces the head's entries for the previous page. Without `path`, sets only the title and the description. */
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
