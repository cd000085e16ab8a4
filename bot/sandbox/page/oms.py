"""The OMS side: tasks with live bars, the curve of throughput, the bot's light, and switches for what goes wrong."""

from markupsafe import Markup
from nicegui import ui

from bot.sandbox.huawei.oms_tasks import FAILED, FINISHED, MIGRATING, PAUSED, PAUSING, WAITING, Task
from bot.sandbox.page.meter import COLOURS, Meter, speed
from bot.sandbox.page.region import Region
from bot.sandbox.stage.scene import ALIAS, REGION, TASK
from bot.sandbox.stage.stage import Stage, Trouble

EMPTY = Markup()
_WORDS = {
    WAITING: "waiting",
    MIGRATING: "migrating",
    PAUSED: "paused",
    FAILED: "failed",
    FINISHED: "finished",
    PAUSING: "pausing",
}
_LIGHTS = {"running": "The bot is running", "starting": "The bot is starting…", "dead": "The bot is dead"}


class TaskRow:
    """One task; its bar stays the same element, so that it glides rather than jumps."""

    def __init__(self, name: str, colour: str) -> None:
        self._colour = colour
        with ui.element("li").classes("task").props(f'data-task="{name}"') as self.element:
            self._head = Region()
            with (
                ui.element("div")
                .classes("bar-track")
                .props(
                    f'role="progressbar" aria-label="{name}" aria-valuemin="0" aria-valuemax="100"'
                ) as self._track
            ):
                self._bar = ui.element("div").classes("bar-fill")
            self._figures = Region()

    def show(self, task: Task) -> None:
        """Show the task as it is now."""
        share = task.moved / task.total_size
        word = _WORDS.get(task.status, str(task.status))
        again = _AGAIN if task.status in {PAUSED, FAILED, FINISHED} else EMPTY
        self._head.show(
            Markup(
                '<i class="swatch" style="background:{}"></i><b>{}</b>{}<span class="status status-{}">{}</span>'
            ).format(self._colour, task.name, again, word, word)
        )
        now = f"{speed(task) / 1e6:.0f} MB/s" if task.moving else "0 MB/s"
        self._figures.show(
            Markup("<span>{:.2f} %</span><span>{:.1f} of {:.0f} GB</span><span>{}</span>").format(
                share * 100, task.moved / 1e9, task.total_size / 1e9, now
            )
        )
        self._bar.style(f"width: {share * 100:.3f}%")
        self._track.props(f'aria-valuenow="{share * 100:.0f}" aria-valuetext="{share * 100:.0f} %, {word}"')
        self.element.classes(replace=f"task task-{word}")


class MiniBar:
    """The task that all is about, in one line, for screens that show the chat or the OMS side; a tap leads there."""

    def __init__(self) -> None:
        with ui.element("button").classes("mini").props('type="button" data-view="oms"'):
            self._text = Region(tag="span")
            with ui.element("span").classes("bar-track").props('aria-hidden="true"'):
                self._bar = ui.element("span").classes("bar-fill")

    def show(self, stage: Stage) -> None:
        """Show the task as it is now."""
        task = next(one for one in stage.cloud.tasks.values() if one.name == TASK)
        share, word = task.moved / task.total_size, _WORDS.get(task.status, str(task.status))
        self._text.show(Markup("<b>{}</b> {} · {:.1f} %").format(task.name, word, share * 100))
        self._bar.style(f"width: {share * 100:.1f}%").classes(replace=f"bar-fill bar-{word}")


class OmsSide:
    """The right column of the page."""

    def __init__(self, stage: Stage, meter: Meter) -> None:
        self._stage, self._meter = stage, meter
        self._rows: dict[int, TaskRow] = {}
        self._scene = 0
        with ui.element("section").classes("oms").props('aria-label="OMS side"'):
            ui.html(_HEAD, sanitize=False)
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
        for task in self._stage.cloud.tasks.values():
            if task.id not in self._rows:
                with self._tasks:
                    self._rows[task.id] = TaskRow(task.name, COLOURS[len(self._rows) % len(COLOURS)])
            self._rows[task.id].show(task)
        self._calls.show(_calls(self._stage))
        self._faults.show(_faults(self._stage))

    def plot(self) -> None:
        """Move the curve on."""
        self._plot.options.clear()
        self._plot.options.update(self._meter.chart())


_AGAIN = Markup(
    '<button type="button" class="quiet again" data-do="again" title="Let what was paused or ended migrate again">'
    "Resume</button>"
)
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
