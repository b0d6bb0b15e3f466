// Debian's Chromium, watched: what its console says, what it fails to load, what it loads from elsewhere.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { chromium } from "playwright-core";

import { root } from "./server.js";

const ARGUMENTS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];
const SHOTS = join(root, "target", "screenshots");

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What stands in people's way on a page, by every rule of axe. */
export async function barriers(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, { rules: { "target-size": { enabled: true } } }));
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(", ")}`);
}

/** A desk and a telephone. */
export const VIEWPORTS = { wide: { width: 1280, height: 900 }, narrow: { width: 390, height: 844 } };

/** Where a picture of a page is put, for people to look at. */
export const shot = (name) => join(SHOTS, `${name}.png`);

/** Opens a browser for one server. */
export async function openBrowser(server) {
  mkdirSync(SHOTS, { recursive: true });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ARGUMENTS,
  });

  /**
   * Opens a page, does something there, and sees that nothing went wrong and all came from the server. Pages
   * whose paths are in `missing` answer with 403 or 404.
   */
  async function visit(path, viewport, act, { missing = [] } = {}) {
    const page = await browser.newPage({ viewport: VIEWPORTS[viewport] });
    const complaints = [];
    const asked = [];
    page.on("console", (message) => {
      const isMissing = missing.includes(URL.parse(message.location().url)?.pathname) && /status of 40[34]/.test(message.text());
      if (["error", "warning"].includes(message.type()) && !isMissing) complaints.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
    // A picture that is on its way when the page is left for another is given up, which is no fault.
    let leavings = 0;
    const begun = new Map();
    page.on("request", (request) => {
      if (request.isNavigationRequest() && request.frame() === page.mainFrame()) leavings += 1;
      begun.set(request, leavings);
    });
    page.on("requestfailed", (request) => {
      const isGivenUp = request.failure()?.errorText === "net::ERR_ABORTED" && begun.get(request) < leavings;
      if (!isGivenUp) complaints.push(`failed: ${request.url()}`);
    });
    page.on("response", (response) => {
      const isMissing = [403, 404].includes(response.status()) && missing.includes(new URL(response.url()).pathname);
      if (response.status() >= 400 && !isMissing) complaints.push(`${response.status()}: ${response.url()}`);
    });
    page.on("request", (request) => {
      if (/^https?:/.test(request.url())) asked.push(request.url());
    });
    await page.goto(server.address + path, { waitUntil: "networkidle" });
    await act(page, asked);
    assert.deepEqual(complaints, [], path);
    assert.deepEqual(asked.filter((url) => !url.startsWith(server.address)), [], `${path} loads from other hosts`);
    await page.close();
  }

  /** A page that nobody watches, for what is meant to go wrong. */
  const page = () => browser.newPage({ viewport: VIEWPORTS.wide });

  return { visit, page, close: () => browser.close() };
}
