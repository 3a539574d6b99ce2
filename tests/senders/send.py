"""Sends spans, metrics and log records with the OpenTelemetry SDK for Python: what a service called `shop` answered.

    send.py http|grpc ENDPOINT COUNT

Of COUNT requests every tenth got 503, all others 200. Over HTTP the histogram has explicit buckets, over gRPC exponential
ones. Ends with 1 when something was not taken.
"""

import logging
import sys
import time

from opentelemetry import trace
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import Histogram, MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.metrics.view import ExponentialBucketHistogramAggregation, View
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry._logs import LogRecord, SeverityNumber

protocol, endpoint, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
if protocol == "grpc":
    from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

    options = [{"endpoint": endpoint, "insecure": True}] * 3
else:
    from opentelemetry.exporter.otlp.proto.http import Compression
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    signals = ["traces", "metrics", "logs"]
    options = [{"endpoint": f"{endpoint}/v1/{signal}", "compression": Compression.Gzip} for signal in signals]


class Complaints(logging.Handler):
    """Exporters log what they could not send."""

    seen = []

    def emit(self, record):
        self.seen.append(record.getMessage())


logging.getLogger("opentelemetry").addHandler(Complaints(logging.WARNING))
resource = Resource.create({"service.name": "shop", "deployment.environment.name": "test"})
spans = TracerProvider(resource=resource)
spans.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(**options[0]), max_queue_size=count + 512))
reader = PeriodicExportingMetricReader(OTLPMetricExporter(**options[1]), export_interval_millis=600_000)
views = []
if protocol == "grpc":
    views = [View(instrument_type=Histogram, aggregation=ExponentialBucketHistogramAggregation())]
metrics = MeterProvider(resource=resource, metric_readers=[reader], views=views)
logs = LoggerProvider(resource=resource)
logs.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter(**options[2]), max_queue_size=count + 512))

tracer = spans.get_tracer("send")
durations = metrics.get_meter("send").create_histogram("http.server.request.duration", unit="s")
logger = logs.get_logger("send")
for number in range(count):
    code = 503 if number % 10 == 0 else 200
    attributes = {
        "http.request.method": "GET",
        "http.route": "/orders/{id}",
        "http.response.status_code": code,
    }
    details = {"url.path": f"/orders/{number}", "http.request.header.x-request-id": [f"req-{number:08}"]}
    with tracer.start_as_current_span("GET /orders/{id}", kind=trace.SpanKind.SERVER, attributes=attributes) as span:
        span.set_attributes(details)
        span.set_attribute("client.address", "192.0.2.7")
    durations.record(0.02 if code == 200 else 30.0, attributes)
    record = LogRecord(
        timestamp=time.time_ns(),
        severity_number=SeverityNumber.INFO,
        body="answered",
        attributes={**attributes, **details},
    )
    logger.emit(record)
taken = [spans.force_flush(), metrics.force_flush(), logs.force_flush()]
for provider in (spans, metrics, logs):
    provider.shutdown()
print(taken, Complaints.seen)
sys.exit(0 if all(taken) and not Complaints.seen else 1)
