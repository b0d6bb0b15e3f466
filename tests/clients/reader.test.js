// The example newspaper of examples/reader, in a browser.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { buildSchema, parse, validate } from "graphql";

import { openBrowser, shot, VIEWPORTS } from "./browser.js";
import { signIn } from "./newsroom.js";
import { serveSample } from "./server.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const ARTICLE = "/reader/politics/judge-to-lead-inquiry-into-gate-seven";

let server, browser;
before(async () => {
  server = await serveSample();
  browser = await openBrowser(server);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Checks accessibility with all rules of axe, which include WCAG 2.2 and best practices. */
async function accessible(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, { rules: { "target-size": { enabled: true } } }));
  const said = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target} ${node.failureSummary}`));
  assert.deepEqual(said, []);
}

/** Checks that a page is no wider than the window. */
async function fits(page) {
  const [width, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(width <= room, `${width} pixels of content in ${room}`);
}

/** Loads every image by scrolling to it. */
async function scrollThrough(page) {
  for (const image of await page.locator("img").all()) {
    await image.scrollIntoViewIfNeeded();
    await image.evaluate((image) => image.decode());
  }
  await page.evaluate(() => scrollTo(0, 0));
}

async function graphql(query) {
  const response = await fetch(`${server.address}/graphql`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ query }),
  });
  return (await response.json()).data;
}

const texts = (page, selector) => page.locator(selector).allInnerTexts();

for (const viewport of Object.keys(VIEWPORTS)) {
  test(`the front page shows the front collection, sections and the latest articles, ${viewport}`, () =>
    browser.visit("/", viewport, async (page, asked) => {
      await page.getByRole("link", { name: "Read the newspaper" }).click();
      await page.locator(".front").waitFor();
      const { collection } = await graphql('{ collection(slug: "front") { articles { headline } } }');
      const front = collection.articles.map(({ headline }) => headline);
      assert.deepEqual(await texts(page, ".stories h2"), front);
      assert.match(await page.innerText(".dateline"), new RegExp(`${new Date().getFullYear()}`));
      assert.deepEqual((await texts(page, ".masthead nav > ul > li > a")).slice(0, 3), ["World", "Politics", "Business"]);
      const latest = await texts(page, ".side .line h3");
      assert.ok(latest.length >= 5);
      const lines = await texts(page, ".sections .line h3");
      const all = [...front, ...latest, ...lines];
      assert.equal(new Set(all).size, all.length, "an article is twice on the front page");
      assert.equal(await page.locator(".slot").count(), 1);
      assert.ok((await texts(page, ".connected a")).includes("Mastodon"));
      await fits(page);
      await accessible(page);
      await scrollThrough(page);
      await page.screenshot({ path: shot(`reader-front-${viewport}`), fullPage: true });
      assert.deepEqual(asked.filter((url) => url.includes("/v1/")), [], "the newspaper uses REST");
    }));

  test(`an article page has all its parts, ${viewport}`, () =>
    browser.visit(ARTICLE, viewport, async (page) => {
      await page.locator("h1").waitFor();
      const { article } = await graphql(`{ article(slug: "judge-to-lead-inquiry-into-gate-seven") {
        headline standfirst kicker authors { name } leadMedia { alt caption credit } commentCount section { name }
        body { toc { text } } } }`);
      assert.equal(await page.innerText("h1"), article.headline);
      assert.equal(await page.innerText(".story header .standfirst"), article.standfirst);
      assert.ok(await page.locator(".story header .kicker").isVisible());
      assert.ok((await page.innerText(".byline")).includes(article.authors[0].name));
      assert.equal(await page.getAttribute(".lead img", "alt"), article.leadMedia.alt);
      const caption = await page.innerText(".lead figcaption");
      assert.ok(caption.includes(article.leadMedia.caption) && caption.includes(article.leadMedia.credit));
      assert.deepEqual(await texts(page, ".body :is(h2, h3, h4)"), article.body.toc.map(({ text }) => text));
      assert.equal(await page.locator(".slot").count(), 2);
      const reasons = await texts(page, ".related .reason");
      assert.ok(reasons.length >= 3 && reasons.every((reason) => reason.length > 5));
      assert.match(reasons[0], /Also about Storm Odalys/);
      assert.ok((await texts(page, ".side .line h3")).length >= 5);
      assert.ok(await page.locator(".connected").isVisible());
      assert.ok(article.commentCount > 0);
      assert.equal(await page.locator(".threads li").count(), article.commentCount);
      assert.ok(await page.locator(".threads li li").count() > 0, "no reply is nested below its parent");
      assert.ok(await page.getByLabel("Your comment").isDisabled());
      assert.ok(await page.getByRole("button", { name: "Send" }).isDisabled());
      await fits(page);
      await accessible(page);
      await scrollThrough(page);
      await page.screenshot({ path: shot(`reader-article-${viewport}`), fullPage: true });
    }));
}

test("the pages of sections, tags and authors load all articles, each once", async () => {
  const { section, tag, author } = await graphql(`{ section(slug: "politics") { articleCount }
    tag(slug: "storm-odalys") { articleCount } author(slug: "zofia-lecka") { articleCount } }`);
  for (const [path, { articleCount }] of [["/politics", section], ["/tags/storm-odalys", tag], ["/authors/zofia-lecka", author]]) {
    await browser.visit(`/reader${path}`, "narrow", async (page) => {
      await page.locator(".cards > li").first().waitFor();
      await accessible(page);
      while (await page.locator("button.more").isVisible()) {
        const before = await page.locator(".cards > li").count();
        await page.locator("button.more").scrollIntoViewIfNeeded();
        await page.locator(`.cards > li:nth-child(${before + 1})`).waitFor();
      }
      const headlines = await page.$$eval(".cards h2 a", (all) => all.map((a) => a.getAttribute("href")));
      assert.ok(articleCount > 0, path);
      assert.equal(headlines.length, articleCount, path);
      assert.equal(new Set(headlines).size, articleCount, path);
      await fits(page);
    });
  }
});

test("the back button shows a list as the reader left it", () =>
  browser.visit("/reader/politics", "wide", async (page) => {
    await page.locator(".cards > li:nth-child(10)").waitFor();
    await page.locator("button.more").scrollIntoViewIfNeeded();
    const last = page.locator(".cards > li:nth-child(12) h2 a");
    await last.scrollIntoViewIfNeeded();
    const [before, count] = await page.evaluate(() => [scrollY, document.querySelectorAll(".cards > li").length]);
    const words = await last.innerText();
    await last.click();
    await page.getByRole("heading", { level: 1, name: words }).waitFor();
    assert.equal(await page.evaluate(() => scrollY), 0);
    await page.goBack();
    await page.getByRole("heading", { level: 1, name: "Politics" }).waitFor();
    assert.ok(Math.abs((await page.evaluate(() => scrollY)) - before) < 2);
    assert.ok((await page.locator(".cards > li").count()) >= count);
  }));

test("the scroll position survives a reload and a jump within the page", () =>
  browser.visit(ARTICLE, "narrow", async (page) => {
    const noted = () => page.waitForFunction(() => Math.abs(history.state.scroll - scrollY) < 2);
    const arrived = (place) => page.waitForFunction((place) => Math.abs(scrollY - place) < 2, place);
    await page.locator(".threads").scrollIntoViewIfNeeded();
    await noted();
    const place = await page.evaluate(() => scrollY);
    assert.ok(place > 300);
    await page.reload();
    await page.locator(".body").waitFor();
    await arrived(place);

    const subhead = page.locator(".contents a").first();
    await subhead.scrollIntoViewIfNeeded();
    const top = await page.evaluate(() => scrollY);
    await subhead.click();
    await page.waitForFunction((top) => location.hash && scrollY > top, top);
    await page.goBack();
    await arrived(top);
    assert.equal(new URL(page.url()).hash, "");
    await page.goForward();
    await page.waitForFunction((top) => location.hash && scrollY > top, top);
  }));

test("the keyboard reaches the front page's articles", () =>
  browser.visit("/reader/", "wide", async (page) => {
    await page.locator(".front").waitFor();
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the content");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    const headline = await page.innerText(".first h2");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), headline);
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.equal(outline, "solid");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: headline }).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), "reader-content", "the focus does not move to the new page");
  }));

test("an article is accessible in dark mode and with forced colours", () =>
  browser.visit(ARTICLE, "wide", async (page) => {
    await page.emulateMedia({ colorScheme: "dark" });
    await accessible(page);
    await page.screenshot({ path: shot("reader-article-dark") });
    await page.emulateMedia({ colorScheme: "light", forcedColors: "active" });
    const bare = await page.$$eval(".body a, .about a, .tags a, .slot a", (all) =>
      all.filter((a) => !getComputedStyle(a).textDecorationLine.includes("underline")).map((a) => a.textContent));
    assert.deepEqual(bare, []);
    await page.screenshot({ path: shot("reader-article-forced-colours") });
  }));

test("an Arabic article is shown from right to left", () =>
  browser.visit("/reader/", "narrow", async (page) => {
    const { article } = await graphql('{ article(slug: "maqha-al-mina-ihda-ashrata-lugha") { canonicalPath headline } }');
    await page.goto(`${server.address}/reader${article.canonicalPath}`);
    await page.getByRole("heading", { level: 1, name: article.headline }).waitFor();
    assert.equal(await page.getAttribute(".story > article", "lang"), "ar");
    assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector(".body")).direction), "rtl");
    assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector("h1")).direction), "rtl");
    await accessible(page);
  }));

test("an old path redirects, and an unknown path shows a 404 page", () =>
  browser.visit("/reader/storm-odalys/the-night", "wide", async (page) => {
    const { article } = await graphql('{ article(slug: "the-night-of-odalys") { canonicalPath headline } }');
    await page.getByRole("heading", { level: 1, name: article.headline }).waitFor();
    assert.equal(new URL(page.url()).pathname, `/reader${article.canonicalPath}`);
    await page.goto(`${server.address}/reader/nothing/here`);
    await page.getByRole("heading", { level: 1, name: "There is nothing here" }).waitFor();
    assert.equal((await page.request.get(page.url())).status(), 404);
    await accessible(page);
  }, { missing: ["/reader/nothing/here"] }));

test("a preview token shows a draft", async () => {
  const editor = await signIn(server, "editor");
  const post = async (path, body) => (await editor.send("POST", path, body)).body;
  const draft = await post("/v1/articles", { headline: "Not for readers yet", body: { format: "markdown", source: "Words of the *draft*.[^1]\n\n[^1]: A note." } });
  const { token } = await post(`/v1/articles/${draft.id}/preview-tokens`, {});
  await browser.visit(`/reader/?preview=${token}`, "narrow", async (page) => {
    await page.getByRole("heading", { level: 1, name: "Not for readers yet" }).waitFor();
    assert.match(await page.innerText(".preview"), /Preview of revision 1/);
    assert.match(await page.innerText(".body"), /Words of the draft/);
    assert.equal(await page.locator("link[rel=canonical]").count(), 0);
    await accessible(page);
    await page.screenshot({ path: shot("reader-preview-narrow"), fullPage: true });
    await page.goto(`${server.address}/reader/?preview=nonsense`);
    await page.getByRole("heading", { level: 1, name: "This preview cannot be shown" }).waitFor();
  }, { missing: ["/reader/"] });
});

test("the document's head is updated on every navigation", () =>
  browser.visit("/reader/", "wide", async (page) => {
    await page.locator(".front").waitFor();
    const canonical = () => page.getAttribute("link[rel=canonical]", "href");
    assert.equal(await canonical(), `${server.address}/reader/`);
    await page.locator(".first h2 a").click();
    await page.locator(".story").waitFor();
    assert.equal(await canonical(), page.url());
    assert.equal(await page.locator("link[rel=canonical]").count(), 1);
    assert.equal(await page.getAttribute("meta[property='og:type']", "content"), "article");
    // The script and the server write the same head.
    const html = await (await page.request.get(page.url())).text();
    assert.ok(html.includes(`rel="canonical" href="${await canonical()}"`), html);
    const title = await page.evaluate((html) => new DOMParser().parseFromString(html, "text/html").title, html);
    assert.equal(title, await page.title());
    assert.match(await page.innerText(".story .about time"), /\d:\d\d/);
  }));

for (const viewport of Object.keys(VIEWPORTS)) {
  test(`a section's page has a lead article, and the navigation has a "More" button, ${viewport}`, () =>
    browser.visit("/reader/politics", viewport, async (page) => {
      await page.locator(".cards > li:nth-child(2)").waitFor();
      const sizes = await page.$$eval(".cards h2", (all) => all.slice(0, 2).map((h2) => parseFloat(getComputedStyle(h2).fontSize)));
      assert.ok(sizes[0] > sizes[1] * 1.2, String(sizes));
      const more = page.locator(".nav-more");
      const row = page.locator(".masthead nav > ul");
      const hidden = await row.evaluate((row) => row.scrollWidth - row.clientWidth - row.scrollLeft > 4);
      assert.equal(await more.isVisible(), hidden);
      assert.equal(hidden, viewport === "narrow");
      await page.screenshot({ path: shot(`reader-section-${viewport}`) });
      await page.waitForFunction(() => {
        const more = document.querySelector(".nav-more");
        if (!more.hidden) more.click();
        return more.hidden;
      });
      assert.ok(await row.locator("> li").last().isVisible());
    }));
}

