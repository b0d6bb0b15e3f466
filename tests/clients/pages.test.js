// The pages that the program serves, in a browser.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { openBrowser } from "./browser.js";
import { root, serveSample } from "./server.js";

const SHOTS = join(root, "target", "screenshots");
const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 390, height: 844 };

let server, browser;
before(async () => {
  mkdirSync(SHOTS, { recursive: true });
  server = await serveSample();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Opens a page, does something there, and sees that nothing went wrong and all came from here. */
async function visit(path, viewport, act) {
  const page = await browser.page(viewport);
  const elsewhere = [];
  page.on("request", (request) => {
    if (/^https?:/.test(request.url()) && !request.url().startsWith(server.address)) elsewhere.push(request.url());
  });
  await page.goto(server.address + path, { waitUntil: "networkidle" });
  await act(page);
  assert.deepEqual(page.complaints, [], path);
  assert.deepEqual(elsewhere, [], `${path} loads from other hosts`);
  await page.close();
}

for (const [name, viewport] of [["wide", WIDE], ["narrow", NARROW]]) {
  test(`the first page leads to everything, ${name}`, () =>
    visit("/", viewport, async (page) => {
      assert.match(await page.innerText("h1"), /Broadsheet/);
      await page.screenshot({ path: join(SHOTS, `home-${name}.png`), fullPage: true });
      const links = await page.$$eval("a", (all) => all.map((a) => a.getAttribute("href")));
      assert.ok(links.length >= 8);
      for (const link of links) {
        const answer = await page.request.get(server.address + link);
        assert.equal(answer.status(), 200, link);
      }
    }));

  test(`a REST request is sent from /docs, ${name}`, () =>
    visit("/docs", viewport, async (page) => {
      await page.screenshot({ path: join(SHOTS, `docs-${name}.png`) });
      const operation = page.locator("[id='get-/v1/site']");
      await operation.scrollIntoViewIfNeeded();
      await operation.getByRole("button", { name: "TRY" }).click();
      await operation.getByText("Port Ellery Courier").first().waitFor();
      await page.screenshot({ path: join(SHOTS, `docs-tried-${name}.png`) });
    }));

  test(`the example queries run in /graphiql, ${name}`, () =>
    visit("/graphiql", viewport, async (page) => {
      const tabs = await page.locator(".graphiql-tab-button").count();
      assert.equal(tabs, 5);
      for (let tab = 0; tab < tabs; tab++) {
        await page.locator(".graphiql-tab-button").nth(tab).click();
        // GraphiQL learns which operation a tab holds a moment after it shows it.
        await page.waitForTimeout(500);
        const [answer] = await Promise.all([
          page.waitForResponse((response) => response.url().endsWith("/graphql") && response.request().method() === "POST"),
          page.locator(".graphiql-execute-button").click(),
        ]);
        const body = await answer.json();
        assert.equal(body.errors, undefined);
        for (const [name, value] of Object.entries(body.data)) assert.ok(value, `tab ${tab}: ${name} is empty`);
      }
      await page.screenshot({ path: join(SHOTS, `graphiql-${name}.png`) });
    }));
}

test("a problem's page explains it", () =>
  visit("/problems/request.invalid", WIDE, async (page) => {
    assert.match(await page.innerText("main"), /request\.invalid/);
  }));
