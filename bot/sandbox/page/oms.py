"""The OMS side: tasks with live bars, the curve of throughput, the bot's light, and switches for what goes wrong."""

from markupsafe import Markup
from nicegui import ui

from bot.sandbox.page.meter import COLOURS, Meter
from bot.sandbox.page.region import Region
from bot.sandbox.stage.rows import Row, rows
from bot.sandbox.stage.scene import ALIAS, REGION, TASK
from bot.sandbox.stage.stage import Stage, Trouble

EMPTY = Markup()
_STOPPED = {"paused", "failed", "finished", "stopped"}
_LIGHTS = {"running": "The bot is running", "starting": "The bot is starting…", "dead": "The bot is dead"}


class TaskRow:
    """One task, group or sync task; its bar stays the same element, so that it glides rather than jumps."""

    def __init__(self, first: Row, colour: str) -> None:
        self._colour, self._first = colour, first.word
        with ui.element("li").classes("task").props(f'data-task="{first.name}"') as self.element:
            self._head = Region()
            self._track = ui.element("div").classes("bar-track")
            if first.share is not None:
                self._track.props(
                    f'role="progressbar" aria-label="{first.name}" aria-valuemin="0" aria-valuemax="100"'
                )
            with self._track:
                self._bar = ui.element("div").classes("bar-fill")
            self._note = Region()

    def show(self, row: Row) -> None:
        """Show it as it is now."""
        share = 1.0 if row.share is None else row.share
        again = _AGAIN if row.word in _STOPPED and row.word != self._first else EMPTY
        percent = EMPTY if row.share is None else Markup("<span>{:.2f} %</span>").format(share * 100)
        self._head.show(
            Markup(
                '<i class="swatch" style="background:{}"></i><b>{}</b>{}<span class="figures">{}<span>{}</span></span>'
                '<span class="status status-{}">{}</span>'
            ).format(self._colour, row.name, again, percent, row.megabytes, row.word, row.word)
        )
        self._note.show(Markup("<span>{}</span>").format(row.note) if row.note else EMPTY)
        self._bar.style(f"width: {share * 100:.3f}%")
        if row.share is not None:
            told = f"{share * 100:.0f} %, {row.figures}, {row.word}"
            self._track.props(f'aria-valuenow="{share * 100:.0f}" aria-valuetext="{told}"')
        self.element.classes(replace=f"task task-{row.word}")


class MiniBar:
    """The task that all is about, in one line, for screens that show the chat or the OMS side; a tap leads there."""

    def __init__(self) -> None:
        with ui.element("button").classes("mini").props('type="button" data-view="oms"'):
            self._text = Region(tag="span")
            with ui.element("span").classes("bar-track").props('aria-hidden="true"'):
                self._bar = ui.element("span").classes("bar-fill")

    def show(self, stage: Stage) -> None:
        """Show the task as it is now."""
        row = next(one for one in rows(stage.cloud) if one.name == TASK)
        share = row.share or 0.0
        self._text.show(Markup("<b>{}</b> {} · {:.1f} %").format(row.name, row.word, share * 100))
        self._bar.style(f"width: {share * 100:.1f}%").classes(replace=f"bar-fill bar-{row.word}")


class OmsSide:
    """The right column of the page."""

    def __init__(self, stage: Stage, meter: Meter) -> None:
        self._stage, self._meter = stage, meter
        self._rows: dict[str, TaskRow] = {}
        self._scene = 0
        with ui.element("section").classes("oms").props('aria-label="OMS side"'):
            ui.html(_HEAD, sanitize=False)
            self._frozen = Region().props('role="status"')
            self._tasks = ui.element("ul").classes("tasks").props('aria-label="Migration tasks"')
            label = "Throughput of each task over the last 90 seconds"
            with ui.element("figure").classes("plot").props(f'role="img" aria-label="{label}"'):
                ui.html("Throughput, MB/s", sanitize=False, tag="figcaption")
                self._plot = ui.echart(meter.chart(), renderer="svg").classes("curve")
            self._calls = Region()
            self._faults = Region().props('role=group aria-label="Break something"')
        self.show()

    def show(self) -> None:
        """Bring everything up to date."""
        if self._scene != self._stage.scene:
            self._scene = self._stage.scene
            self._tasks.clear()
            self._rows.clear()
        frozen = self._stage.frozen()
        self._frozen.show(_FROZEN.format(frozen) if frozen else EMPTY)
        for row in rows(self._stage.cloud):
            if row.key not in self._rows:
                with self._tasks:
                    self._rows[row.key] = TaskRow(row, COLOURS[len(self._rows) % len(COLOURS)])
            self._rows[row.key].show(row)
        self._calls.show(_calls(self._stage))
        self._faults.show(_faults(self._stage))

    def plot(self) -> None:
        """Move the curve on."""
        self._plot.options.clear()
        self._plot.options.update(self._meter.chart())


_AGAIN = Markup(
    '<button type="button" class="quiet again" data-do="again" title="Let everything be as it was at first">'
    "Resume</button>"
)
_FROZEN = Markup('<p class="frozen">❄️ {}</p>')
_HEAD = Markup(
    '<header class="oms-head"><span class="flower" aria-hidden="true">✽</span><div><h2>Object Storage Migration</h2>'
    '<p class="muted">a sandbox Huawei Cloud · {} ({})</p></div></header>'
).format(ALIAS, REGION)


def _calls(stage: Stage) -> Markup:
    """Count what reached the bot, and what reached OMS: the number that must never be two."""
    made = stage.pauses()
    refused = sum(call.status != 200 for call in made)
    told = f"{len(made)}{f' ({refused} refused)' if refused else ''}" if made else "none yet"
    return Markup(
        '<p class="calls"><span>Clicks that the bot received</span><b>{}</b></p>'
        '<p class="calls"><span>Calls to OMS that asked for a pause</span><b>{}</b></p>'
    ).format(stage.clicks() or "none yet", told)


def _faults(stage: Stage) -> Markup:
    """Show the bot's light and the switches."""
    switches = EMPTY.join(_switch(one, on=one in stage.troubles) for one in Trouble)
    power = ("kill", "Kill the bot") if stage.bot_state == "running" else ("revive", "Start the bot")
    disabled = Markup(" disabled") if stage.bot_state == "starting" else EMPTY
    return Markup(
        '<h3>Break something</h3><div class="switches">{}</div>'
        '<div class="powers"><button type="button" class="bk-button" data-do="expire">Let the tokens expire</button>'
        '<button type="button" class="bk-button bk-outline" data-do="{}"{}>{}</button></div>'
        '<p class="light light-{}" role="status">{}</p><p class="log muted">Its log: <code>{}</code></p>'
    ).format(
        switches, *power[:1], disabled, power[1], stage.bot_state, _LIGHTS[stage.bot_state], stage.bot.log
    )


def _switch(trouble: Trouble, *, on: bool) -> Markup:
    return Markup(
        '<button type="button" role="switch" class="switch" data-do="trouble" data-value="{}" aria-checked="{}">'
        '<span class="knob" aria-hidden="true"></span>{}</button>'
    ).format(trouble.name, "true" if on else "false", trouble.value)
