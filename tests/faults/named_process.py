"""Kills, stops, upgrades, bad starts, the public port: each with a test of its own."""

from __future__ import annotations

from typing import Final

from tests.faults.row import named

_CRASH, _PLANNED, _RECORD = (
    "scenario/test_crash.py",
    "scenario/test_resume_crash.py",
    "scenario/test_calls_on_record.py",
)
_STOP, _STARTING, _CHECK = (
    "scenario/test_orderly_stop.py",
    "scenario/test_starting.py",
    "scenario/test_check.py",
)
_DRAINING, _FILES = "scenario/test_draining.py", "scenario/test_out_of_files.py"
_CONFIRMED: Final = "thread: “OMS confirmed it at”"
_ONE: Final = "1, and a second only if the task was read as not done"

KILLED: Final = (
    named("killed before the card is posted", f"the restart posts it; {_CONFIRMED}",
          "1", "paused", "shown called ended", _CRASH, "test_killed_before_the_card_is_posted"),
    named("killed the moment the card stands", f"the card, perhaps twice; {_CONFIRMED}",
          "1", "paused", "called ended", _CRASH, "test_killed_the_moment_the_card_stands"),
    named("killed while waiting for the click", _CONFIRMED,
          "1", "paused", "called ended", _CRASH, "test_killed_while_waiting_for_the_click"),
    named("down when the time to answer ends", "thread: “Nobody answered within”",
          "0", "expired", "ended", _CRASH, "test_killed_while_waiting_and_overdue_at_the_restart"),
    named("killed in the middle of the call", _CONFIRMED,
          _ONE, "paused", "calling called ended", _CRASH, "test_killed_in_the_middle_of_the_call"),
    named("throttle: killed in the middle of the call", "thread: “OMS shows the limit”",
          _ONE, "throttled", "calling called ended", "scenario/test_throttle.py", "test_killed_in_the_middle_of_the_call"),
    named("group: killed in the middle of the call", _CONFIRMED,
          _ONE, "paused", "calling called ended", "scenario/test_groups_and_sync_tasks.py", "test_killed_while_a_group_is_being_paused"),
    named("all: killed in the middle", "thread: each with its ending", "1 for each, and a second only if it was read as not done",
          "paused", "calling called ended", "scenario/test_pause_all.py", "test_killed_in_the_middle_the_rest_is_carried_out_without_a_hand"),
    named("killed in the call, and the person is unlinked before the restart", "thread: “Whether OMS got the request isn't known”, “no longer linked”",
          "1", "unknown", "calling ended", _CRASH, "test_killed_in_the_call_and_unlinked_before_the_restart"),
    named("killed before the call arrived, and the person is deactivated before the restart", "thread: “The bot restarted in between”, “Read afterwards, it was migrating”",
          "0", "unknown", "calling ended", _CRASH, "test_killed_before_the_call_arrived_and_deactivated_before_the_restart"),
    named("killed while OMS holds the request", "nobody: the attempt is on disk before OMS can get it",
          "1", "", "calling", _RECORD, "test_a_call_is_on_record_before_oms_can_get_it"),
    named("killed while the ending is told", "thread: what is on record, once",
          "1", "failed", "ended", _CRASH, "test_killed_while_the_ending_is_told"),
    named("killed while the ending without a call is told", "thread: what is on record, once",
          "0", "already_paused", "ended", _CRASH, "test_killed_while_the_ending_without_a_call_is_told"),
    named("killed while watching the pause", _CONFIRMED,
          "1", "paused", "called ended", _CRASH, "test_killed_while_watching_the_pause"),
    named("killed while watching on after *still pausing*", f"thread: “OMS accepted the pause”, later {_CONFIRMED}",
          "1", "still_pausing paused", "called ended", _CRASH, "test_killed_while_watching_on_after_still_pausing"),
    named("killed while OMS has a resume", "thread: the ending, once",
          "1, and a second only if it was read as still paused", "resumed", "calling called ended", _PLANNED, "test_killed_while_oms_has_the_start"),
    named("down when a timed resume is announced, or due", "thread: “Resumes by itself”, “as was asked for with the pause”",
          "1", "resumed", "called ended", _PLANNED, "test_killed_between_the_pause_and_its_end"),
    named("killed while a timed resume is called", "thread: “as was asked for with the pause”",
          "1", "resumed", "calling called ended", _PLANNED, "test_killed_while_a_timed_resume_is_called"),
    named("killed before or after any step or commit, of each verb, of many, of approvals, of a card that expires (`make kills`)", "thread: the ending, once",
          _ONE, "paused resumed throttled cancelled expired replaced", "ended", "scenario/test_kill_matrix.py", "test_killed_anywhere"),
    named("stopped in order (`SIGTERM`) in the middle", _CONFIRMED,
          "1", "paused", "called ended", _CRASH, "test_an_orderly_stop_in_the_middle_is_resumed_as_well"),
    named("stopped while Slack is taking an ending", f"{_CONFIRMED}, once",
          "1", "paused", "called ended", _STOP, "test_an_ending_that_slack_is_taking_is_not_posted_again"),
    named("stopped while OMS has the request", _CONFIRMED,
          "1", "paused", "called ended", _STOP, "test_a_call_that_oms_is_answering_is_recorded"),
    named("stopped while OMS has the request, and does not answer for long", f"{_CONFIRMED}; the next start reads the task",
          "1", "paused", "calling ended", _DRAINING, "test_a_call_that_hangs_for_longer_is_looked_into"),
    named("all: stopped in the middle", "thread: “Paused 8 migrations”",
          "1 for each", "paused", "called ended", _DRAINING, "test_many_at_once_go_on_where_they_stood"),
    named("stopped while cards wait, a modal is filled in, and a receiver of outcomes is down", f"each waits on, and comes; {_CONFIRMED}",
          "1", "paused", "called ended", _DRAINING, "test_what_waits_for_people_and_for_others_waits_on"),
    named("stopped behind a balancer", f"`/readyz`: “stopping”, before the port is closed; what still arrives is recorded: {_CONFIRMED}",
          "1", "paused", "called ended", _DRAINING, "test_who_balances_hears_of_it_and_what_still_comes_is_recorded"),
    named("a second signal, which to Ctrl-C is as a crash", _CONFIRMED,
          "1", "paused", "called ended", _DRAINING, "test_a_second_signal_loses_nothing"),
    named("a signal while it starts and a peer hangs", "operator: it ends within seven seconds",
          "0", "", "", _STARTING, "test_a_slack_that_hangs_holds_up_neither_start_nor_end"),
    named("upgraded in the middle, and the steps on record are another version's", _CONFIRMED,
          _ONE, "paused", "called ended", "histories/test_histories.py", "test_steps_that_nobody_knows_do_not_strand_a_decision"),
    named("upgraded from a version without seals, with keys, while a card waits", _CONFIRMED,
          "1", "paused", "called ended", "histories/test_histories.py", "test_with_keys_what_waits_at_the_upgrade_is_sealed_by_it"),
)  # fmt: skip  # a row each

