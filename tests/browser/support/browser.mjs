// Debian's Chromium, and pages that keep an eye on what they must not do.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";

import { chromium } from "playwright-core";

/** Nothing here takes long; what waits longer waits for something that does not come. */
const patience = 15_000;

export async function launch() {
  const executablePath = execFileSync("sh", ["-c", "command -v chromium"], { encoding: "utf8" }).trim();
  // Containers and CI run as root, where Chromium's sandbox does not start; it sees only our own pages.
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

/** A page in a profile of its own; `faults` collects console errors and requests that leave `origin`. */
export async function open(browser, origin, options = {}) {
  const context = await browser.newContext({ baseURL: origin, ...options });
  context.setDefaultTimeout(patience);
  const page = await context.newPage();
  page.faults = [];
  page.on("console", (message) => {
    // Browsers ask for an icon by themselves; the public page has none.
    const isIcon = message.location().url.endsWith("/favicon.ico");
    if (["error", "warning"].includes(message.type()) && !isIcon) page.faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => page.faults.push(`script: ${error.message}`));
  page.on("request", (request) => {
    const from = new URL(request.url());
    if (from.origin !== origin && from.protocol !== "data:") page.faults.push(`request to ${from.href}`);
  });
  return page;
}

/** Ends a page's profile; the test fails if the page did what it must not do. */
export async function close(page) {
  await page.context().close();
  assert.deepEqual(page.faults, []);
}

export async function scrollsSideways(page) {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
}
