"""A part of the page that is drawn from HTML, and redrawn only when the HTML differs."""

from markupsafe import Markup
from nicegui import ui


class Region(ui.html):
    """An element whose content is our own, escaped HTML; hence no sanitizing in the browser."""

    def __init__(self, *, tag: str = "div") -> None:
        super().__init__("", sanitize=False, tag=tag)

    def show(self, content: Markup) -> None:
        """Draw the content, unless it is there already: what is redrawn loses focus and selection."""
        if self.content != content:
            self.content = str(content)
