"""Traces by OpenTelemetry, sent as OTLP over HTTP. Imported only where they are wanted: needs the extra `otel`.

    receive ask          Slack's delivery, until it was recorded; the root
      ask · tell · act   steps of the durable workflows, whichever process runs them
        oms stop_task    what a step asks of Slack, IAM or OMS

A trace has the operation's id as its own, in front of it eight zeros, and its root the end of that; so a step's parent
is known wherever the step runs. The SDK reads further OTEL_… variables by itself. Exceptions are never recorded: their
texts and frames may quote what people typed.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import threading
import time
from collections.abc import Iterator
from typing import Final

from cachetools import TTLCache
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import Decision
from opentelemetry.trace import (
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    StatusCode,
    TraceFlags,
    set_span_in_context,
)

from bot import __version__
from bot.metrics import Observe
from bot.network import Outgoing, authorities
from bot.network_requests import new_requests_session
from bot.tracing import step_here

EXPORT_SECONDS: Final = 3.0  # for one batch; the next try takes those that were made meanwhile too
CLOSE_SECONDS: Final = 0.5  # a collector that is away must not hold up the end
_REPEATED_SECONDS: Final = 10 * 60  # in which Slack may deliver again
_OPERATION: Final = re.compile(r"[0-9a-f]{24}")


def send_traces(endpoint: str, outgoing: Outgoing, *, replica: str) -> Otlp:
    """Return traces that a collector gets: its base URL is *endpoint*."""
    exporter = OTLPSpanExporter(
        endpoint=f"{endpoint}/v1/traces",
        certificate_file=authorities(),
        timeout=EXPORT_SECONDS,
        session=new_requests_session(endpoint, outgoing),
    )
    return Otlp(BatchSpanProcessor(exporter), replica=replica)


class Otlp:
    """See `bot.tracing.Traces`."""

    def __init__(self, processor: SpanProcessor, *, replica: str = "") -> None:
        about_us = {"service.name": "oms-bot", "service.version": __version__, "service.instance.id": replica}
        self._ids = _Ids()
        self._provider = TracerProvider(
            resource=Resource.create(about_us).merge(OTELResourceDetector().detect()),
            id_generator=self._ids,
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("oms-bot", __version__)
        self._rooted: TTLCache[str, bool] = TTLCache(10_000, _REPEATED_SECONDS)

    def delivered(self, workflow: str, operation: str, seconds: float, *, recorded: bool) -> None:
        """Note a delivery. The first that asks is the root, under which all else stands."""
        root = self._root_of(operation)
        if root is None:
            return
        ended = time.time_ns()
        context = _under(root)
        if workflow == "ask" and operation not in self._rooted:
            self._rooted[operation] = True
            self._ids.next, context = root, Context()
        span = self._tracer.start_span(
            f"receive {workflow}",
            context,
            kind=SpanKind.CONSUMER,
            attributes={"oms_bot.operation": operation},
            start_time=ended - round(seconds * 1e9),
        )
        if not recorded:
            span.set_status(StatusCode.ERROR)
            span.set_attribute("error.type", "not_recorded")
        span.end(ended)

    @contextlib.contextmanager
    def step(self, name: str, operation: str) -> Iterator[None]:
        """Surround a step. What it asks of others stands under it."""
        root = self._root_of(operation)
        if root is None:
            yield
            return
        span = self._tracer.start_span(name, _under(root), attributes={"oms_bot.operation": operation})
        within = step_here.set(span)
        try:
            yield
        except asyncio.CancelledError:
            span.set_attribute("oms_bot.outcome", "cancelled")  # at a stop: it will be run again
            raise
        except BaseException as error:
            span.set_status(StatusCode.ERROR)
            span.set_attribute("error.type", type(error).__name__)
            raise
        finally:
            step_here.reset(within)
            span.end()

    def ended(self, verb: str, ending: str) -> None:
        """Note how an operation ended, on the step that tells it."""
        step: Span | None = step_here.get()
        if step:
            step.set_attributes({"oms_bot.verb": verb, "oms_bot.ending": ending})

    def observe(self, service: str) -> Observe:
        """Return what notes a request that is over, if it was made in a step."""

        def note(operation: str, outcome: str, seconds: float) -> None:
            step: Span | None = step_here.get()
            if not step:
                return
            ended = time.time_ns()
            span = self._tracer.start_span(
                f"{service} {operation}",
                set_span_in_context(step),
                kind=SpanKind.CLIENT,
                attributes={"oms_bot.outcome": outcome},
                start_time=ended - round(seconds * 1e9),
            )
            if outcome not in ("ok", "cancelled"):
                span.set_status(StatusCode.ERROR)
                span.set_attribute("error.type", outcome)
            span.end(ended)

        return note

    async def close(self) -> None:
        """Send what is left, if the collector takes it at once."""
        # A thread of its own, that nobody waits for: one of the event loop's would hold up the process's end.
        loop, closed = asyncio.get_running_loop(), asyncio.Event()

        def close() -> None:
            self._provider.shutdown()
            with contextlib.suppress(RuntimeError):  # the loop ended first
                loop.call_soon_threadsafe(closed.set)

        threading.Thread(target=close, daemon=True).start()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await closed.wait()

    def _root_of(self, operation: str) -> SpanContext | None:
        """Return what an operation's trace begins with; None if it is not to be traced."""
        if not _OPERATION.fullmatch(operation):
            return None
        trace_id = int(operation, 16)
        sampled = self._provider.sampler.should_sample(Context(), trace_id, "receive ask")
        if sampled.decision is not Decision.RECORD_AND_SAMPLE:
            return None
        flags = TraceFlags(TraceFlags.SAMPLED)
        return SpanContext(trace_id, int(operation[-16:], 16), is_remote=True, trace_flags=flags)


def _under(root: SpanContext) -> Context:
    return set_span_in_context(NonRecordingSpan(root), Context())


class _Ids(RandomIdGenerator):
    """Random ids, but for the span that is begun next, if it is told which that has."""

    next: SpanContext | None = None

    def generate_trace_id(self) -> int:
        return self.next.trace_id if self.next else super().generate_trace_id()

    def generate_span_id(self) -> int:
        root, self.next = self.next, None
        return root.span_id if root else super().generate_span_id()
