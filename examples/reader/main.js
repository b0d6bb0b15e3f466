// Which page an address shows, and how readers move between pages.

import { address, pathOf } from "./address.js";
import { article } from "./article.js";
import { ask } from "./ask.js";
import { h, link } from "./dom.js";
import { foot, masthead } from "./frame.js";
import { front } from "./front.js";
import { list } from "./list.js";
import { RESOLVE, SITE } from "./queries.js";
import { speak } from "./words.js";

const PAGES = { ARTICLE: article, SECTION: list, TAG: list, AUTHOR: list };
/** How many pages stay as they were left, for the way back. */
const KEPT = 20;

const main = document.getElementById("content");
const kept = new Map();
let site, current;

const say = (words) => {
  document.getElementById("said").textContent = words;
};

/** The page of an address. An old path of the site gives the page with its present address. */
async function make(url) {
  const path = pathOf(url);
  if (path === "/") return front(site);
  const { resolve: found } = await ask(RESOLVE, { path });
  if (!found) return missing();
  if (found.kind === "MEDIA") {
    location.replace(found.path);
    return missing();
  }
  if (found.moved) history.replaceState(history.state, "", address(found.path));
  return PAGES[found.kind](site, found, say);
}

const missing = () => ({
  title: `Not found – ${site.title}`,
  content: [h("h1", null, "There is nothing here"), h("p", null, "It may have been moved or withdrawn. ", link("/", "To the front page"))],
});

const failed = (error) => {
  const again = h("button", { type: "button", class: "more" }, "Try again");
  again.addEventListener("click", () => location.reload());
  return { title: "Not loaded", content: [h("h1", null, "This page could not be loaded"), h("p", null, error.message), again] };
};

function show({ title, description, content, layout }) {
  document.title = title;
  const meta = document.querySelector("meta[name=description]") ?? document.head.appendChild(h("meta", { name: "description" }));
  meta.setAttribute("content", description ?? site?.description ?? "");
  main.className = layout ?? "";
  main.replaceChildren(...content.flat(Infinity).filter(Boolean));
}

/** Takes what is shown off the page, so that the way back finds it as it was. */
function keep() {
  if (current === undefined) return;
  kept.set(current, { title: document.title, layout: main.className, content: [...main.childNodes], scroll: scrollY });
  if (kept.size > KEPT) kept.delete(kept.keys().next().value);
}

async function open(url, { moved }) {
  const key = history.state?.key;
  main.setAttribute("aria-busy", "true");
  const before = kept.get(key);
  const page = before ?? (await make(url).catch(failed));
  // Whoever went on in the meantime does not want this page any more.
  if (history.state?.key !== key) return;
  show(page);
  current = key;
  main.removeAttribute("aria-busy");
  if (!moved) return;
  say(page.title);
  if (before) scrollTo(0, before.scroll);
  else {
    scrollTo(0, 0);
    main.focus({ preventScroll: true });
  }
}

let pages = 0;
const newKey = () => ({ key: `${performance.timeOrigin}-${pages++}` });

document.addEventListener("click", (event) => {
  const a = event.target.closest("a[href]");
  if (!a || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const url = new URL(a.href);
  const within = url.pathname === location.pathname && url.hash;
  if (within || pathOf(url) === null || a.hasAttribute("download")) return;
  event.preventDefault();
  keep();
  history.pushState(newKey(), "", url);
  open(url, { moved: true });
});

addEventListener("popstate", (event) => {
  // A jump to a subhead has no key of its own and leaves the page as it is.
  if (!event.state?.key) {
    history.replaceState({ key: current }, "");
    return;
  }
  if (event.state.key === current) return;
  keep();
  open(new URL(location.href), { moved: true });
});

async function start() {
  history.scrollRestoration = "manual";
  history.replaceState(newKey(), "");
  try {
    ({ site } = await ask(SITE));
  } catch (error) {
    show(failed(error));
    return;
  }
  speak(site);
  document.documentElement.lang = site.language;
  document.getElementById("masthead").replaceChildren(...masthead(site));
  document.getElementById("foot").replaceChildren(...foot(site));
  await open(new URL(location.href), { moved: false });
  // The anchor was not there yet when the browser looked for it.
  if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}

start();
