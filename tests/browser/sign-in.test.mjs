// A server that knows its users, and what other sites may do to it: nothing.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { close, launch, open } from "./support/browser.mjs";
import { Statusquo } from "./support/statusquo.mjs";
import { Target } from "./support/target.mjs";

let browser, statusquo, target;
before(async () => {
  [browser, target] = await Promise.all([launch(), Target.start()]);
  target.isWell = false;
  statusquo = await Statusquo.start({ shop: target.url }, { users: { anna: "correct horse" } });
});
after(() => Promise.all([browser?.close(), statusquo?.stop(), target?.stop()]));

async function signIn(page, password) {
  await page.getByLabel("Name").fill("anna");
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Signs in, and goes to the incident as soon as there is one. */
async function openIncident() {
  const page = await open(browser, statusquo.url);
  await page.goto("/");
  await signIn(page, "correct horse");
  await page.getByRole("link", { name: "Open incident 1" }).click();
  return page;
}

test("whoever has not signed in sees nothing, and comes back to where they wanted to go", async () => {
  const page = await open(browser, statusquo.url);
  await page.goto("/monitors/shop");
  assert.equal(new URL(page.url()).pathname, "/sign-in");
  assert.equal(await page.getByText("shop").count(), 0);
  for (const path of ["/api/v1/status", "/metrics", "/events?page=%2F"]) {
    assert.equal((await page.request.get(path)).status(), 401, path);
  }
  await signIn(page, "wrong horse");
  await page.getByRole("alert").getByText("Name or password is wrong.").waitFor();
  // Chromium itself reports the 422 of the refused form.
  assert.match(page.faults.splice(0).join(), /^console: Failed to load resource: .* 422 [^,]*$/);
  await signIn(page, "correct horse");
  await page.locator("#headline", { hasText: "shop" }).waitFor();
  assert.equal(new URL(page.url()).pathname, "/monitors/shop");

  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await page.goto("/");
  assert.equal(new URL(page.url()).pathname, "/sign-in");
  await close(page);
});

test("a request that changes something needs the token of the person's own pages", async () => {
  const page = await openIncident();
  const ask = (form) => page.request.post("/incidents/1/acknowledge", { form, maxRedirects: 0 });
  assert.equal((await ask({})).status(), 403);
  assert.equal((await ask({ csrf: "guessed" })).status(), 403);
  assert.equal((await (await page.request.get("/api/v1/incidents/1")).json()).phase, "open");

  const csrf = await page.locator("input[name=csrf]").first().inputValue();
  assert.equal((await ask({ csrf })).status(), 303);
  await page.getByRole("region", { name: "Timeline" }).getByText("Taken by anna.").waitFor();
  await close(page);
});

test("a form on another site's page is refused, even with the token", async () => {
  const page = await openIncident();
  const csrf = await page.locator("input[name=csrf]").first().inputValue();
  // Same machine, another port: cookies do go along.
  target.isWell = true;
  await page.goto(target.url);
  const refused = page.waitForResponse((response) => response.request().method() === "POST");
  await page.evaluate(([action, csrf]) => {
    const form = Object.assign(document.createElement("form"), { method: "post", action });
    form.append(Object.assign(document.createElement("input"), { name: "csrf", value: csrf }));
    document.body.append(form);
    form.submit();
  }, [`${statusquo.url}/incidents/1/resolve`, csrf]);
  assert.equal((await refused).status(), 403);
  await page.getByText("This was asked for by a page of another site.").waitFor();
  await page.context().close();
});
