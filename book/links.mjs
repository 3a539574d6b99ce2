// Follows every link of the rendered book to a file and an id that are there: node book/links.mjs FOLDER

import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const top = process.argv[2];
const pages = readdirSync(top, { recursive: true }).filter((name) => name.endsWith(".html"));
const ids = new Map();

/** The ids of a page. */
function idsOf(file) {
  if (!ids.has(file)) {
    const found = readFileSync(file, "utf8").matchAll(/ id="([^"]+)"/g);
    ids.set(file, new Set([...found].map(([, id]) => id)));
  }
  return ids.get(file);
}

let wrong = 0;
// One page for the printer, and one that is shown at any address, repeat the others' links from elsewhere.
for (const page of pages.filter((name) => !["print.html", "404.html", "toc.html"].includes(name))) {
  for (const [, target] of readFileSync(join(top, page), "utf8").matchAll(/<a [^>]*href="([^"]+)"/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    const [path, anchor] = target.split("#");
    let file = path === "" ? join(top, page) : normalize(join(top, dirname(page), decodeURI(path)));
    if (existsSync(file) && statSync(file).isDirectory()) file = join(file, "index.html");
    const isThere = existsSync(file) && (!anchor || idsOf(file).has(decodeURIComponent(anchor)));
    if (!isThere) {
      console.error(`${page}: ${target} leads nowhere`);
      wrong += 1;
    }
  }
}
console.log(`${pages.length} pages, ${wrong} links that lead nowhere`);
process.exitCode = wrong === 0 ? 0 : 1;
