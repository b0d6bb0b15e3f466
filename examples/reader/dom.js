// Creates DOM elements, also from the server's HTML.

import { address } from "./address.js";

/** Creates an element. Attributes and children that are null, undefined or false are left out. */
export function h(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child || child === 0));
  return element;
}

/** Creates a link to a path of the site or to any URL. */
export const link = (url, ...words) => h("a", { href: address(url) }, ...words);

/**
 * Creates nodes from the server's HTML. The server removes everything executable from it, and this
 * newspaper's Content-Security-Policy forbids inline scripts as well.
 */
export function fromHtml(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const { content } = template;
  for (const a of content.querySelectorAll("a[href]")) a.setAttribute("href", address(a.getAttribute("href")));
  for (const image of content.querySelectorAll("img")) {
    image.loading = "lazy";
    // An image without alternative text is decorative.
    if (!image.hasAttribute("alt")) image.alt = "";
  }
  // Elements that can be wider than the page scroll in a box of their own, also by keyboard.
  for (const wide of content.querySelectorAll("table, pre")) {
    const words = wide.querySelector("caption")?.textContent ?? (wide.matches("pre") ? "Code" : "Table");
    const room = h("div", { class: "wide", role: "group", "aria-label": words, tabindex: 0 });
    wide.replaceWith(room);
    room.append(wide);
  }
  return content;
}
