"""The modal that puts a command together, in English."""

from __future__ import annotations

from typing import Final

from bot.text.sentences_modal import ModalSentences

MODAL: Final = ModalSentences(
    title="Pause a migration",
    submit="Ask",
    close="Close",
    looking="Looking up which projects you may use…",
    verb="What should be done?",
    project="Project",
    choose="Choose…",
    task="Task",
    task_hint="Type a part of its name or id. If nothing is found in time, type it all: it is taken as it is.",
    everything="Everything that migrates",
    as_typed="As typed: {typed}",
    length="For how long?",
    length_hint="2h, 90 min, or until 06:00 in your time zone: then it resumes by itself. Empty: until somebody resumes it.",
    reason="Reason",
    conversation="Where should I ask?",
    conversation_hint="Nothing is done before you confirm there.",
    no_project="You may use none of my projects.",
    no_project_here="You may use none of my projects in that conversation. Choose another one below.",
    needs_project="Choose a project.",
    needs_task="Choose a task of this project.",
    needs_conversation="Choose where I should ask.",
    unclear_length='I don\'t understand "{typed}". From 1 minute to 7 days, such as 2h, or a time of day, such as 06:00.',
    not_opened="Slack didn't open the form in time. Try again, or type {usage}.",
)