STARTED: Final = (
    named("a setting that can't be meant, a database without the rights or the encoding, an address that isn't this machine's",
          "operator: one sentence, such as “SLACK_SIGNING_SECRET has white space”, exit code 2; `oms-bot check` has the same one",
          "0", "", "", "scenario/test_bad_starts.py", "test_check_says_beforehand_why_serve_will_refuse"),
    named("this Python's SQLite is older than its workflows need", "operator: “and 3.42 or newer is needed; use a system that has it, ”",
          "0", "", "", "unit/store/test_fitness.py", "test_an_sqlite_that_is_too_old_for_this_python_is_refused"),
    named("the file of a secret is gone, empty or unreadable", "operator: “, which can't be read (No such file or directory)”, never what is in it",
          "0", "", "", "unit/test_setting_secrets.py", "test_a_file_of_a_secret_is_looked_at_as_the_secret_itself"),
    named("the port is in use", "operator: “ is in use; choose another with --port, or end what listens there”",
          "0", "", "", "scenario/test_bad_starts.py", "test_a_port_in_use_refuses_the_start_before_anything_is_begun"),
    named("a mistake in the environment or the file", "operator: the key, the fault and the remedy, such as “projects.prod-sg.region is missing; add it”",
          "0", "", "", "unit/test_setting_mistakes.py", "test_a_mistake_in_the_file"),
    named("a key is missing: the variable that the settings refer to is not set", "operator: “refers to NOT_SET, which is not set; set that environment variable”",
          "0", "", "", "unit/test_setting_mistakes.py", "test_a_mistake_in_the_file"),
    named("a secret is written as `$NAME` or `ENV:NAME`", "operator: “looks like a reference; write ”",
          "0", "", "", "unit/test_setting_secrets.py", "test_what_looks_like_a_reference_is_no_secret"),
    named("one of Slack's tokens is wrong", "`oms-bot check`: “invalid_auth: check SLACK_BOT_TOKEN, and that the app is installed”, and of the other all the same “Socket Mode: can connect”",
          "0", "", "", _CHECK, "test_a_wrong_bot_token_does_not_hide_socket_mode"),
    named("`check` meets a wrong password with many projects", "operator: each project; it is sent once",
          "0", "", "", _CHECK, "test_a_credential_that_is_refused_is_sent_once"),
    named("a server fails to start after its address was taken", "operator: exit code 1",
          "0", "", "", "unit/test_serving.py", "test_a_start_that_fails_is_no_success"),
    named("no console script, a user id that the system doesn't know, no `HOME`", "nobody: it runs",
          "0", "", "", "scenario/test_platforms.py", "test_the_procfile_runs_after_the_requirements_alone"),
)  # fmt: skip  # a row each

CROWDED: Final = (
    named("more connections than it has file descriptors", "the card: those that keep it waiting make room",
          "0", "", "shown", "scenario/test_public_port.py", "test_at_the_limit_of_file_descriptors_commands_are_still_heard"),
    named("no file descriptor is left when a command is read", "asker alone: “OMS can't be reached, so it was asked nothing.”, with “Try again”; log: “Too many open files”",
          "0", "", "answered", _FILES, "test_a_command_that_nothing_can_be_read_for_is_told_so"),
    named("no file descriptor is left at the call, after the task was read", "thread: “OMS can't be reached, so it was asked nothing.”, “It keeps migrating”",
          "0", "failed", "calling called ended", _FILES, "test_a_call_that_can_not_be_made_asks_nothing_and_is_told_so"),
    named("no file descriptor is left for OMS and Slack while the pause is watched", f"{_CONFIRMED}, when there is one; once",
          "1", "paused", "called ended", _FILES, "test_a_pause_that_can_not_be_watched_is_told_truly_when_it_can"),
    named("half a request, and then nothing", "nobody: the connection ends",
          "0", "", "", "unit/test_serving.py", "test_who_does_not_say_all_is_not_waited_for"),
)  # fmt: skip  # a row each
