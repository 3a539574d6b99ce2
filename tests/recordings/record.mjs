// Records what real servers answer to Chromium, as HAR files in `har/`.
//
//   npm ci --prefix tests/recordings
//   python3 -m venv tests/recordings/venv && tests/recordings/venv/bin/pip install -r tests/recordings/requirements.txt
//   cargo build -p statusquo-serve --example bare-axum
//   node tests/recordings/record.mjs [SERVER...]
//
// nginx, Apache, Caddy and Chromium are Debian's. Every server listens on loopback, on a free port.

import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { chromium } from "playwright-core";

const here = import.meta.dirname;
const top = join(here, "..", "..");
const python = join(here, "venv", "bin", "python3");
const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** How each server is started, given its port and a folder of its own. */
const servers = {
  nginx: (port, folder) => ["nginx", "-c", configured("nginx.conf", port, folder)],
  apache: (port, folder) => ["apache2", "-DFOREGROUND", "-f", configured("apache.conf", port, folder)],
  caddy: (port, folder) =>
    ["caddy", "run", "--adapter", "caddyfile", "--config", configured("Caddyfile", port, folder)],
  axum: (port) => [join(top, "target", "debug", "examples", "bare-axum"), String(port)],
  flask: (port, folder) => [python, join(here, "servers", "flask_app.py"), String(port), folder],
  fastapi: (port, folder) => [python, join(here, "servers", "fastapi_app.py"), String(port), folder],
  express: (port, folder) => ["node", join(here, "servers", "express_app.mjs"), String(port), folder],
  fastify: (port) => ["node", join(here, "servers", "fastify_app.mjs"), String(port)],
};

/** A configuration with the port, the folder and a hashed password put in. */
function configured(name, port, folder) {
  const text = readFileSync(join(here, "servers", name), "utf8");
  const hash = name === "Caddyfile" ? execFileSync("caddy", ["hash-password", "--plaintext", "secret"], { encoding: "utf8" }).trim() : "";
  const file = join(folder, name);
  writeFileSync(file, text.replaceAll("PORT", String(port)).replaceAll("FOLDER", folder).replaceAll("HASH", hash));
  return file;
}

/** Files to serve, the same for all. */
function furnish(folder) {
  const site = join(folder, "site");
  mkdirSync(join(site, "dav"), { recursive: true });
  writeFileSync(join(site, "index.html"), "<!doctype html><title>orders</title><h1>orders</h1>\n");
  writeFileSync(join(site, "orders.json"), '[{"id":1,"total":12}]\n');
  writeFileSync(join(site, "cors.json"), '{"orders":[]}\n');
  writeFileSync(join(site, "big.txt"), "all work and no play\n".repeat(100));
  writeFileSync(join(site, "file.bin"), Buffer.from(Array.from({ length: 256 }, (_, at) => at)));
  writeFileSync(join(folder, "users"), "ann:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n");
  // Servers that are started by root serve as somebody else.
  for (const part of [folder, site, join(site, "dav")]) chmodSync(part, 0o777);
}

/** What is asked of each: method, path, and what else `fetch` takes. `tag` repeats the entity tag of the same path. */
const json = { "content-type": "application/json" };
const asked = [
  ["GET", "/orders.json"], ["GET", "/orders.json", { tag: true }], ["HEAD", "/orders.json"],
  ["GET", "/orders"], ["GET", "/orders", { tag: true }], ["HEAD", "/orders"],
  ["GET", "/orders/1"], ["GET", "/orders/404"], ["GET", "/orders/abc"],
  ["POST", "/orders", { headers: json, body: '{"total":12}' }],
  ["POST", "/orders", { headers: json, body: '{"total":' }],
  ["POST", "/orders", { headers: json, body: "{}" }],
  ["POST", "/orders", { headers: { "content-type": "text/plain" }, body: "twelve" }],
  ["POST", "/orders", { headers: json, body: JSON.stringify({ total: 1, note: "x".repeat(3000) }) }],
  ["PUT", "/orders/1", { headers: json, body: '{"total":13}' }],
  ["DELETE", "/orders/1"], ["PATCH", "/orders", { headers: json, body: "{}" }],
  ["POST", "/orders.json", { headers: json, body: "{}" }],
  ["OPTIONS", "/orders"], ["OPTIONS", "/orders.json"],
  ["GET", "/file.bin", { headers: { range: "bytes=0-9" } }],
  ["GET", "/file.bin", { headers: { range: "bytes=0-1,9-10" } }],
  ["GET", "/file.bin", { headers: { range: "bytes=900-" } }],
  ["GET", "/file.bin", { headers: { range: "bytes=-5", "if-range": '"other"' } }],
  ["GET", "/big.txt"], ["HEAD", "/big.txt"], ["GET", "/big.txt", { tag: true }],
  ["GET", "/dav"], ["GET", "/moved"], ["GET", "/found"], ["POST", "/found", { body: "" }],
  ["GET", "/private"], ["GET", "/token"], ["GET", "/admin"], ["GET", "/empty"], ["GET", "/conflict"],
  ["GET", "/gone"], ["GET", "/limited"], ["GET", "/limited"], ["GET", "/crash"], ["GET", "/down"],
  ["GET", "/gateway"], ["GET", "/login"], ["GET", "/login"], ["GET", "/nowhere"],
  ["GET", "/orders.json", { headers: { "if-match": '"other"' } }],
  ["GET", "/orders.json", { headers: { "if-modified-since": "Sat, 29 Nov 2036 00:00:00 GMT" } }],
];
const dav = [
  ["OPTIONS", "/dav/"], ["PUT", "/dav/new.txt", { body: "new" }], ["PUT", "/dav/new.txt", { body: "newer" }],
  ["PROPFIND", "/dav/", { headers: { depth: "1" } }], ["MKCOL", "/dav/folder"], ["MKCOL", "/dav/folder"],
  ["PUT", "/dav/none/new.txt", { body: "new" }], ["DELETE", "/dav/new.txt"], ["DELETE", "/dav/new.txt"],
];

