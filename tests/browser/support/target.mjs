// A server on loopback that is watched: well, or busy with a 503 that says when to come back.

import { createServer } from "node:http";
import { once } from "node:events";
import { json } from "node:stream/consumers";

export class Target {
  isWell = true;
  /** What was posted to it, in order: as a receiver it hears of incidents. */
  heard = [];

  static async start() {
    const target = new Target();
    target.server = createServer((request, response) => target.#answer(request, response));
    target.server.listen(0, "127.0.0.1");
    await once(target.server, "listening");
    target.url = `http://127.0.0.1:${target.server.address().port}/`;
    return target;
  }

  async #answer(request, response) {
    if (request.method === "POST") this.heard.push(await json(request));
    if (this.isWell) {
      response.writeHead(200, { "content-type": "text/html", "cache-control": "no-store" }).end("<p>well</p>");
      return;
    }
    response.writeHead(503, { "content-type": "text/plain", "cache-control": "no-store", "retry-after": "120" });
    response.end("the database is being moved\n");
  }

  async stop() {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, "close");
  }
}