test("unknown query parameters, an anchor on an old path, and a slow page work", () =>
  browser.visit("/reader/?utm_source=x", "wide", async (page) => {
    await page.locator(".front").waitFor();
    await page.goto(`${server.address}/reader/politics/judge-to-lead-inquiry-into-gate-seven#who-is-asking`);
    await page.locator(".body").waitFor();
    assert.equal(new URL(page.url()).pathname + new URL(page.url()).hash, "/reader/city/judge-to-lead-inquiry-into-gate-seven#who-is-asking");
    assert.ok((await page.evaluate(() => scrollY)) > 300);

    // Going back before the next page has loaded leaves the current page unchanged.
    let release;
    const held = new Promise((resolve) => (release = resolve));
    await page.route("**/graphql", async (route) => {
      await held;
      await route.continue();
    });
    await page.locator(".masthead nav a", { hasText: "Science" }).click();
    assert.equal(await page.getAttribute("main", "aria-busy"), "true");
    await page.goBack();
    await page.locator("main:not([aria-busy])").waitFor();
    release();
    assert.match(await page.innerText("h1"), /Judge to lead/);
    assert.match(page.url(), /city\/judge-to-lead/);
  }));

test("a page that failed to load shows an error, and the back button loads it again", () =>
  browser.visit("/reader/", "narrow", async (page) => {
    await page.locator(".front").waitFor();
    await page.route("**/graphql", (route) => route.fulfill({ status: 200, contentType: "text/html", body: "<p>Nothing here" }));
    await page.locator(".first h2 a").click();
    await page.getByRole("heading", { level: 1, name: "This page could not be loaded" }).waitFor();
    await page.unroute("**/graphql");
    await page.locator(".title a").click();
    await page.locator(".front").waitFor();
    await page.goBack();
    await page.locator(".story").waitFor();
  }));

test("the Content-Security-Policy allows only the newspaper's own scripts", async () => {
  const answer = await fetch(`${server.address}/reader/`);
  const policy = answer.headers.get("content-security-policy");
  assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self';/);
  assert.doesNotMatch(policy, /unsafe/);
});

test("every query is valid, with one operation for each page", async () => {
  const schema = buildSchema(readFileSync(new URL("../../schema.graphql", import.meta.url), "utf8"));
  const queries = await import("../../examples/reader/queries.js");
  for (const [name, text] of Object.entries(queries)) {
    const document = parse(text);
    assert.deepEqual(validate(schema, document), [], name);
    assert.equal(document.definitions.filter(({ kind }) => kind === "OperationDefinition").length, 1, name);
  }
});
