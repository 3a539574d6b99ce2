// Sends spans and metrics in JSON with the OpenTelemetry SDK for JavaScript: what a service called `cart` answered.
//
//   node send.mjs ENDPOINT COUNT
//
// Of COUNT requests every tenth got 503, all others 200; metrics are delta, with exponential buckets. Ends with 1 when
// something was not taken.

import { SpanKind, diag, DiagLogLevel } from "@opentelemetry/api";
import { OTLPMetricExporter, AggregationTemporalityPreference } from "@opentelemetry/exporter-metrics-otlp-http";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { AggregationType, MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";

const [endpoint, count] = [process.argv[2], Number(process.argv[3])];
const complaints = [];
const complain = (...words) => complaints.push(words.join(" "));
diag.setLogger({ error: complain, warn: complain, info() {}, debug() {}, verbose() {} }, DiagLogLevel.WARN);

const resource = resourceFromAttributes({ "service.name": "cart" });
const spans = new BasicTracerProvider({
  resource,
  spanProcessors: [
    new BatchSpanProcessor(new OTLPTraceExporter({ url: `${endpoint}/v1/traces` }), { maxQueueSize: count + 512 }),
  ],
});
const reader = new PeriodicExportingMetricReader({
  exporter: new OTLPMetricExporter({
    url: `${endpoint}/v1/metrics`,
    temporalityPreference: AggregationTemporalityPreference.DELTA,
  }),
  exportIntervalMillis: 600_000,
});
const views = [
  { instrumentName: "http.server.request.duration", aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } },
];
const metrics = new MeterProvider({ resource, readers: [reader], views });
const tracer = spans.getTracer("send");
const durations = metrics.getMeter("send").createHistogram("http.server.request.duration", { unit: "s" });
for (let number = 0; number < count; number++) {
  const attributes = {
    "http.request.method": "GET",
    "http.route": "/carts/{id}",
    "http.response.status_code": number % 10 === 0 ? 503 : 200,
  };
  const details = { "url.path": `/carts/${number}`, "http.response.header.x-request-id": [`cart-${number}-request`] };
  tracer.startSpan("GET /carts/{id}", { kind: SpanKind.SERVER, attributes: { ...attributes, ...details } }).end();
  durations.record(number % 10 === 0 ? 30 : 0.02, attributes);
}
await spans.forceFlush();
await metrics.forceFlush();
await spans.shutdown();
await metrics.shutdown();
console.log(complaints);
process.exit(complaints.length === 0 ? 0 : 1);
