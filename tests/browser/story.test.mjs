// One fault from its first bad answer to its end, as somebody on call sees it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { close, launch, open } from "./support/browser.mjs";
import { Statusquo } from "./support/statusquo.mjs";
import { Target } from "./support/target.mjs";

let browser, statusquo, shop, search;
before(async () => {
  [browser, shop, search] = await Promise.all([launch(), Target.start(), Target.start()]);
  statusquo = await Statusquo.start({ shop: shop.url, search: search.url });
});
after(() => Promise.all([browser?.close(), statusquo?.stop(), shop?.stop(), search?.stop()]));

const headline = (page, text) => page.locator("#headline", { hasText: text }).waitFor();

test("overview, monitor, incident, acknowledge, note, resolved: by clicks, and pages follow by themselves", async () => {
  const page = await open(browser, statusquo.url);
  await page.goto("/");
  await headline(page, "All 2 monitors answer as they should");

  shop.isWell = false;
  // Not failing: a 503 that says when to come back is orderly.
  await headline(page, "1 of 2 monitors is degraded");
  const verdict = page.getByRole("region", { name: "Most urgent" });
  await verdict.getByText("Nobody has taken it yet.").waitFor();

  await page.locator("#monitors").getByRole("link", { name: "shop" }).click();
  await headline(page, /^shop .*503/);
  assert.equal(new URL(page.url()).pathname, "/monitors/shop");
  await page.getByText("What 503 means here").waitFor();
  await page.getByText("retry-after").first().waitFor();

  await page.locator("#now").getByRole("link", { name: "Incident 1" }).click();
  await headline(page, /shop.*503/);
  await page.getByText("The target asks to come back after 2 min.").waitFor();

  const timeline = page.getByRole("region", { name: "Timeline" });
  await page.getByRole("button", { name: "Acknowledge" }).click();
  await timeline.getByText("Taken by local.").waitFor();
  await page.locator(".chip", { hasText: "acknowledged" }).waitFor();
  assert.equal(await page.getByRole("button", { name: "Acknowledge" }).count(), 0);

  await page.getByRole("textbox", { name: "Note" }).fill("moving the <b>database</b>, done by 15:00");
  await page.getByRole("button", { name: "Add note" }).click();
  await timeline.getByText("moving the <b>database</b>, done by 15:00").waitFor();

  shop.isWell = true;
  await timeline.getByText("Over.", { exact: true }).waitFor();
  await page.locator(".chip", { hasText: "resolved" }).waitFor();
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Overview" }).click();
  await headline(page, "All 2 monitors answer as they should");
  await page.getByRole("heading", { name: "No incident is open" }).waitFor();
  await close(page);

  const { incidents } = await statusquo.json("/api/v1/incidents");
  assert.deepEqual(incidents.map((incident) => [incident.monitor, incident.phase]), [["shop", "resolved"]]);
});
