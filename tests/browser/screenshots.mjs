// Screenshots of a thousand monitors, to be looked at: `node tests/browser/screenshots.mjs FOLDER`.
//
// In light, in dark, and as a phone shows them. The data is made up: the example `sample` of crates/serve.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { close, launch, open } from "./support/browser.mjs";

const [folder] = process.argv.slice(2);
if (!folder) {
  console.error("usage: node tests/browser/screenshots.mjs FOLDER");
  process.exit(2);
}
const pages = {
  overview: "/", monitor: "/monitors/orders", month: "/monitors/orders?range=30d", incidents: "/incidents",
  incident: "/incidents/212", codes: "/codes", code: "/codes/503", slos: "/slos", slo: "/slos/orders", lint: "/lint", alerts: "/alerts",
};
const desk = { width: 1440, height: 900 };
const looks = {
  light: { colorScheme: "light", viewport: desk },
  dark: { colorScheme: "dark", viewport: desk },
  phone: { colorScheme: "light", viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true },
};

mkdirSync(folder, { recursive: true });
const asked = ["run", "--quiet", "--package", "statusquo-serve", "--example", "sample", "--", "0", "--many"];
const root = fileURLToPath(new URL("../..", import.meta.url));
const sample = spawn("cargo", asked, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
const [address] = await once(createInterface(sample.stdout), "line");
const browser = await launch();
for (const [look, options] of Object.entries(looks)) {
  for (const [name, path] of Object.entries(pages)) {
    const page = await open(browser, address, options);
    await page.goto(path);
    await page.screenshot({ path: join(folder, `${name}-${look}.png`), fullPage: true });
    await close(page);
  }
}
await browser.close();
sample.kill();
