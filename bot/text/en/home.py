"""The App Home, in English."""

from __future__ import annotations

from typing import Final

from bot.text.sentences_home import HomeSentences

HOME: Final = HomeSentences(
    you="You",
    link="Link a credential",
    change="Change it",
    waiting="Waits for you",
    nothing_waits="Nothing waits for your answer.",
    asked_in="Asked in {channel}",
    lately="What you did lately",
    nothing_lately="Nothing yet.",
    projects="Your projects",
    anywhere="*{project}* · {region} · in any channel",
    only_in="*{project}* · {region} · in {channels}",
    none="You may use none of my projects.",
    show="Show what migrates",
    open="Pause a migration…",
    pause="Pause…",
    nothing_migrates="Nothing is migrating in {project}.",
    more="{command} shows all {number}.",
    unread="What migrates in {project} wasn't read. {command} shows it, or tells why not.",
    may="What you may do",
)