/** Runs in the page. */
async function ask(list) {
  const tags = {};
  for (const [method, path, { tag, ...rest } = {}] of list) {
    const headers = { accept: "application/json", ...rest.headers };
    if (tag && tags[path]) headers["if-none-match"] = tags[path];
    try {
      const response = await fetch(path, { method, ...rest, headers, cache: "no-store", signal: AbortSignal.timeout(5000) });
      tags[path] = response.headers.get("etag") ?? tags[path];
      await response.text();
    } catch {
      // What cannot be read is recorded all the same.
    }
  }
}

const freePort = () => new Promise((resolve) => {
  const server = createServer();
  server.listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

const answers = (port) => new Promise((resolve) => {
  const socket = connect(port, "127.0.0.1");
  socket.on("connect", () => { socket.destroy(); resolve(true); });
  socket.on("error", () => resolve(false));
});

async function record(name) {
  const folder = mkdtempSync(join(tmpdir(), "recording-"));
  furnish(folder);
  const port = await freePort();
  const [command, ...rest] = servers[name](port, folder);
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
  const child = spawn(command, rest, { stdio: ["ignore", "ignore", "inherit"], env });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  try {
    for (let turn = 0; !(await answers(port)); turn += 1) {
      if (turn > 100) throw new Error(`${name} does not start`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await drive(name, folder, name === "caddy" ? `https://localhost:${port}` : `http://localhost:${port}`);
  } finally {
    child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

async function drive(name, folder, origin) {
  const executablePath = execFileSync("sh", ["-c", "command -v chromium"], { encoding: "utf8" }).trim();
  const browser = await chromium.launch({ executablePath, args: flags });
  const file = join(here, "har", `${name}.har`);
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    recordHar: { path: file, content: "embed", mode: "full" },
  });
  const page = await context.newPage();
  await refuseSignIn(context, page);
  await page.goto(`${origin}/`);
  await page.evaluate(ask, name === "apache" ? [...asked, ...dav] : asked);
  // Another origin, with a field that makes the browser ask for leave first.
  await page.goto(`${origin.replace("localhost", "127.0.0.1")}/`).catch(() => {});
  await page.evaluate((url) => fetch(url, { headers: { "x-tenant": "a" } }).catch(() => {}), `${origin}/cors.json`);
  await context.close();
  await browser.close();
  tidy(file, folder, new URL(origin).port);
}

/** Chromium would wait for a person to enter a password. */
async function refuseSignIn(context, page) {
  const session = await context.newCDPSession(page);
  session.on("Fetch.requestPaused", ({ requestId }) => session.send("Fetch.continueRequest", { requestId }));
  session.on("Fetch.authRequired", ({ requestId }) =>
    session.send("Fetch.continueWithAuth", { requestId, authChallengeResponse: { response: "CancelAuth" } }));
  await session.send("Fetch.enable", { handleAuthRequests: true, patterns: [{ urlPattern: "*/private" }] });
}

/** What belongs to this machine and this run is taken out: ports, folders, and what only Playwright writes. */
function tidy(file, folder, port) {
  const text = readFileSync(file, "utf8").replaceAll(`:${port}`, ":8080");
  const har = JSON.parse(text.replaceAll(folder, "/srv/orders").replaceAll(top, "/srv/app"));
  for (const entry of har.log.entries) {
    for (const key of Object.keys(entry)) if (key.startsWith("_")) delete entry[key];
    entry.request.cookies = entry.response.cookies = [];
    const seen = entry.request.headers;
    entry.request.headers = seen.filter(({ name }) => !/^(sec-ch-|upgrade-insecure)/i.test(name));
  }
  har.log.pages = har.log.pages.slice(0, 1);
  writeFileSync(file, `${JSON.stringify(har)}\n`);
}

mkdirSync(join(here, "har"), { recursive: true });
const wanted = process.argv.slice(2);
for (const name of wanted.length > 0 ? wanted : Object.keys(servers)) {
  await record(name);
  console.log(`har/${name}.har`);
}
