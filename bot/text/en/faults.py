"""What Huawei Cloud, Slack or the way to them refused, in English. Each may stand after a colon."""

from __future__ import annotations

from typing import Final

from bot.text.sentences import FaultSentences

FAULTS: Final = FaultSentences(
    request="request {request_id}",
    said='It said: "{message}"',
    slack="Slack did not tell me who you are, so I asked nothing of OMS. Try again in a minute.",
    slack_group="Slack did not tell me who may approve, so I asked nothing of OMS. Try again in a minute.",
    who_you_are="who you are",
    who_is_in_group="who is in the user group that may approve",
    lacks_scope="Slack does not let me look up {what}: the app lacks the scope `{scope}`.",
    knows_nobody="Slack knows nobody of your id in this workspace ({error}).",
    does_not_say="What Slack answered does not say {what}.",
    refuses_to_tell="Slack refuses to tell me {what} ({error}).",
    no_reason="no reason given",
    nothing_asked="I asked nothing of OMS. Trying again won't help: tell the bot's operator.",
    database="the bot's database can't be used now, so I asked nothing of OMS. Try again in a minute.",
    vault="the stored credentials can't be read at the moment, so I don't know as whom to act. Try again in a minute.",
    project_gone="{project} is no longer among the projects that I am configured for.",
    link="the credential that you linked can't be opened, so I don't know as whom to act. The bot's operator "
    "finds the cause in its log: a key that is missing, or a row that was altered.",
    unlinked="the credential of {principal} is no longer linked.",
    interrupted="I was restarted in the middle of it, and could not go on.",
    own="the bot has a fault of its own; its log has the details. Tell its operator.",
    token_expired="{where} does not accept the token of {principal}, not even one that IAM has just issued{code}. "
    "The credential itself was not refused, so nobody is locked; ask again in a minute.",
    credential_rejected="{where} does not accept the credential of {principal}{code}. I won't try it again, since IAM "
    "locks a user after a few failures; have the credential renewed.",
    key_rejected="{where} does not accept the credential of {principal}{code}. A key that was refused is not sent again for an "
    "hour, since Huawei locks it after a few failures; have the credential checked.",
    not_sent_again="the credential of {principal} was refused before{code}, so I did not send it again: Huawei locks "
    "whoever fails a few times. Have the credential renewed.",
    tries_used_up="too many wrong secrets of {principal} were tried within 15 min, so I did not send this one, lest IAM "
    "lock it. Try again in 15 min.",
    signature_expired="the clock of the bot's machine is wrong by more than 15 min{code}. Its operator must set it.",
    account_locked="IAM has locked {principal} after too many failures{code}. It unlocks by itself, usually within 15 min.",
    account_blocked="the Huawei Cloud account is restricted or frozen{code}. Its owner must clear that.",
    throttled="{where} is receiving too many requests{code}. Try again in a minute.",
    service="{where} has a fault of its own{code}. Try again in a minute.",
    unreachable="{where} can't be reached, so nothing was asked of it{code}. Try again in a minute.",
    proxy_refused="{why}, so nothing was asked of {where}{code}. The bot's operator must look into that; then try again.",
    answer_too_long_iam="IAM answered with more than OMS takes{code}: {why}. An access key in place of the password would do.",
    answer_too_long="the answer has more in it than any of OMS's{code}: {why}. Check the endpoint.",
    answer_lost="the connection broke, or time ran out, after the request was sent{code}.",
    unexpected_answer="what answered is not {where}: a redirect, a web page or another shape{code}. Check the endpoint.",
    denied_by_iam="IAM does not let {principal} act in {project}{code}. Ask for that, then try again.",
    denied="{principal} may not do this in {project}. {permission}{code}. Ask for it, then try again.",
    not_found_iam="IAM knows no such project or agency{code}. Check the settings of {project}.",
    not_found="there is no such task in {project}{code}. {command} lists those that migrate.",
    wrong_state="the task's status does not permit it{code}.",
    refused="{where} refused the request{code}.",
)
