// An admin gives a program a token by clicks, and takes it away again.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { close, launch, open, scrollsSideways } from "./support/browser.mjs";
import { Statusquo } from "./support/statusquo.mjs";

const axe = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

let browser, statusquo;
before(async () => {
  const users = { ada: "correct horse" };
  [browser, statusquo] = await Promise.all([launch(), Statusquo.start({}, { users, role: "admin" })]);
});
after(() => Promise.all([browser?.close(), statusquo?.stop()]));

test("a token is made in the settings, shown once, used, and revoked", async () => {
  const page = await open(browser, statusquo.url);
  await page.context().addInitScript(axe);
  await page.goto("/settings");
  await page.getByLabel("Name").fill("ada");
  await page.getByLabel("Password").fill("correct horse");
  await page.getByRole("button", { name: "Sign in" }).click();

  const tokens = page.getByRole("region", { name: "API tokens" });
  await tokens.getByText("None yet.").waitFor();
  await tokens.getByLabel("What is it for?").fill("grafana");
  await tokens.getByLabel("Role").selectOption("viewer");
  await tokens.getByRole("button", { name: "Make a token" }).click();
  const made = page.getByRole("region", { name: "Token grafana is made" });
  const secret = await made.locator("code", { hasText: /^sq_/ }).innerText();
  await made.getByRole("button", { name: "Copy" }).waitFor();
  assert.match(await tokens.getByRole("listitem").innerText(), /grafana viewer/);
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 700 });
    const { violations } = await page.evaluate(() => window.axe.run());
    assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.target)]), [], `at ${width} px`);
    assert.equal(await scrollsSideways(page), false, `at ${width} px`);
  }

  const headers = { authorization: `Bearer ${secret}` };
  const ask = async () => (await fetch(`${statusquo.url}/api/v1/status`, { headers })).status;
  assert.equal(await ask(), 200);
  await page.goto("/settings");
  await page.getByText("made token grafana with the role viewer").waitFor();
  assert.equal((await page.content()).includes(secret), false, "it is shown once");
  await tokens.getByRole("button", { name: "Revoke" }).click();
  await tokens.getByText("None yet.").waitFor();
  assert.equal(await ask(), 401);
  await close(page);
});
