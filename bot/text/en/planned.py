"""Keys, what comes by itself, and reminders, in English."""

from __future__ import annotations

from typing import Final

from bot.text.sentences_planned import KeySentences, PlannedSentences

KEYS: Final = KeySentences(
    agency="your agency {name}",
    your_agency="your agency",
    both="{source} → {destination}",
    on_card="Keys: {keys}",
    details="OMS is handed these keys: {keys}. They are in no message and no record.",
    lent="The agency's key lasts 24 h. What isn't copied by then may fail, and need another resume.",
    title_lacking="❌ *I can't resume* {name}",
    title_lacking_later="❌ *I can't resume* {name} *by itself*",
    source="the source bucket `{bucket}`{cloud}",
    destination="the destination bucket `{bucket}`",
    by_why={
        "none": "I have no key for {bucket}.",
        "no_agency": "The key of {bucket} is lent by agencies, and you act through none.",
        "tasks_only": "The key of {bucket} is a temporary one, and OMS takes those for single tasks only.",
    },
    not_kept="OMS asks for the keys anew each time.",
    console="Open {link}, press *Start* at the task, and enter {what}.",
    enter={
        "": "the access key of `{destination}`",
        "Azure": "the connection string of `{source}` and the access key of `{destination}`",
        "Google": "the JSON key file of `{source}` and the access key of `{destination}`",
    },
    enter_other="the access keys of `{source}` and `{destination}`",
    without_time="Without a time I can pause it.",
    pause_without="Pause without a time",
    for_operator='Operator: add [bucket_credentials.NAME] with side = "{side}" and buckets = ["{bucket}"]',
    for_operator_agency="Operator: add an access key for it in [bucket_credentials.NAME]",
)

PLANNED: Final = PlannedSentences(
    on_card="Resumes by itself {at}",
    on_card_archives="Resumes {at}, billing archives",
    with_keys="I have the keys to resume it",
    details="It resumes by itself {at}, as {principal}, with {keys}. The thread hears of it ten minutes before, and anybody "
    "who may act here can keep it paused. Who agrees to this card agrees to that too.",
    soon="⏰ *Resumes by itself {at}:* {name}",
    soon_with="{who} asked for that with the pause. Keys: {keys}.",
    keep="Keep paused",
    keep_label="Keep the migration {name} in {project} paused",
    resume_now="Resume now",
    resume_now_label="Resume the migration {name} in {project} now",
    title_kept="⏸️ *Stays paused* {name}",
    kept="{who} keeps it paused. It won't resume by itself any more.",
    title_since="🔁 *Doesn't resume by itself:* {name}",
    since="{who} has paused or resumed it since, so I leave it as it is.",
    not_by_itself="It won't resume by itself: I didn't pause it.",
    unclear='I can\'t keep to "{typed}". Write `for 2h` (one minute to seven days) or `until 06:00` directly behind the task.',
    without="Pause {name} without a time?",
    still_paused="⏸️ *Still paused after {days} days:* {name}. Its unfinished parts in the destination are billed.",
    resume_in_console="Resume it in {link}, or delete the task there if it isn't needed.",
    still_waiting_one="⏳ *{names}* has waited for a slot for {days} days. In {left} days OMS fails it and forgets its keys.",
    still_waiting="⏳ *{names}* have waited for a slot for {days} days. In {left} days OMS fails them and forgets their keys.",
    make_room="A slot is free when a running task ends or is paused.",
    list_button="Show what migrates",
    frozen="❄️ Due to resume now, and waits: the project is frozen. When that is over, this goes on: {name}.",
    failed_since="❌ *Failed since it was resumed:* {name}{code}. A key may be wrong, or have run out.",
)
