// Cross-site scripting: no script in any field of an article runs in a browser.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { openBrowser } from "./browser.js";
import { signIn } from "./newsroom.js";
import { serveSample } from "./server.js";
import { vectors } from "./vectors.js";

let server, editor, browser;
before(async () => {
  server = await serveSample();
  editor = await signIn(server, "editor");
  browser = await openBrowser(server);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/**
 * Shows HTML in a page whose policy allows only its own script. Returns `tried`, the scripts that were
 * blocked or ran, and `could`, the elements and attributes that can run script.
 */
async function attempts(page, html) {
  const address = "http://page.example/";
  await page.route(`${address}**`, (route) => {
    const isPage = route.request().url() === address;
    return route.fulfill({
      status: isPage ? 200 : 404,
      headers: { "Content-Type": "text/html", "Content-Security-Policy": "script-src 'nonce-own'; style-src 'none'; object-src 'none'; frame-src 'none'; base-uri 'none'; form-action 'none'" },
      body: isPage
        ? `<!doctype html><meta charset=utf-8><script nonce=own>
             globalThis.tried = [];
             addEventListener("securitypolicyviolation", (e) => {
               if (!/^(img|media|frame)/.test(e.effectiveDirective)) tried.push(e.effectiveDirective + " " + e.sample + " " + e.blockedURI);
             });
             for (const name of ["alert", "confirm", "prompt", "print"]) globalThis[name] = () => tried.push(name);
           </script><body>${html}`
        : "",
    });
  });
  await page.goto(address, { waitUntil: "load" });
  const found = await page.evaluate(() => {
    const could = [];
    for (const one of document.body.querySelectorAll("*")) {
      if (/^(script|object|embed|style|link|meta|base|form|input|button|template|svg|math|noscript)$/.test(one.localName)) could.push(one.outerHTML);
      for (const { name, value } of one.attributes) {
        // Parse the URL as the browser does, which ignores some characters.
        const scheme = URL.parse(value, document.baseURI)?.protocol ?? "";
        if (name.startsWith("on") || name === "srcdoc" || name === "style") could.push(`${name}=${value}`);
        if (/^(href|src|action|formaction|data|cite|poster|srcset)$/.test(name) && /^(javascript|vbscript|data):/.test(scheme)) could.push(`${name}=${value}`);
      }
    }
    return { tried: globalThis.tried, could };
  });
  await page.unroute(`${address}**`);
  return found;
}

for (const format of ["html", "markdown"]) {
  test(`no script in a body of format ${format} runs`, { timeout: 3_600_000 }, async () => {
    const page = await browser.page();
    const probe = await attempts(page, `<img src=x onerror=alert(1)><a href="javascript:alert(1)">x</a>`);
    assert.ok(probe.tried.length > 0 && probe.could.length > 1, "the page detects scripts that try to run");
    let shown = 0;
    for (let from = 0; from < vectors.length; from += 100) {
      const batch = vectors.slice(from, from + 100);
      const htmls = [];
      for (const source of batch) {
        const article = await editor.publish({ headline: "Vector", body: { format, source: `before ${source} after` } });
        const blocks = article.body.blocks.map((block) => block.html).join("");
        htmls.push(`<div>${article.body.html}</div><div>${blocks}</div>`);
      }
      const found = await attempts(page, htmls.join("\n"));
      assert.deepEqual(found, { tried: [], could: [] }, `vectors ${from} to ${from + batch.length}`);
      shown += batch.length;
    }
    assert.equal(shown, vectors.length);
    await page.close();
  });
}

test("no script in any other text field runs on the reader's pages", () =>
  browser.visit("/reader/", "wide", async (page) => {
    const vector = `"><img src=x onerror=alert(1)><script>alert(1)</script>`;
    const tag = await editor.send("POST", "/v1/tags", { name: vector, description: vector });
    const author = await editor.send("POST", "/v1/authors", { name: vector, bio: vector });
    const article = await editor.publish({
      headline: vector, kicker: vector, standfirst: vector, byline: vector,
      tags: [tag.body.id], authors: [author.body.id], seo: { title: vector, description: vector },
      corrections: [{ text: vector, kind: "correction" }], body: { format: "text", source: vector },
    });
    for (const field of ["headline", "kicker", "standfirst", "byline"]) assert.equal(article[field], vector);
    assert.equal(article.corrections[0].text, vector);
    const dialogs = [];
    page.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      return dialog.dismiss();
    });
    for (const path of ["/reader/", `/reader${article.canonicalPath}`, `/reader/tags/${tag.body.slug}`, `/reader/authors/${author.body.slug}`]) {
      await page.goto(server.address + path, { waitUntil: "networkidle" });
      assert.equal(await page.locator("img[onerror], [src=x]").count(), 0, path);
    }
    await page.goto(`${server.address}/reader${article.canonicalPath}`, { waitUntil: "networkidle" });
    assert.equal(await page.innerText("h1"), vector, "the HTML is shown as text");
    assert.deepEqual(dialogs, []);
  }));
