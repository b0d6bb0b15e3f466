// The pages that the program serves, in a browser.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { openBrowser, shot, VIEWPORTS } from "./browser.js";
import { serveSample } from "./server.js";

let server, browser;
before(async () => {
  server = await serveSample();
  browser = await openBrowser(server);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Whether an answer has anything in it: a connection without edges has not. */
function holdsSomething(value) {
  const list = value?.edges ?? value;
  return Array.isArray(list) ? list.length > 0 : Boolean(list);
}

for (const viewport of Object.keys(VIEWPORTS)) {
  test(`the first page leads to everything, ${viewport}`, () =>
    browser.visit("/", viewport, async (page) => {
      assert.match(await page.innerText("h1"), /Broadsheet/);
      await page.screenshot({ path: shot(`home-${viewport}`), fullPage: true });
      const links = await page.$$eval("a", (all) => all.map((a) => a.getAttribute("href")));
      assert.ok(links.length >= 8);
      for (const link of links) {
        const answer = await page.request.get(server.address + link);
        assert.equal(answer.status(), 200, link);
      }
    }));

  test(`a REST request is sent from /docs, ${viewport}`, () =>
    browser.visit("/docs", viewport, async (page) => {
      const operation = page.locator("[id='get-/v1/site']");
      await operation.waitFor();
      await page.screenshot({ path: shot(`docs-${viewport}`) });
      await operation.scrollIntoViewIfNeeded();
      await operation.getByRole("button", { name: "TRY" }).click();
      await operation.getByText("Port Ellery Courier").first().waitFor();
      await page.screenshot({ path: shot(`docs-tried-${viewport}`) });
    }));

  test(`the example queries run in /graphiql, ${viewport}`, () =>
    browser.visit("/graphiql", viewport, async (page) => {
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
        for (const [name, value] of Object.entries(body.data)) assert.ok(holdsSomething(value), `tab ${tab}: ${name} is empty`);
      }
      await page.screenshot({ path: shot(`graphiql-${viewport}`) });
    }));
}

test("a problem's page explains it", () =>
  browser.visit("/problems/request.invalid", "wide", async (page) => {
    assert.match(await page.innerText("main"), /request\.invalid/);
  }));
