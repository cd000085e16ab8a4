"""Linking one's own credential, in English: in Slack and on the linking page."""

from __future__ import annotations

from typing import Final

from bot.text.sentences_linking import (
    BadFieldSentences,
    CauseSentences,
    FieldWords,
    KindWords,
    LinkingSentences,
    PageMessage,
    PageMessages,
    PageSentences,
    PageWords,
)

_WORDS: Final = PageWords(
    title="Link your IAM credential",
    for_person="For {person}.",
    not_you="Go on only if you asked for this page with /oms link, as this person. "
    "If somebody sent you this link, close the page: they could act with your credential.",
    promise="The bot stores it encrypted, uses it only for what you ask it to do, and never shows it. "
    "Remove it at any time with /oms unlink.",
    label="Name for this key (optional)",
    label_hint="Shown only if IAM doesn't return the key's owner.",
    submit="Check and link",
    checked="We check it by reading your tasks. Nothing is paused.",
    projects="Projects",
    can_read="tasks can be read",
    pause_unknown="Whether it may pause can't be checked without pausing something: that takes "
    "oms:task:update, and shows at your first pause.",
    close="You can close this page. In Slack, /oms whoami shows whom the bot acts as for you.",
    again="Open the page again",
    sign_in="Sign in with Slack",
    sign_in_why="First, Slack confirms that you are this person, at this browser. The bot learns your Slack id and "
    "name by that, and nothing else.",
)

_KINDS: Final = {
    "access_key": KindWords(
        tab="Access key",
        called="access key",
        warning="Huawei Cloud locks a key for 5 min after about 5 failures, so this page allows 3 tries.",
        fields={
            "access_key": FieldWords(label="Access key ID (AK)", hint="", subject="The access key ID"),
            "secret_key": FieldWords(
                label="Secret access key (SK)", hint="", subject="The secret access key"
            ),
        },
    ),
    "password": KindWords(
        tab="Password",
        called="password",
        warning="IAM locks a user after about 5 wrong passwords, so this page allows 3 tries.",
        fields={
            "domain": FieldWords(
                label="Account name",
                hint="The IAM domain, as on the sign-in page.",
                subject="The account name",
            ),
            "username": FieldWords(label="IAM user name", hint="", subject="The user name"),
            "password": FieldWords(
                label="Password",
                hint="For an IAM user with programmatic access and without MFA. Not a HUAWEI ID.",
                subject="The password",
            ),
        },
    ),
    "agency": KindWords(tab="", called="agency", warning="", fields={}),
}

_MESSAGES: Final = PageMessages(
    gone=PageMessage(
        "This link does not work any more",
        "It was used, has expired, or was replaced by a newer one. Type /oms link in Slack for another.",
    ),
    no_tries=PageMessage(
        "Too many tries",
        "To keep IAM from locking you out, the bot tries no more. Type /oms link in Slack in 15 minutes.",
    ),
    held=PageMessage(
        "Nothing was linked", "If it is yours alone, somebody else uses your credential: change it."
    ),
    stale=PageMessage(
        "This page has expired",
        "Your browser didn't send back what the page had given it. Allow cookies for this address, then try again.",
    ),
    not_signed_in=PageMessage(
        "You are not signed in", "Slack did not confirm who you are. Nothing was linked."
    ),
    another_account=PageMessage(
        "This page is somebody else's",
        "You signed in to Slack as another account than the one that asked for it. Your credential would act for that "
        "one, so nothing was linked. If somebody sent you this address, tell your administrator.",
    ),
    too_many=PageMessage("Too many requests", "Wait a few minutes, then open the link again."),
    unavailable=PageMessage(
        "The bot can't do that just now",
        "It can't reach where links are kept. Type /oms whoami in Slack to see whether you are linked.",
    ),
    bad_request=PageMessage("This is not the form", "Open the link again and use the form on it."),
)

_PAGE: Final = PageSentences(
    person="Slack user {user_id}",
    person_called="Slack user {user_id}, who calls themself “{name}”",
    open_until="This page is open until {at} and can be used once.",
    no_try_left="No try is left on this page.",
    one_try_left="One try is left.",
    tries_left="{number} tries are left.",
    done="Linked",
    done_sentence="The bot now acts as {principal} when you ask it to.",
    nothing_readable="This is {principal}, but it can't read any project of this bot. Nothing was stored.",
    held_by_another="The bot acts as {principal} for another Slack account already ({user_id}), and each IAM identity "
    "acts for one. Both were told. The bot's operator can allow it: oms-bot users link --allow-shared.",
    no_access="IAM gives no access to this project{code}.",
)

