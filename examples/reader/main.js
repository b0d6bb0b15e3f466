// Routing: which page a URL shows, and how readers move between pages without a reload.

import { address, pathOf } from "./address.js";
import { article } from "./article.js";
import { ask } from "./ask.js";
import { h, link } from "./dom.js";
import { foot, masthead } from "./frame.js";
import { front } from "./front.js";
import { describe } from "./head.js";
import { list } from "./list.js";
import { RESOLVE, SITE } from "./queries.js";
import { speak } from "./words.js";

const PAGES = { ARTICLE: article, SECTION: list, TAG: list, AUTHOR: list };
/** Maximum number of pages kept in memory for the back button. */
const KEPT = 20;
/** Maximum length of a path that the server accepts, in characters. */
const LONGEST_PATH = 512;

const main = document.getElementById("reader-content");
const kept = new Map();
let site, current;
/** The arguments of `describe` for the current page. */
let described = {};

const say = (words) => {
  document.getElementById("reader-said").textContent = words;
};

/**
 * Returns the page of a URL. If the path is an old one, the URL is replaced by the current one, unless
 * `wanted()` returns false because the reader has moved on.
 */
async function make(url, wanted) {
  const preview = url.searchParams.get("preview");
  if (preview) return (await previewed(preview)) ?? worthless();
  const path = pathOf(url);
  if (path === "/") return front(site);
  if (path.length > LONGEST_PATH) return missing();
  const { resolve: found } = await ask(RESOLVE, { path });
  // Unknown query parameters, such as those of campaigns, still show the front page.
  if (!found) return path.startsWith("/?") ? front(site) : missing();
  if (found.kind === "MEDIA") {
    if (wanted()) location.replace(found.path);
    return missing();
  }
  if (found.moved && wanted()) history.replaceState(history.state, "", address(found.path) + url.hash);
  if (found.kind === "HOME") return front(site);
  // Other kinds, such as lists by date, have no page here.
  return PAGES[found.kind]?.(site, found, say) ?? missing();
}

/** Returns the preview page of a token, whose payload has the article's id, or null if the token is invalid. */
async function previewed(token) {
  const id = articleOf(token);
  return id && article(site, { id, preview: token }).catch((error) => (error.code === "preview.worthless" ? null : Promise.reject(error)));
}

function articleOf(token) {
  try {
    return JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/"))).sub;
  } catch {
    return null;
  }
}

const worthless = () => ({
  title: `No preview – ${site.title}`,
  content: [h("h1", null, "This preview cannot be shown"), h("p", null, "The link is incomplete, has expired or is for another article. Ask the person who sent it for a new one.")],
});

const missing = () => ({
  title: `Not found – ${site.title}`,
  content: [h("h1", null, "There is nothing here"), h("p", null, "It may have been moved or withdrawn. ", link("/", "To the front page"))],
});

const failed = (error) => {
  const again = h("button", { type: "button", class: "more" }, "Try again");
  again.addEventListener("click", () => location.reload());
  return { failed: true, title: "Not loaded", content: [h("h1", null, "This page could not be loaded"), h("p", null, error.message), again] };
};

function show({ content, layout, ...page }) {
  describe({ ...page, description: page.description ?? site?.description });
  main.className = layout ?? "";
  main.replaceChildren(...content.flat(Infinity).filter(Boolean));
}

/** Keeps the current page in memory, so that the back button shows it unchanged. */
function keep() {
  if (current === undefined) return;
  const focus = main.contains(document.activeElement) ? document.activeElement : main;
  kept.set(current, { ...described, layout: main.className, content: [...main.childNodes], scroll: scrollY, focus });
  if (kept.size > KEPT) kept.delete(kept.keys().next().value);
}

async function open(url, { moved }) {
  const key = history.state?.key;
  const wanted = () => history.state?.key === key;
  main.setAttribute("aria-busy", "true");
  if (moved) say("Loading");
  const before = kept.get(key);
  const page = before ?? (await make(url, wanted).catch(failed));
  // The reader has moved on in the meantime.
  if (!wanted()) return;
  show(page);
  described = { ...page, content: undefined };
  // A page that failed to load is not kept, so the back button loads it again.
  current = page.failed ? undefined : key;
  main.removeAttribute("aria-busy");
  if (moved) say(page.title);
  if (before) {
    before.focus.focus({ preventScroll: true });
    scrollTo(0, history.state.scroll ?? before.scroll);
    return;
  }
  if (moved) main.focus({ preventScroll: true });
  settle(url, { moved });
}

/** Scrolls to the position stored in this history entry, or else to the element that the URL's hash names. */
function settle(url, { moved }) {
  const { scroll } = history.state;
  const anchor = anchored(url);
  if (scroll !== undefined) scrollTo(0, scroll);
  else if (anchor) anchor.scrollIntoView();
  else if (moved) scrollTo(0, 0);
}

/** Stores the scroll position in the history entry, which survives a reload. */
function mark() {
  // While a page is loading, the scroll position is still that of the previous page.
  if (main.hasAttribute("aria-busy")) return;
  history.replaceState({ ...history.state, scroll: scrollY }, "");
}
addEventListener("scrollend", mark);

/** Returns the element that a URL's hash names, or null. */
function anchored({ hash }) {
  try {
    return document.getElementById(decodeURIComponent(hash.slice(1)));
  } catch {
    // The hash is not validly encoded.
    return null;
  }
}

let pages = 0;
const newKey = () => ({ key: `${performance.timeOrigin}-${pages++}` });

document.addEventListener("click", (event) => {
  const a = event.target.closest("a[href]");
  if (!a || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const url = new URL(a.href);
  const within = url.pathname === location.pathname && url.hash;
  if (within) mark();
  if (within || pathOf(url) === null || a.hasAttribute("download")) return;
  event.preventDefault();
  mark();
  keep();
  history.pushState(newKey(), "", url);
  open(url, { moved: true });
});

addEventListener("popstate", (event) => {
  // A jump within the page has no key of its own and does not change the page.
  if (!event.state?.key) {
    history.replaceState({ key: current }, "");
    return;
  }
  if (event.state.key === current) {
    // The reader returns before another page has loaded, or from another position in the same page.
    main.removeAttribute("aria-busy");
    settle(location, { moved: false });
    return;
  }
  keep();
  open(new URL(location.href), { moved: true });
});

async function start() {
  history.scrollRestoration = "manual";
  history.replaceState({ ...history.state, ...newKey() }, "");
  try {
    ({ site } = await ask(SITE));
  } catch (error) {
    show(failed(error));
    main.removeAttribute("aria-busy");
    return;
  }
  speak(site);
  document.documentElement.lang = site.language;
  document.getElementById("reader-masthead").replaceChildren(...masthead(site));
  document.getElementById("reader-foot").replaceChildren(...foot(site));
  await open(new URL(location.href), { moved: false });
}

start();
