// Without JavaScript everything can be read and done.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { close, launch, open } from "./support/browser.mjs";
import { Statusquo } from "./support/statusquo.mjs";
import { Target } from "./support/target.mjs";

let browser, statusquo, target;
before(async () => {
  [browser, target] = await Promise.all([launch(), Target.start()]);
  target.isWell = false;
  statusquo = await Statusquo.start({ shop: target.url });
  await statusquo.until("incident 1", async () => (await statusquo.json("/api/v1/incidents")).incidents.length > 0);
});
after(() => Promise.all([browser?.close(), statusquo?.stop(), target?.stop()]));

test("without scripts the incident is read and acknowledged, and nothing is offered that needs them", async () => {
  const page = await open(browser, statusquo.url, { javaScriptEnabled: false });
  await page.goto("/");
  assert.equal(await page.locator("#headline").innerText(), "The only monitor is degraded");
  await page.getByText(/^Since \d\d:\d\d/).waitFor();
  assert.equal(await page.locator("#live, #theme, [data-copy]").filter({ visible: true }).count(), 0);

  await page.getByRole("link", { name: "Open incident 1" }).click();
  await page.getByText("What 503 means").waitFor();
  await page.getByRole("button", { name: "Acknowledge" }).click();
  const timeline = page.getByRole("region", { name: "Timeline" });
  await timeline.getByText("Taken by local.").waitFor();
  await page.getByRole("textbox", { name: "Note" }).fill("on it");
  await page.getByRole("button", { name: "Add note" }).click();
  await timeline.getByText("on it", { exact: true }).waitFor();
  await close(page);
});
