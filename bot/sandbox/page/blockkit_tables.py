"""Tables as HTML: `data_table` with its pages and sorting (see page.js), and the plain `table`. Pure."""

from collections.abc import Sequence

from markupsafe import Markup, escape

from bot.sandbox.page.blockkit_elements import element
from bot.sandbox.page.blockkit_rich import rich_text
from bot.sandbox.page.blockkit_text import unknown
from bot.sandbox.page.mrkdwn import Reader
from bot.sandbox.slack.objects import Json

_EMPTY = Markup()
_FRAME = Markup(
    '<div class="bk-table" tabindex="0" role="region" aria-label="{}"><table>{}{}{}</table></div>{}'
)


def data_table(block: Json, reader: Reader) -> Markup:
    """Show a table that can be sorted by a click on a column's name, a page at a time."""
    header, *rows = block["rows"]
    size, named = int(block.get("page_size", 5)), int(block.get("row_header_column_index", 0))
    names = _EMPTY.join(
        Markup(
            '<th scope="col" aria-sort="none"><button type="button" data-sort="{}">{}</button></th>'
        ).format(number, cell["text"])
        for number, cell in enumerate(header)
    )
    body = _EMPTY.join(
        _row(row, block.get("block_id", ""), reader, named, hidden=number >= size)
        for number, row in enumerate(rows)
    )
    pages = -(-len(rows) // size)
    return _FRAME.format(
        block["caption"],
        Markup("<caption>{}</caption>").format(block["caption"]),
        Markup("<thead><tr>{}</tr></thead>").format(names),
        Markup('<tbody data-page-size="{}">{}</tbody>').format(size, body),
        _PAGES.format(len(rows), pages) if pages > 1 else _EMPTY,
    )


_PAGES = Markup(
    '<div class="bk-pages"><button type="button" class="quiet" data-turn="-1" disabled>Previous</button>'
    '<span role="status">{} rows · page <b>1</b> of {}</span>'
    '<button type="button" class="quiet" data-turn="1">Next</button></div>'
)


def table(block: Json, reader: Reader) -> Markup:
    """Show a plain table; its first row looks like any other, as in Slack."""
    body = _EMPTY.join(_row(row, block.get("block_id", ""), reader, None) for row in block["rows"])
    return _FRAME.format("Table", _EMPTY, _EMPTY, Markup("<tbody>{}</tbody>").format(body), _EMPTY)


def _row(
    cells: Sequence[Json], block_id: str, reader: Reader, named: int | None, *, hidden: bool = False
) -> Markup:
    shown = _EMPTY.join(
        _cell(cell, block_id, reader, heads=number == named) for number, cell in enumerate(cells)
    )
    return Markup("<tr{}>{}</tr>").format(Markup(" hidden") if hidden else _EMPTY, shown)


def _cell(cell: Json, block_id: str, reader: Reader, *, heads: bool) -> Markup:
    frame = Markup('<th scope="row"{}>{}</th>') if heads else Markup("<td{}>{}</td>")
    marks, shown = _EMPTY, _EMPTY
    match cell:
        case {"type": "raw_text", "text": str(text)}:
            shown = escape(text)
        case {"type": "raw_number", "text": str(text), "value": value}:
            marks, shown = Markup(' class="bk-number" data-value="{}"').format(value), escape(text)
        case {"type": "rich_text", "elements": parts}:
            shown = rich_text(parts, reader)
        case {"type": "action_cell", "element": button}:
            shown = element(button, block_id, reader)
        case _:
            shown = unknown("cell", cell.get("type"))
    return frame.format(marks, shown)
