"""What Huawei Cloud, Slack or the way to them refused, in English. Each is a sentence, and what to do next another."""

from __future__ import annotations

from typing import Final

from bot.text.sentences import Cause, FaultSentences

FAULTS: Final = FaultSentences(
    request="request {request_id}",
    said='It said: "{message}"',
    who_you_are="who you are",
    who_is_in_group="who is in the user group that may approve",
    lacks_scope="Slack doesn't let me look up {what}: the app lacks the scope `{scope}`.",
    knows_nobody="Slack knows nobody of your id in this workspace ({error}).",
    does_not_say="What Slack answered doesn't say {what}.",
    refuses_to_tell="Slack refuses to tell me {what} ({error}).",
    no_reason="no reason given",
    slack=Cause(what="Slack didn't tell me who you are, so I didn't go on.", next="Try again in a minute."),
    slack_group=Cause(
        what="Slack didn't tell me who may approve, so I didn't go on.", next="Try again in a minute."
    ),
    slack_refused=Cause(what="So I didn't go on.", next="Trying again won't help: tell the bot's operator."),
    database=Cause(
        what="The bot's database can't be used right now, so OMS was asked nothing.",
        next="Try again in a minute.",
    ),
    vault=Cause(
        what="The stored credentials can't be read right now, so I don't know whom to act as.",
        next="Try again in a minute.",
    ),
    project_gone=Cause(what="{project} is no longer one of my projects.", next="Tell the bot's operator."),
    link=Cause(
        what="The credential you linked can't be opened, so I don't know whom to act as.",
        next="Tell the bot's operator: a key is missing, or a row was altered. The log says which.",
    ),
    unlinked=Cause(
        what="The credential of {principal} is no longer linked.", next="Link it again with `/oms link`."
    ),
    interrupted=Cause(
        what="The bot restarted in between, and could not go on.", next="Look at the task, then ask again."
    ),
    own=Cause(what="Something broke inside the bot.", next="Tell its operator, with the id below."),
    token_expired=Cause(
        what="{where} doesn't accept the token of {principal}, not even a new one. The credential itself was not refused, so nobody is locked out.",
        next="Ask again in a minute.",
    ),
    credential_rejected=Cause(
        what="{where} doesn't accept the credential of {principal}. I won't send it again, since IAM locks a user after a few failures.",
        next="Update it with `/oms link`. If it stands in the settings, ask the bot's operator.",
    ),
    key_rejected=Cause(
        what="{where} doesn't accept the credential of {principal}. I won't send it again for an hour, since Huawei locks it after a few failures.",
        next="Check it, then update it with `/oms link`. If it stands in the settings, ask the bot's operator.",
    ),
    not_sent_again=Cause(
        what="The credential of {principal} was refused before, so I didn't send it again: Huawei locks whoever fails a few times.",
        next="Update it with `/oms link`. If it stands in the settings, ask the bot's operator.",
    ),
    tries_used_up=Cause(
        what="Too many wrong secrets of {principal} were tried within 15 min, so I didn't send this one: IAM would lock the user.",
        next="Try again in 15 min.",
    ),
    signature_expired=Cause(
        what="The clock of the bot's server is off by more than 15 min.", next="Tell the bot's operator."
    ),
    account_locked=Cause(
        what="IAM has locked {principal} after too many failures.",
        next="It unlocks by itself, usually within 15 min.",
    ),
    account_blocked=Cause(
        what="The Huawei Cloud account is restricted or frozen.", next="Its owner must clear that."
    ),
    throttled=Cause(what="{where} gets too many requests.", next="Try again in a minute."),
    service=Cause(what="{where} has a fault of its own.", next="Try again in a minute."),
    unreachable=Cause(
        what="{where} can't be reached, so it was asked nothing.", next="Try again in a minute."
    ),
    proxy_refused=Cause(
        what="{why}, so {where} was asked nothing.", next="Tell the bot's operator, then try again."
    ),
    answer_too_long_iam=Cause(
        what="IAM answered with more than OMS takes: {why}.",
        next="Link an access key instead of the password.",
    ),
    answer_too_long=Cause(
        what="The answer is longer than any of OMS's: {why}.",
        next="Tell the bot's operator to check the endpoint.",
    ),
    answer_lost=Cause(
        what="{where} didn't answer after the request was sent.", next="Try again in a minute."
    ),
    unexpected_answer=Cause(
        what="Something other than {where} answered: a proxy, perhaps, or a login page.",
        next="Tell the bot's operator to check the endpoint.",
    ),
    denied_by_iam=Cause(
        what="IAM doesn't let {principal} act in {project}.",
        next="Ask your IAM administrator, then try again.",
    ),
    denied=Cause(
        what="{principal} lacks `{permission}` in {project}.",
        next="Ask your IAM administrator for it, then try again.",
    ),
    not_found_iam=Cause(
        what="IAM knows no such project or agency.",
        next="Tell the bot's operator to check {project} in the settings.",
    ),
    not_found=Cause(what="There is no such {kind} in {project}.", next="{command} lists what migrates."),
    wrong_state=Cause(what="The task's status doesn't permit it.", next=""),
    refused=Cause(what="{where} refused the request.", next=""),
)
