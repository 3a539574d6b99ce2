// The first minute: an empty server says what to do next, and the first data show without anybody asking again.

import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { close, launch, open } from "./support/browser.mjs";
import { Statusquo } from "./support/statusquo.mjs";
import { Target } from "./support/target.mjs";

let browser, folder, target;
before(async () => {
  [browser, target] = await Promise.all([launch(), Target.start()]);
  folder = mkdtempSync(join(tmpdir(), "statusquo-first-run-"));
});
after(async () => {
  await Promise.all([browser?.close(), target?.stop()]);
  rmSync(folder, { recursive: true });
});

/** Opens the overview, and watches that it is never loaded again. */
async function openOnce(statusquo) {
  const page = await open(browser, statusquo.url);
  await page.goto("/");
  page.on("framenavigated", (frame) => page.faults.push(`loaded again: ${frame.url()}`));
  return page;
}

const headline = (page, text) => page.locator("#headline", { hasText: text }).waitFor();

test("an empty server says what to write, and its first answer shows by itself", async () => {
  const statusquo = await Statusquo.start({});
  try {
    const page = await openOnce(statusquo);
    await headline(page, "No monitors yet");
    await page.getByRole("heading", { name: "Watch your first URL in one step" }).waitFor();
    const advice = await page.locator("#verdict code", { hasText: "[[monitor]]" }).innerText();

    appendFileSync(statusquo.configuration, advice.replace("https://api.example.org/health", target.url));
    await headline(page, "The monitor answers as it should");
    const row = page.locator("#monitors tbody tr");
    await row.getByRole("link", { name: "api" }).waitFor();
    await row.getByRole("link", { name: "200" }).waitFor();
    await page.getByRole("region", { name: "Key figures" }).getByText("Monitors not ok").waitFor();
    await page.getByRole("group", { name: "Time range" }).getByRole("link", { name: "24 h" }).waitFor();
    assert.equal(await page.getByText("Watch your first URL").count(), 0);
    const order = await page.locator("main > [data-live]").evaluateAll((parts) => parts.map((part) => part.id));
    assert.deepEqual(order, ["verdict", "figures", "incidents", "monitors"]);
    await close(page);
  } finally {
    await statusquo.stop();
  }
});

test("a log that is empty is waited for, and its first lines show by themselves", async () => {
  const log = join(folder, "access.log");
  writeFileSync(log, "");
  const statusquo = await Statusquo.start({}, { more: `[[log]]\nname = "shop"\npath = "${log}"\n` });
  try {
    const page = await openOnce(statusquo);
    await page.getByRole("heading", { name: "Waiting for the first request" }).waitFor();
    await page.locator("#verdict").getByText(log).waitFor();

    const [, day, month, year, clock] = new Date().toUTCString().split(" ");
    const line = (code) =>
      `192.0.2.7 - - [${day}/${month}/${year}:${clock} +0000] "GET /v1/orders HTTP/1.1" ${code} 12 "-" "curl/8.5.0"\n`;
    appendFileSync(log, line(200) + line(200));
    await headline(page, "1 endpoint, none out of the usual");
    await page.locator("#endpoints").getByRole("link", { name: "GET /v1/orders" }).waitFor();
    await page.getByRole("region", { name: "Key figures" }).getByText("Requests").waitFor();
    await close(page);
  } finally {
    await statusquo.stop();
  }
});
