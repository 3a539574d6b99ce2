// Pictures of every page, to be looked at: `node tests/browser/screenshots.mjs FOLDER [PAGE…]`.
//
// In light, in dark, and as a phone shows them, from the demo of the binary in `target/debug`.

import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { close, launch, open } from "./support/browser.mjs";
import { Demo } from "./support/demo.mjs";

const [folder, ...wanted] = process.argv.slice(2);
if (!folder) {
  console.error("usage: node tests/browser/screenshots.mjs FOLDER [PAGE…]");
  process.exit(2);
}
const desk = { width: 1440, height: 900 };
const looks = {
  light: { colorScheme: "light", viewport: desk },
  dark: { colorScheme: "dark", viewport: desk },
  phone: { colorScheme: "light", viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true },
};

mkdirSync(folder, { recursive: true });
const [browser, demo] = await Promise.all([launch(), Demo.start({ fast: false })]);
try {
  const pages = { ...await demo.pages(), status: demo.publicUrl, "status-incident": `${demo.publicUrl}/incidents/1` };
  for (const [name, path] of Object.entries(pages)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    for (const [look, options] of Object.entries(looks)) {
      const origin = path.startsWith("http") ? demo.publicUrl : demo.url;
      const page = await open(browser, origin, { locale: "en-GB", ...options });
      await page.goto(path);
      await page.screenshot({ path: join(folder, `${name}-${look}.png`), fullPage: true });
      await close(page);
    }
  }
} finally {
  await Promise.all([browser.close(), demo.stop()]);
}
