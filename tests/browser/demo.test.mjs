// Every page, as the demo fills it: valid HTML, fit for all eyes, hands and screens, and nothing hidden at any width.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { HtmlValidate } from "html-validate";

import { close, launch, open, scrollsSideways } from "./support/browser.mjs";
import { Demo } from "./support/demo.mjs";

const axe = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const html = new HtmlValidate({
  extends: ["html-validate:standard"],
  rules: {
    // Both are right HTML; maud writes them so.
    "void-style": ["error", { style: "omit" }],
    "attr-quotes": ["error", { style: "double" }],
    // CSS counts on classes, not on what they are called; long lines are no fault of markup.
    "class-pattern": "off", "id-pattern": "off", "name-pattern": "off", "no-trailing-whitespace": "off",
    "long-title": "off", "no-raw-characters": "off",
  },
});

let browser, demo, pages;
before(async () => {
  [browser, demo] = await Promise.all([launch(), Demo.start()]);
  pages = await demo.pages();
});
after(() => Promise.all([browser?.close(), demo?.stop()]));

/** What axe holds against a page, each as a line. */
async function violations(page, where, options = {}) {
  const { violations } = await page.evaluate((options) => window.axe.run(options), options);
  const why = (node) => [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; ");
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${where}: ${id}: ${node.target}: ${why(node)}`));
}

test("every page is valid HTML", async () => {
  const found = [];
  const addresses = Object.entries(pages).map(([name, path]) => [name, demo.url + path]);
  for (const path of ["/", "/incidents", "/incidents/1", "/nowhere"]) addresses.push([`public ${path}`, demo.publicUrl + path]);
  addresses.push(["trouble", `${demo.url}/nowhere`], ["sign-in", `${demo.url}/sign-in`]);
  for (const [name, address] of addresses) {
    const text = await (await fetch(address, { headers: { accept: "text/html" } })).text();
    const { results } = await html.validateString(text);
    for (const { messages } of results) {
      found.push(...messages.map(({ ruleId, message, line, column }) => `${name}: ${ruleId}: ${message} (${line}:${column})`));
    }
  }
  assert.deepEqual(found, []);
});

test("every page is fit for all eyes, hands and screens", async () => {
  const found = [];
  for (const [name, path] of Object.entries(pages)) {
    const page = await open(browser, demo.url, { colorScheme: "light" });
    await page.context().addInitScript(axe);
    await page.goto(path);
    found.push(...await violations(page, `${name}, light`));
    await page.emulateMedia({ colorScheme: "dark" });
    found.push(...await violations(page, `${name}, dark`, { runOnly: { type: "tag", values: ["cat.color"] } }));
    await page.setViewportSize({ width: 320, height: 640 });
    found.push(...await violations(page, `${name}, 320 px`, { rules: { "color-contrast": { enabled: false } } }));
    if (await scrollsSideways(page)) found.push(`${name} scrolls sideways at 320 px`);
    await close(page);
  }
  assert.deepEqual(found, []);
});

test("each entry of the navigation is seen at each width of a desk", async () => {
  const page = await open(browser, demo.url);
  await page.goto("/");
  for (const width of [800, 1024, 1280, 1366, 1440, 1920]) {
    await page.setViewportSize({ width, height: 800 });
    const hidden = await page.locator("nav.main a").evaluateAll((links) => {
      const isSeen = (link) => {
        const { left, right, top, height } = link.getBoundingClientRect();
        return [left + 2, right - 2].every((x) => link.contains(document.elementFromPoint(x, top + height / 2)));
      };
      return links.filter((link) => !isSeen(link)).map((link) => link.textContent);
    });
    assert.deepEqual(hidden, [], `at ${width} px`);
  }
  await close(page);
});

test("cells of the codes over time are walked by keys, read out, and lead to their requests", async () => {
  const page = await open(browser, demo.url);
  await page.goto("/endpoints/post.v1.payments?range=24h");
  const strip = page.locator('.heat [data-code="502"]');
  await strip.focus();
  await page.keyboard.press("Home");
  for (let column = 0; column < 30; column += 1) await page.keyboard.press("ArrowRight");
  const said = page.locator("#announce");
  assert.match(await said.textContent(), /^502 Bad Gateway · \d\d:\d\d to \d\d:\d\d: [\d,]+ of [\d,]+ requests/);
  assert.equal(await page.locator(".tip").isVisible(), true);
  await page.keyboard.press("ArrowUp");
  assert.match(await said.textContent(), /^4\d\d /);
  await page.keyboard.press("Escape");
  assert.equal(await page.locator(".tip").isVisible(), false);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/requests\?service=shop&code=502&from=.*Z&to=.*Z$/);
  await close(page);
});

test("from an endpoint to a failing request and its reply", async () => {
  const page = await open(browser, demo.url);
  await page.goto(pages.endpoint);
  await page.locator('.heat a[href*="code=503"]').first().click();
  await page.locator(".list a.ep").first().click();
  await page.getByText("error 503").first().waitFor();
  await close(page);
});