_BAD_FIELD: Final = BadFieldSentences(
    missing="{name} is missing.",
    too_long="{name} is longer than any can be.",
    not_a_key="{name} contains characters that no key has. Copy it from the credentials file again.",
    control="{name} contains invisible characters. Paste it again.",
)

_CAUSE: Final = CauseSentences(
    rejected="{where} doesn't accept this credential{code}. Check for typos, or whether it was disabled.",
    not_sent_again="Huawei Cloud refused this very secret a while ago{code}, so it was not sent again. Check for typos.",
    tries_used_up="Within the last 15 min too many secrets of this IAM identity were wrong, perhaps tried by somebody "
    "else. This one was not sent, to keep IAM from locking it. Try again in 15 min.",
    locked="{where} has locked this credential after too many failures{code}. "
    "It unlocks by itself, usually within 15 min.",
    clock="The clock of the bot's server is off by more than 15 minutes{code}. Tell its operator.",
    denied="It may not read tasks{code}. That takes the permissions oms:task:list and oms:task:get.",
    not_found="{where} knows no such project for this credential{code}.",
    blocked="The Huawei Cloud account is restricted or frozen{code}. Its owner must clear that.",
    not_asked="{where} could not be asked just now{code}. Try again in a minute.",
    unusable="{where} gave an answer that I can't use{code}. Tell the bot's operator.",
)

LINKING: Final = LinkingSentences(
    words=_WORDS,
    kinds=_KINDS,
    messages=_MESSAGES,
    page=_PAGE,
    bad_field=_BAD_FIELD,
    cause=_CAUSE,
    offer="<{url}|Link your IAM credential> within 10 minutes. The link can be used once, and only by you: "
    "don't pass it on. Never type a secret into Slack.",
    by_operator="This bot has no linking page, because it has no public address or no key to encrypt with. "
    "Its operator can link you with `oms-bot users link`, which asks for the secret without showing it.",
    secret_typed="That looks like a secret, and Slack keeps what is typed. I did not use it or write it down. "
    "*Revoke it now* in the IAM console, make a new one, then type `/oms link` with nothing after it.",
    linked="Linked: I now act as {principal} when you ask me to.",
    unnamed="IAM didn't return the key's owner; the name is yours.",
    can_read="It can read {projects}; whether it may pause shows at your first pause. "
    "Not you? `/oms unlink` removes it.",
    replaced="Your earlier link was replaced.",
    unlinked="Unlinked: I have forgotten your credential.",
    nothing_linked="You had no linked credential.",
    still_settings="The operator's settings still let you act as {principal}.",
    pending="Your open cards can't be confirmed any more.",
    unlinked_before="I have carried out this /oms unlink already. Type it anew to unlink what you linked since.",
    key_missing="The credential you linked can't be opened here: this bot was not given the key to it. "
    "Tell its operator, who finds the key's id in the log.",
    damaged="The credential you linked can't be opened. Link it again with `/oms link`, and tell the bot's operator.",
    disabled="{principal} was linked, but I may not use it any more. Link again with `/oms link`.",
    acts_by_operator="You act as {principal} ({kind}), as the bot's operator has set it.",
    acts_by_link="You act as {principal} ({kind}, linked by yourself). It can read {projects}.",
    acts_by_link_checked="You act as {principal} ({kind}, linked by yourself, checked {at}). It can read {projects}.",
    nobody="You haven't linked an IAM credential, and I only act with your own. Type `/oms link`.",
    unreadable="The links can't be read right now. Try again in a minute, or tell the bot's operator.",
    tried_proved="⚠️ {who} tried to link {principal}, as which I act for you, *with a credential that works*. "
    "I refused. If that was not agreed with you, change the password or key now, and tell your administrator.",
    tried_wrong="{who} tried to link {principal}, as which I act for you, with a wrong secret. Your link is "
    "untouched. If that was not agreed with you, tell your administrator.",
    tried_anothers="Nothing was linked: I act as {principal} for another Slack account already, who was told. "
    "The bot's operator can allow it with `oms-bot users link --allow-shared`.",
)
