// Elements, and the server's HTML among them.

import { address } from "./address.js";

/** Makes an element; attributes and children that are missing or false are left out. */
export function h(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child || child === 0));
  return element;
}

/** A link to a path of the site or to anywhere. */
export const link = (url, ...words) => h("a", { href: address(url) }, ...words);

/**
 * HTML of the server, which has cleaned it of everything executable; what is left could not run
 * here either, by this newspaper's Content-Security-Policy.
 */
export function fromHtml(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const { content } = template;
  for (const a of content.querySelectorAll("a[href]")) a.setAttribute("href", address(a.getAttribute("href")));
  for (const image of content.querySelectorAll("img")) {
    image.loading = "lazy";
    // A picture without a word about it is ornament.
    if (!image.hasAttribute("alt")) image.alt = "";
  }
  // What may be wider than the page scrolls on its own, by keyboard too.
  for (const wide of content.querySelectorAll("table, pre")) {
    const words = wide.querySelector("caption")?.textContent ?? (wide.matches("pre") ? "Code" : "Table");
    const room = h("div", { class: "wide", role: "group", "aria-label": words, tabindex: 0 });
    wide.replaceWith(room);
    room.append(wide);
  }
  return content;
}
