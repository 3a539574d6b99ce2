// From an incident to the page that everybody sees: told inside, read outside, by clicks.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { close, launch, open, scrollsSideways } from "./support/browser.mjs";
import { Statusquo } from "./support/statusquo.mjs";
import { Target } from "./support/target.mjs";

const axe = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

let browser, statusquo, shop, search;
before(async () => {
  [browser, shop, search] = await Promise.all([launch(), Target.start(), Target.start()]);
  statusquo = await Statusquo.start({ shop: shop.url, search: search.url }, { published: { Ordering: "shop", Search: "search" } });
});
after(() => Promise.all([browser?.close(), statusquo?.stop(), shop?.stop(), search?.stop()]));

const headline = (page, text) => page.getByRole("heading", { level: 1, name: text }).waitFor();

/** Reloads until the page says so: it is made anew at most once a second. */
async function reads(page, text) {
  await statusquo.until(`"${text}" on the public page`, async () => {
    // Until the first page is made there is none.
    if (!(await fetch(statusquo.publicUrl)).ok) return false;
    await page.goto("/");
    return (await page.textContent("body")).includes(text);
  });
}

test("an incident becomes an update in public words, on the page and in the feed, and then a past incident", async () => {
  const inside = await open(browser, statusquo.url);
  const outside = await open(browser, statusquo.publicUrl, { javaScriptEnabled: false });
  await reads(outside, "All systems are operational");

  shop.isWell = false;
  await reads(outside, "Ordering does not work as well as usual");
  await inside.goto("/");
  await inside.getByRole("link", { name: /Open incident 1/ }).click();
  await inside.getByRole("link", { name: "Tell the public" }).click();
  const form = inside.getByRole("region", { name: "Tell of an outage" });
  assert.equal(await form.getByLabel("Ordering").isChecked(), true, "the component of the incident's monitor");
  await form.getByLabel("What users notice, in a line").fill("Some orders fail");
  await form.getByLabel("What users notice now").fill("One order in ten fails with error 503.");
  await form.getByLabel("What they can do meanwhile").fill("Try again after a minute.");
  await form.getByRole("button", { name: "Tell the public" }).click();
  await inside.getByRole("heading", { name: "Some orders fail" }).waitFor();

  await reads(outside, "One order in ten fails with error 503.");
  await headline(outside, "Ordering has a partial outage");
  const feed = await (await fetch(`${statusquo.publicUrl}/feed.atom`)).text();
  assert.match(feed, /Investigating: Some orders fail/);
  await outside.getByRole("link", { name: "Some orders fail" }).click();
  await headline(outside, "Some orders fail");

  shop.isWell = true;
  const next = inside.getByRole("form", { name: "Next update of: Some orders fail" });
  await next.getByLabel("How far is it").selectOption("resolved");
  await next.getByLabel("What users notice now").fill("All orders work again.");
  await next.getByRole("button", { name: "Tell the public" }).click();
  await inside.getByRole("heading", { name: "What is over" }).waitFor();
  await reads(outside, "All systems are operational");
  await outside.getByText("resolved").first().waitFor();
  await inside.goto("/settings");
  await inside.getByText("told the public of 1 (resolved): Some orders fail").waitFor();
  assert.deepEqual(await outside.context().cookies(), []);
  await close(inside);
  await close(outside);
});

for (const path of ["/", "/incidents", "/incidents/1", "/nowhere"]) {
  test(`${path} of the public page is fit for all eyes, hands and screens`, async () => {
    const page = await open(browser, statusquo.publicUrl, { colorScheme: "light", bypassCSP: true });
    for (const colorScheme of ["light", "dark"]) {
      for (const width of [1280, 320]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 700 });
        await page.goto(path);
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => window.axe.run());
        assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.target)]), [], `${colorScheme}, ${width}`);
        assert.equal(await scrollsSideways(page), false, `at ${width} px`);
      }
    }
    page.faults = page.faults.filter((fault) => !fault.includes("404"));
    await close(page);
  });
}
