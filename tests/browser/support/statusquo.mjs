// The real binary, on a configuration of its own in a temporary folder, on a free port.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";

const targetFolder = process.env.CARGO_TARGET_DIR ?? new URL("../../../target", import.meta.url).pathname;
export const binary = join(targetFolder, "debug", "statusquo");

// A fault is found after two bad answers of three, a second apart.
const defaults = `
[defaults]
every = "1s"
timeout = "900ms"
recheck = "1s"
recover_for = "1s"
reopen_within = "0s"
`;

export class Statusquo {
  /**
   * Starts `statusquo serve` for monitors of these names and addresses. `users` may sign in with the role, and then all
   * have to; `receiver` is the address that is told of incidents; `published` are components of the public page, with
   * the monitor of each; `more` stands in the configuration besides.
   */
  static async start(monitors, { users = {}, role = "responder", receiver, published = {}, more = "" } = {}) {
    const server = new Statusquo();
    server.folder = mkdtempSync(join(tmpdir(), "statusquo-browser-"));
    server.shared = ["--config", join(server.folder, "statusquo.toml"), "--data", join(server.folder, "data")];
    const tables = Object.entries(monitors).map(([name, url]) => `[[monitor]]\nname = "${name}"\nurl = "${url}"\n`);
    const told = receiver ? `receivers = ["hook"]\n[[receiver]]\nname = "hook"\ntype = "webhook"\nurl = "${receiver}"\n` : "";
    const components = Object.entries(published).map(([title, monitor]) =>
      `[[component]]\nname = "${title.toLowerCase()}"\ntitle = "${title}"\nmonitors = ["${monitor}"]\n`);
    if (components.length > 0) tables.push(`[status_page]\nlisten = "127.0.0.1:0"\nname = "Acme"\n`, ...components);
    server.isPublished = components.length > 0;
    server.configuration = server.shared[1];
    writeFileSync(server.configuration, [defaults, told, ...tables, more].join(""));
    for (const [name, password] of Object.entries(users)) {
      const asked = ["user", "add", name, "--role", role, "--password-file", "-"];
      execFileSync(binary, [...asked, ...server.shared], { input: `${password}\n` });
    }
    await server.#spawn();
    return server;
  }

  /** It picks its port itself, and says which on stderr. */
  async #spawn() {
    const asked = ["serve", ...this.shared, "--listen", "127.0.0.1:0"];
    this.process = spawn(binary, asked, { stdio: ["ignore", "ignore", "pipe"] });
    this.exited = once(this.process, "exit");
    let said = "";
    for await (const line of createInterface(this.process.stderr)) {
      said += `${line}\n`;
      this.url ??= /dashboard at (http:\S+)\//.exec(line)?.[1];
      this.publicUrl ??= /public status page at (http:\S+)\//.exec(line)?.[1];
      if (this.url && (this.publicUrl || !this.isPublished)) break;
    }
    if (!this.url) throw new Error(`statusquo did not start:\n${said}`);
    this.process.stderr.resume();
  }

  async json(path) {
    return (await fetch(this.url + path)).json();
  }

  /** Asks again and again until it is so. */
  async until(what, isSo) {
    const start = Date.now();
    while (!(await isSo())) {
      if (Date.now() - start > 15_000) throw new Error(`waited in vain for ${what}`);
      await pause(50);
    }
  }

  async stop() {
    this.process.kill();
    await this.exited;
    rmSync(this.folder, { recursive: true });
  }
}

