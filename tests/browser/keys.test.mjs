// The keyboard is enough.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { close, launch, open } from "./support/browser.mjs";
import { Statusquo } from "./support/statusquo.mjs";
import { Target } from "./support/target.mjs";

let browser, statusquo, target;
before(async () => {
  [browser, target] = await Promise.all([launch(), Target.start()]);
  statusquo = await Statusquo.start({ search: target.url, shop: target.url });
});
after(() => Promise.all([browser?.close(), statusquo?.stop(), target?.stop()]));

const press = async (page, ...keys) => {
  for (const key of keys) await page.keyboard.press(key);
};

test("each entry of the navigation has its key, and the list of keys names them all", async () => {
  const page = await open(browser, statusquo.url);
  // Not the first that is gone to: each key has to lead away.
  await page.goto("/settings");
  const entries = await page.locator("nav.main a").evaluateAll((links) => links.map((a) => [a.dataset.key, a.href]));
  for (const [key, address] of entries) {
    await press(page, "g", key);
    await page.waitForURL(address);
  }
  await press(page, "?");
  const listed = await page.getByRole("dialog").locator("dt", { hasText: "g then" }).innerText();
  assert.equal(listed.trim(), `g then ${entries.map(([key]) => key).join(" ")}`);
  await press(page, "Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await close(page);
});

test("rows are walked and opened, search is found, and typing there is no shortcut", async () => {
  const page = await open(browser, statusquo.url);
  await page.goto("/monitors");
  await press(page, "j", "j", "k", "Enter");
  await page.waitForURL(/\/monitors\/search$/);
  await press(page, "/");
  await page.keyboard.type("get 429");
  assert.equal(await page.getByRole("searchbox", { name: "Search" }).inputValue(), "get 429");
  await page.getByRole("searchbox", { name: "Search" }).fill("429");
  await press(page, "Enter");
  await page.waitForURL(/\/codes\/429$/);
  await close(page);
});

test("the theme switches by a key and stays, and keys can be switched off", async () => {
  const page = await open(browser, statusquo.url, { colorScheme: "light" });
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
  await page.goto("/");
  await press(page, "t");
  assert.equal(await theme(), "dark");
  await page.goto("/codes");
  assert.equal(await theme(), "dark");
  await press(page, "?");
  await page.getByLabel("Switch shortcuts off").check();
  await page.getByRole("button", { name: "Close" }).click();
  await press(page, "t");
  assert.equal(await theme(), "dark");
  await close(page);
});
