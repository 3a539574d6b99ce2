// Messages are held, and let go again, by who is on call: by mouse, and by keys alone.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { close, launch, open } from "./support/browser.mjs";
import { Statusquo } from "./support/statusquo.mjs";
import { Target } from "./support/target.mjs";

let browser, statusquo, shop, search, receiver;
before(async () => {
  [browser, shop, search, receiver] = await Promise.all([launch(), Target.start(), Target.start(), Target.start()]);
  const users = { anna: "correct horse" };
  statusquo = await Statusquo.start({ shop: shop.url, search: search.url }, { users, receiver: receiver.url });
});
after(() => Promise.all([browser?.close(), statusquo?.stop(), shop?.stop(), search?.stop(), receiver?.stop()]));

/** Signs in by keys: the first field has the focus. */
async function signIn(page) {
  await page.goto("/");
  // The browser gives it when it next paints, which may be after the page was loaded.
  await page.locator("input[name=name]:focus").waitFor();
  await page.keyboard.type("anna");
  await page.keyboard.press("Tab");
  await page.keyboard.type("correct horse");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/$/);
}

const json = async (page, path) => (await page.request.get(path)).json();

/** The number of the open incident of a monitor, as soon as there is one. */
async function incidentOf(page, monitor) {
  let found;
  await statusquo.until(`an incident of ${monitor}`, async () => {
    const { incidents } = await json(page, "/api/v1/incidents");
    found = incidents.find((one) => one.monitor === monitor && one.phase === "open");
    return found;
  });
  return found.number;
}

const heardOf = (monitor) => receiver.heard.filter((message) => JSON.stringify(message).includes(`"${monitor}"`));

test("what is silenced by a form is told to nobody, the incident says why, and the end of the silence tells it", async () => {
  const page = await open(browser, statusquo.url);
  await signIn(page);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Alerts" }).click();
  const silences = page.getByRole("region", { name: "Silences" });
  await silences.getByText("None is in force.").waitFor();

  const form = page.getByRole("region", { name: "Silence monitors" });
  await form.getByLabel("Monitors").fill("shop");
  await form.getByLabel("For").fill("2h");
  await form.getByLabel("Why").fill("the <b>database</b> moves");
  await form.getByRole("button", { name: "Silence" }).click();
  await page.getByRole("heading", { level: 1, name: "1 silence in force" }).waitFor();
  await silences.getByText("by anna: the <b>database</b> moves").waitFor();
  // Two hours from now is another day in the evening: "until Dec 1, 00:12".
  assert.match(await silences.getByRole("listitem").innerText(), /shop, until (\w+ \d+, )?\d\d:\d\d/);

  shop.isWell = false;
  const number = await incidentOf(page, "shop");
  await page.goto(`/incidents/${number}`);
  await page.getByText("silence 1 by anna").first().waitFor();
  const why = await json(page, `/api/v1/incidents/${number}/why`);
  assert.deepEqual(why.receivers.map((one) => one.receiver), ["hook"]);
  assert.match(why.receivers[0].text, /silence 1 by anna/);
  assert.deepEqual((await json(page, `/api/v1/incidents/${number}`)).deliveries, []);
  assert.deepEqual(heardOf("shop"), []);

  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Alerts" }).click();
  await silences.getByRole("button", { name: "End it" }).click();
  await silences.getByText("None is in force.").waitFor();
  await statusquo.until("the message that was held", () => heardOf("shop").length > 0);
  await close(page);
});

test("keys alone silence all monitors, and end it", async () => {
  const page = await open(browser, statusquo.url);
  const press = async (...keys) => { for (const key of keys) await page.keyboard.press(key); };
  const focused = () => page.evaluate(() => {
    const { labels, textContent } = document.activeElement;
    return (labels?.[0]?.textContent ?? textContent).trim();
  });
  /** Goes on by Tab until this has the focus. */
  const tabTo = async (name) => {
    for (let step = 0; step < 60; step += 1) {
      await press("Tab");
      if (await focused() === name) return;
    }
    throw new Error(`${name} is not reached by Tab`);
  };
  await signIn(page);
  await press("g", "a");
  await page.waitForURL(/\/alerts$/);
  await tabTo("For");
  await page.keyboard.type("30m");
  await press("Tab");
  await page.keyboard.type("a rehearsal");
  await press("Enter");
  const silences = page.getByRole("region", { name: "Silences" });
  await silences.getByText("all monitors, until").waitFor();
  await silences.getByText("by anna: a rehearsal").waitFor();

  search.isWell = false;
  const number = await incidentOf(page, "search");
  const why = await json(page, `/api/v1/incidents/${number}/why`);
  assert.match(why.receivers[0].text, /silence 2 by anna/);
  await tabTo("End it");
  await press("Enter");
  await silences.getByText("None is in force.").waitFor();
  await statusquo.until("the message that was held", () => heardOf("search").length > 0);
  await close(page);
});
