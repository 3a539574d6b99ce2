// What Fastify answers: its own errors, and an API of a few orders.

import Fastify from "fastify";

const [, , port] = process.argv;
const app = Fastify({ bodyLimit: 1024 });
const order = { type: "object", required: ["total"], properties: { total: { type: "integer" } } };

app.get("/", (_, reply) => reply.type("text/html").send("<!doctype html><title>orders</title><h1>orders</h1>"));
app.get("/orders", () => [{ id: 1, total: 12 }]);
app.post("/orders", { schema: { body: order } }, (request, reply) =>
  reply.code(201).header("location", "/orders/2").send({ id: 2, ...request.body }));
app.get("/orders/1", () => ({ id: 1, total: 12 }));
app.put("/orders/1", (_, reply) => reply.code(204).send());
app.delete("/orders/1", (_, reply) => reply.code(204).send());
app.get("/token", (_, reply) => reply.code(401).send());
app.get("/admin", (_, reply) => reply.code(403).send());
app.get("/moved", (_, reply) => reply.redirect("/orders", 301));
app.get("/found", (_, reply) => reply.redirect("/orders"));
app.get("/empty", (_, reply) => reply.code(204).send());
app.get("/conflict", (_, reply) => reply.code(409).send({ error: "conflict" }));
app.get("/gone", (_, reply) => reply.code(410).send());
app.get("/limited", (_, reply) => reply.code(429).header("retry-after", 30).send());
app.get("/crash", async () => {
  throw new Error("no such table: orders");
});
app.get("/down", (_, reply) => reply.code(503).send(new Error("starting")));
await app.listen({ port: Number(port), host: "127.0.0.1" });
