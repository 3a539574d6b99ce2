// What Express answers: its own errors, and an API of a few orders.

import express from "express";

const [, , port, folder] = process.argv;
const app = express();
app.use(express.json({ limit: "1kb" }));

app.get("/", (_, response) => response.send("<!doctype html><title>orders</title><h1>orders</h1>"));
app.get("/orders", (_, response) => response.json([{ id: 1, total: 12 }]));
app.post("/orders", (request, response) => {
  if (request.body?.total === undefined) return response.status(422).json({ errors: [{ field: "total" }] });
  return response.status(201).location("/orders/2").json({ id: 2, ...request.body });
});
app.get("/orders/1", (_, response) => response.json({ id: 1, total: 12 }));
app.put("/orders/1", (_, response) => response.sendStatus(204));
app.delete("/orders/1", (_, response) => response.status(204).end());
app.get("/private", (_, response) => response.set("WWW-Authenticate", 'Basic realm="orders"').sendStatus(401));
app.get("/token", (_, response) => response.status(401).json({ error: "unauthorized" }));
app.get("/admin", (_, response) => response.sendStatus(403));
app.get("/moved", (_, response) => response.redirect(301, "/orders"));
app.get("/found", (_, response) => response.redirect("/orders"));
app.get("/empty", (_, response) => response.status(204).end());
app.get("/conflict", (_, response) => response.status(409).json({ error: { code: "conflict", message: "changed" } }));
app.get("/gone", (_, response) => response.sendStatus(410));
app.get("/limited", (_, response) => response.status(429).set("Retry-After", "30").send("slow down"));
app.get("/crash", () => {
  throw new Error("no such table: orders");
});
app.get("/down", (_, response) => response.sendStatus(503));
app.get("/login", (_, response) =>
  response.cookie("session", "31d4d96e407aad42", { httpOnly: true, sameSite: "lax" }).json({ ok: true }));
app.use(express.static(`${folder}/site`));
app.listen(Number(port), "127.0.0.1");
