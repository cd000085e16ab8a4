"""A browser tab as tests speak of it: by role and text, as somebody would who cannot see the code."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.async_api import Locator, Page, expect


@dataclass
class Tab:
    """A browser tab, and what a person does in it. `complaints` are errors on its console and requests elsewhere."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    async def reset(self) -> None:
        """Begin with a new world."""
        oldest = self.page.get_by_role("log").get_by_role("article").first
        seen = await oldest.get_attribute("data-ts") or ""
        await self.button("Reset everything").click()
        await expect(oldest).not_to_have_attribute("data-ts", seen)  # that the bot starts is over in a moment
        await expect(self.oms).to_contain_text("The bot is running")

    async def type(self, text: str) -> None:
        """Write into the composer and press Enter."""
        await self.composer.fill(text)
        await self.composer.press("Enter")

    async def start(self, situation: str) -> None:
        """Start a situation of the tour, and wait for the card."""
        offered = self.page.get_by_role("group", name="Situations")
        await offered.get_by_role("button", name=situation).click()
        await expect(self.guide).to_contain_text(re.compile(rf"\d+ of \d+ · {situation}"))
        await expect(self.guide).not_to_contain_text("Setting the stage")
        await expect(self.pause).to_be_visible()

    async def beside(self, query: str) -> Tab:
        """Open another tab of the same browser."""
        other = Tab(await self.page.context.new_page(), self.url)
        watch(other)
        await other.page.goto(f"{self.url}/{query}")
        return other

    async def become(self, name: str) -> None:
        """Play another person's part."""
        role = self.page.get_by_role("button", name=re.compile(rf"^{name}\b"))
        await role.click()
        await expect(role).to_have_attribute("aria-pressed", "true")

    def button(self, name: str) -> Locator:
        """Find a button whose name has this in it."""
        return self.page.get_by_role("button", name=name)

    @property
    def pause(self) -> Locator:
        """The card's Pause button."""
        return self.page.get_by_role("log").get_by_role("button", name=re.compile("^Pause the migration"))

    @property
    def composer(self) -> Locator:
        """Where one writes."""
        return self.page.get_by_role("combobox", name="Message")

    @property
    def guide(self) -> Locator:
        """The guide's card, above the channel."""
        return self.page.get_by_role("region", name="Guide")

    @property
    def verdict(self) -> Locator:
        """What the guide says once it is over, above the composer."""
        return self.page.get_by_role("status").filter(has_text="Ended as promised")

    @property
    def log(self) -> Locator:
        """The channel's messages."""
        return self.page.get_by_role("log")

    @property
    def replies(self) -> Locator:
        """The messages in threads."""
        return self.log.get_by_role("group").get_by_role("article")

    @property
    def endings(self) -> Locator:
        """The replies that say that a pause came to its end."""
        return self.replies.filter(has_text="OMS confirmed it at")

    @property
    def oms(self) -> Locator:
        """The OMS side."""
        return self.page.get_by_role("region", name="OMS side")

    def task(self, name: str = "media-42") -> Locator:
        """A task on the OMS side."""
        return self.oms.get_by_role("listitem").filter(has_text=name)

    def bar(self, name: str = "media-42") -> Locator:
        """A task's progress bar."""
        return self.oms.get_by_role("progressbar", name=name)

    @property
    def calls(self) -> Locator:
        """How often OMS was asked for a pause."""
        return self.oms.get_by_text("Calls to OMS that asked for a pause").locator(
            "xpath=following-sibling::*"
        )

    async def ends_as_promised(self) -> None:
        """Wait for the guide's own verdict."""
        await expect(self.verdict).to_be_visible()


def watch(tab: Tab) -> None:
    """Note every error on the console, and every request that leaves this machine."""

    def away(address: str) -> bool:
        return address.startswith("http") and not address.startswith(tab.url)

    tab.page.on("pageerror", lambda error: tab.complaints.append(f"exception: {error}"))
    tab.page.on(
        "console",
        lambda said: tab.complaints.append(said.text) if said.type in ("error", "warning") else None,
    )
    tab.page.on(
        "request", lambda asked: tab.complaints.append(f"left: {asked.url}") if away(asked.url) else None
    )
