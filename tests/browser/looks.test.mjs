// Every page in light and dark, on a desk and on a small phone: axe finds nothing, nothing scrolls sideways, nothing is
// complained of on the console, nothing is asked of another host.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { close, launch, open, scrollsSideways } from "./support/browser.mjs";
import { Statusquo } from "./support/statusquo.mjs";
import { Target } from "./support/target.mjs";

const axe = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const pages = [
  "/", "/?range=24h", "/monitors", "/monitors/shop", "/monitors/shop?range=24h", "/monitors/search", "/incidents",
  "/incidents/1", "/codes", "/codes/503", "/codes?q=rate+limit", "/slos", "/lint", "/lint/not-implemented-but-allowed", "/alerts",
  "/public", "/public?incident=1", "/settings", "/monitors?q=sh", "/sign-in",
];

let browser, statusquo, shop, search;
before(async () => {
  [browser, shop, search] = await Promise.all([launch(), Target.start(), Target.start()]);
  shop.isWell = false;
  statusquo = await Statusquo.start({ shop: shop.url, search: search.url }, { receiver: search.url, published: { Shop: "shop" } });
  await statusquo.until("incident 1", async () => (await statusquo.json("/api/v1/incidents")).incidents.length > 0);
  const silence = JSON.stringify({ monitors: ["search"], for: "1h", comment: "moving house" });
  const headers = { "content-type": "application/json" };
  await fetch(`${statusquo.url}/api/v1/silences`, { method: "POST", headers, body: silence });
});
after(() => Promise.all([browser?.close(), statusquo?.stop(), shop?.stop(), search?.stop()]));

/** What axe holds against a page, each as a line. */
async function violations(page, where, options = {}) {
  const { violations } = await page.evaluate((options) => window.axe.run(options), options);
  const why = (node) => [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; ");
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${where}: ${id}: ${node.target}: ${why(node)}`));
}

for (const path of pages) {
  test(`${path} is fit for all eyes, hands and screens`, async () => {
    const page = await open(browser, statusquo.url, { colorScheme: "light" });
    await page.context().addInitScript(axe);
    await page.goto(path);
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.equal(await background(), "rgb(245, 246, 248)");
    const found = await violations(page, "light");
    await page.emulateMedia({ colorScheme: "dark" });
    assert.equal(await background(), "rgb(12, 16, 22)");
    found.push(...await violations(page, "dark", { runOnly: { type: "tag", values: ["cat.color"] } }));
    await page.setViewportSize({ width: 320, height: 640 });
    found.push(...await violations(page, "320 px", { rules: { "color-contrast": { enabled: false } } }));
    assert.deepEqual(found, []);
    assert.equal(await scrollsSideways(page), false, "at 320 px");
    await close(page);
  });
}
