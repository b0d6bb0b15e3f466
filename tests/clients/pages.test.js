// The pages that the server itself serves, in a browser: home page, API documentation, GraphiQL, password.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, test } from "node:test";

import { barriers, openBrowser, shot, VIEWPORTS } from "./browser.js";
import { program, serveSample } from "./server.js";

let server, browser;
before(async () => {
  server = await serveSample();
  browser = await openBrowser(server);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Returns whether a result is neither null nor an empty list or connection. */
function holdsSomething(value) {
  const list = value?.edges ?? value;
  return Array.isArray(list) ? list.length > 0 : Boolean(list);
}

for (const viewport of Object.keys(VIEWPORTS)) {
  test(`every link of the home page works, ${viewport}`, () =>
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

  test(`/docs sends a REST request, ${viewport}`, () =>
    browser.visit("/docs", viewport, async (page) => {
      const operation = page.locator("[id='get-/v1/site']");
      await operation.waitFor();
      await page.screenshot({ path: shot(`docs-${viewport}`) });
      await operation.scrollIntoViewIfNeeded();
      await operation.getByRole("button", { name: "TRY" }).click();
      await operation.getByText("Port Ellery Courier").first().waitFor();
      await page.screenshot({ path: shot(`docs-tried-${viewport}`) });
    }));

  test(`/docs shows the operations at first and has navigation, ${viewport}`, () =>
    browser.visit("/docs", viewport, async (page) => {
      const first = page.locator("[id^='get-/']").first();
      await first.waitFor();
      assert.ok((await first.boundingBox()).y < VIEWPORTS[viewport].height, "no operation is in view");
      if (viewport === "narrow") {
        await page.getByText("Operations", { exact: true }).click();
        await page.screenshot({ path: shot(`docs-operations-${viewport}`) });
        await page.getByRole("link", { name: "GET /v1/site" }).click();
        const place = page.locator("[id='get-/v1/site']");
        await page.waitForFunction(() => location.hash === "#get-/v1/site");
        await place.evaluate((place) => new Promise((done) => new IntersectionObserver(([{ isIntersecting }]) => isIntersecting && done()).observe(place)));
      }
      await page.getByText("Problems", { exact: true }).click();
      await page.getByRole("link", { name: "request.invalid" }).waitFor();
    }));

  test(`the example queries run in /graphiql, ${viewport}`, () =>
    browser.visit("/graphiql", viewport, async (page) => {
      const tabs = await page.locator(".graphiql-tab-button").count();
      assert.equal(tabs, 5);
      for (let tab = 0; tab < tabs; tab++) {
        await page.locator(".graphiql-tab-button").nth(tab).click();
        // GraphiQL parses the operation of a tab shortly after it shows the tab.
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

test("the page of a problem explains it", () =>
  browser.visit("/problems/request.invalid", "wide", async (page) => {
    assert.match(await page.innerText("main"), /request\.invalid/);
  }));

/** Runs a command on the server's database and returns its output. */
const command = (...words) => {
  const ran = spawnSync(program, [...words, "--data-dir", server.folder, "--public-url", server.address], { encoding: "utf8" });
  assert.equal(ran.status, 0, ran.stderr);
  return ran.stdout;
};

for (const viewport of Object.keys(VIEWPORTS)) {
  test(`a new colleague chooses a password from the link, ${viewport}`, async () => {
    const email = `${viewport}@example.com`;
    const link = command("user", "add", email, "--role", "editor").match(/http:\S+#bspw_\S+/)[0];
    await browser.visit(link.slice(server.address.length), viewport, async (page, asked) => {
      await page.screenshot({ path: shot(`password-${viewport}`), fullPage: true });
      assert.deepEqual(await barriers(page), []);
      assert.ok(asked.every((url) => !url.includes("bspw_")), "the secret is in no requested URL");

      await page.getByLabel("New password").fill("short");
      await page.getByRole("button", { name: "Save" }).click();
      assert.equal(await page.locator("#password-error").innerText(), "Use at least 12 characters.");
      assert.equal(await page.locator("#password").getAttribute("aria-invalid"), "true");
      await page.getByLabel("New password").fill("a long enough password");
      await page.getByLabel("The same again").fill("another password");
      await page.keyboard.press("Enter");
      assert.equal(await page.locator("#again-error").innerText(), "This is not the same as above.");
      await page.screenshot({ path: shot(`password-wrong-${viewport}`), fullPage: true });
      assert.deepEqual(await barriers(page), []);

      await page.getByLabel("The same again").fill("a long enough password");
      await page.getByLabel("Show what I type").check();
      assert.equal(await page.locator("#password").getAttribute("type"), "text");
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("Your password is saved.").waitFor();
      assert.ok(!page.url().includes("bspw_"), "the secret is removed from the URL");
      await page.screenshot({ path: shot(`password-saved-${viewport}`), fullPage: true });
    });
    const login = await fetch(`${server.address}/v1/auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email, password: "a long enough password" }),
    });
    assert.equal(login.status, 200);

    // With a used link, and without a secret, the page says what to do.
    const page = await browser.page();
    await page.goto(link);
    for (const label of ["New password", "The same again"]) await page.getByLabel(label).fill("a long enough password");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("This link does not work any more.").waitFor();
    assert.equal(await page.locator("form").isVisible(), false);
    await page.goto(`${server.address}/password`);
    await page.reload();
    await page.getByText("This page needs the whole link").waitFor();
    await page.close();
  });
}
