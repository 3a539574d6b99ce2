// The demo of the real binary, and the pages that it has.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";

import { binary } from "./statusquo.mjs";

export class Demo {
  /** Starts it, made up from this seed; `fast`: its script runs three times as fast. */
  static async start({ seed = 7, fast = true } = {}) {
    const demo = new Demo();
    demo.folder = mkdtempSync(join(tmpdir(), "statusquo-demo-test-"));
    const asked = ["demo", "--seed", String(seed), "--listen", "127.0.0.1:0", ...(fast ? ["--fast"] : [])];
    const env = { ...process.env, TMPDIR: demo.folder };
    demo.process = spawn(binary, asked, { env, stdio: ["ignore", "ignore", "pipe"] });
    demo.exited = once(demo.process, "exit");
    let said = "";
    for await (const line of createInterface(demo.process.stderr)) {
      said += `${line}\n`;
      demo.url ??= /dashboard at (http:\S+)\//.exec(line)?.[1];
      demo.publicUrl ??= /public status page at (http:\S+)\//.exec(line)?.[1];
      if (demo.url && demo.publicUrl) break;
    }
    if (!demo.publicUrl) throw new Error(`the demo did not start:\n${said}`);
    demo.process.stderr.resume();
    return demo;
  }

  async json(path) {
    return (await fetch(this.url + path)).json();
  }

  /** Asks again and again until there is something, and answers it. */
  async until(what, find) {
    const start = Date.now();
    for (;;) {
      const found = await find();
      if (found) return found;
      if (Date.now() - start > 60_000) throw new Error(`waited in vain for ${what}`);
      await pause(200);
    }
  }

  /** Waits until the script has broken something, and says where each page is, by its name. */
  async pages() {
    const incident = await this.until("the incident of the deploy", async () => {
      const { incidents } = await this.json("/api/v1/incidents");
      return incidents.find((one) => one.monitor === "orders" && one.phase === "open");
    });
    const request = await this.until("a request that failed by it", async () => {
      const { requests } = await this.json("/api/v1/requests?code=503&path=%2Fv1%2Forders");
      return requests.find((one) => Date.now() - Date.parse(one.at) < 120_000);
    });
    const { incidents } = await this.json("/api/v1/incidents");
    const scan = incidents.find((one) => JSON.stringify(one).includes("searched for a way in"));
    return {
      overview: "/", day: "/?range=24h", month: "/?range=30d", endpoints: "/endpoints",
      endpoint: "/endpoints/post.v1.orders?range=1h", "endpoint-day": "/endpoints/post.v1.payments?range=24h",
      codes: "/codes?range=24h", code: "/codes/503", rule: "/lint/error-heuristically-cached",
      requests: "/requests", request: request.link, slos: "/slos", slo: "/slos/orders",
      monitors: "/monitors", monitor: "/monitors/orders", "monitor-day": "/monitors/payments?range=24h",
      incidents: "/incidents", incident: `/incidents/${incident.number}`, scan: `/incidents/${scan.number}`,
      lint: "/lint", alerts: "/alerts", public: "/public", settings: "/settings",
    };
  }

  async stop() {
    this.process.kill();
    await this.exited;
    rmSync(this.folder, { recursive: true });
  }
}
