// Opens pages in Chromium and fails on console messages, failed requests, and requests to other hosts.

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

/** Returns the accessibility problems of a page, by all rules of axe. */
export async function barriers(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, { rules: { "target-size": { enabled: true } } }));
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(", ")}`);
}

/** Window sizes of a desktop and a phone, in pixels. */
export const VIEWPORTS = { wide: { width: 1280, height: 900 }, narrow: { width: 390, height: 844 } };

/** Returns the path of a screenshot. The screenshots are for people; no test compares them. */
export const shot = (name) => join(SHOTS, `${name}.png`);

/** Starts a browser for the pages of one server. */
export async function openBrowser(server) {
  mkdirSync(SHOTS, { recursive: true });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ARGUMENTS,
  });

  /**
   * Opens a page, calls `act`, and checks that nothing failed and that every request went to the server.
   * Responses 403 and 404 are allowed for the paths in `missing`.
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
    // The browser aborts requests when it navigates to another page. That is not a failure.
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

  /** Opens a page without these checks, for tests of failures. */
  const page = () => browser.newPage({ viewport: VIEWPORTS.wide });

  return { visit, page, close: () => browser.close() };
}
