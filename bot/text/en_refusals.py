"""Why a person may not do something, and what they can do instead, in English. Pure."""

from __future__ import annotations

from typing import assert_never

from bot.conversation.reasons import Reason
from bot.text.format import mention


def refusal(reason: Reason, *, project: str = "", requester: str = "", task_id: str = "") -> str:
    """Say why a person may not do something, and what they can do instead."""
    match reason:
        case Reason.NOT_REQUESTER:
            own = f" To pause it as yourself: `/oms pause {project} {task_id}`"
            return f"Only {mention(requester)} can answer this.{own}"
        case Reason.DELETED:
            return "Your Slack account is deactivated."
        case Reason.BOT:
            return "Only people can do this, not apps."
        case Reason.GUEST:
            return "Guests can't do this; ask a full member of the workspace."
        case Reason.STRANGER:
            return "Only members of this workspace can do this; Slack names another one for you."
        case Reason.NOT_LINKED:
            return (
                "I know no IAM credential of yours, and I act only as you. "
                "Link yours with `/oms link`, then try again."
            )
        case Reason.PROJECT_GONE:
            return f"{project} is no longer among the projects that I am configured for. Tell the bot's operator."
        case Reason.WRONG_CHANNEL:
            return f"{project} can't be used in this channel. Go to one that it is configured for."
        case Reason.OTHER_CHANNEL | Reason.OTHER_MESSAGE:
            return "This is not the card that asked. Answer on the card itself."
        case Reason.OWN_APPROVAL:
            return "Somebody else must agree; you can't approve your own request."
        case Reason.NOT_APPROVER:
            return f"You are not among those who may approve this. {mention(requester)} asked for it."
        case Reason.APPROVER_GONE:
            return f"{mention(requester)} agreed but may not approve any more."
        case Reason.RELINKED:
            return "The IAM identity that I act as for you was changed after the card was shown. Ask again."
        case Reason.UNPROVED:
            return (
                "Nothing proves that this was decided here: its record was changed in the database, or is of a time "
                "before there was a key. Ask again, and tell the bot's operator."
            )
        case Reason.SETTINGS_CHANGED:
            return f"The settings of {project} were changed after the card was shown. Ask again."
        case Reason.SAME_IDENTITY:
            return (
                "Two people must agree, and this is one: the same IAM identity stands behind the Slack account of "
                "whoever asked, or of somebody who has agreed. Somebody else must approve."
            )
        case Reason.TOO_MANY:
            return "You have asked very often just now. Wait a minute, then ask again."
        case Reason.TOO_LATE:
            return (
                "I could go on only long after the click, which I no longer take for what is wanted now: the bot or its "
                "database was away. Ask again if it is."
            )
        case Reason.EXPIRED | Reason.UNKNOWN_OPERATION:
            over = reason is Reason.EXPIRED
            why = "The time to answer is over." if over else "I don't know this card any more."
            return f"{why} Ask again with `/oms pause &lt;project&gt; &lt;task&gt;`."
        case _:
            assert_never(reason)
