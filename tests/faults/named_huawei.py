"""What else Huawei Cloud and the ways to it can do, each with a test of its own."""

from __future__ import annotations

from typing import Final

from tests.faults.row import named

_RESUME, _TIMED = "scenario/test_resume.py", "scenario/test_timed_pause.py"
_TERMINAL, _GROUPS = "scenario/test_terminal.py", "scenario/test_groups_and_sync_tasks.py"
_CONFIRMED: Final = "thread: “OMS confirmed it at”"

OF_VERBS: Final = (
    named("OMS takes the pause, and is at it for longer than `verify_for`", "thread: “OMS accepted the pause”, later “OMS confirmed it at”",
          "1", "still_pausing paused", "called ended", "scenario/test_pause.py", "test_accepted_but_not_paused_in_time_is_said_and_watched_on"),
    named("resume: a bucket's key is wrong", "thread: “Not resumed media-872”, “OMS.0057”",
          "1", "failed", "called ended", _RESUME, "test_a_wrong_key_is_told_with_its_code"),
    named("resume: OMS finds a wrong key only when the task runs", "thread: “OMS shows it migrating at”, a minute later “Failed since it was resumed: media-872”, with a button",
          "1", "resumed", "called ended", _RESUME, "test_a_wrong_key_that_shows_later_is_told_in_the_thread"),
    named("resume: all slots are taken", "thread: “It starts when one of the running tasks ends”, then “OMS shows it migrating at”",
          "1", "still_resuming resumed", "called ended", _RESUME, "test_waiting_for_a_slot_is_told_as_such_and_watched"),
    named("resume: the bot has no key for a bucket", "asker alone: “I can't resume media-872”, and where to do it by hand",
          "0", "", "answered", _RESUME, "test_without_a_key_the_way_by_hand_is_told"),
    named("resume: OMS repeats a key in its answer", "struck out of what is told and logged: “no access for *** with ***”",
          "1", "failed", "called ended", "unit/oms/test_oms_calls.py", "test_a_key_that_oms_repeats_is_not_told_on"),
    named("throttle: OMS refuses the limit, OMS.0086", "thread: “Not limited media-872”, “Its limit stays as it was”",
          "1", "failed", "called ended", "scenario/test_throttle.py", "test_a_refusal_is_told_with_its_cause"),
    named("throttle: the limit was changed since the card", "thread: “was changed after the card was posted”",
          "0", "refused", "decided ended", "scenario/test_throttle.py", "test_a_limit_that_changed_since_the_card_is_not_replaced"),
    named("a group that there is not: 404, where a task has 400", "asker alone: “There is no such task group in prod-sg”",
          "0", "", "answered", _GROUPS, "test_a_group_that_there_is_not_is_said_to_be_none"),
    named("the region has no sync tasks, or the person may not list them", "asker alone: the others",
          "0", "", "answered", "unit/test_targets.py", "test_where_there_is_one_kind_less_the_others_are_listed"),
    named("a timed resume is due, and the project is frozen", "thread: “and waits: the project is frozen”, after the freeze “as was asked for with the pause”",
          "1", "resumed", "decided ended", _TIMED, "test_a_frozen_project_waits_and_goes_on_when_it_is_unfrozen"),
    named("a timed resume is due, and somebody has resumed or paused it since", "thread: “<@U0BOB> has paused or resumed it since”",
          "0", "replaced", "ended", _TIMED, "test_resume_now_asks_as_whoever_clicks_and_leaves_nothing_for_later"),
    named("a timed resume is due, and who asked may no longer act", "thread: “Not resumed media-872”",
          "0", "refused", "ended", _TIMED, "test_whoever_was_unlinked_by_then_has_nothing_resumed"),
    named("at a terminal: the answer to the call is lost", "the ending, as it was read",
          "1", "paused", "called ended", _TERMINAL, "test_a_lost_answer_is_looked_into_and_the_call_is_not_repeated"),
    named("at a terminal: the key is wrong", "“doesn't accept the credential of the access key ending in 00BB. It was sent once”, “Check CLOUD_SDK_AK and CLOUD_SDK_SK”",
          "0", "failed", "", _TERMINAL, "test_a_wrong_key_is_sent_once"),
    named("at a terminal: Ctrl-C while it waits for *paused*", "“OMS accepted the pause”, “I no longer check it. Look it up in the OMS console.”",
          "1", "still_pausing", "called ended", _TERMINAL, "test_ctrl_c_takes_nothing_back"),
)  # fmt: skip  # a row each

ON_THE_WAY: Final = (
    named("the connection is refused at the call, after the task was read", "thread: “OMS can't be reached, so it was asked nothing.”, “It keeps migrating”, with “Try again”",
          "0", "failed", "calling called ended", "scenario/test_failures.py", "test_a_connection_that_is_refused_at_the_call_is_told_as_such"),
    named("the password is wrong, and three commands come", "asker alone: “doesn't accept the credential of IAM user alice”; IAM is asked once",
          "0", "", "answered", "scenario/test_failures.py", "test_a_wrong_password_is_tried_once"),
    named("IAM's token is longer than OMS takes one", "asker alone: “IAM answered with more than OMS takes”",
          "0", "", "answered", "scenario/test_limits.py", "test_a_token_that_is_too_long_is_told_as_such"),
    named("OMS accepts no token at all", "asker alone: that, each time; IAM is asked for another one every ten seconds at most",
          "0", "", "answered", "scenario/test_found.py", "test_a_token_that_oms_never_accepts_locks_nobody_out_and_spares_iam"),
    named("the token dies before the click: APIGW.0307, or 0301 with “token expires” or “decrypt token fail”", _CONFIRMED,
          "1, with a new token", "paused", "called ended", "scenario/test_failures.py", "test_a_dead_token_is_renewed_once_and_the_pause_goes_on"),
    named("the region is none", "`oms-bot check`: “Is the region ap-southeast-33 right? Did you mean ap-southeast-3?”",
          "0", "", "", "scenario/test_check.py", "test_a_region_that_is_none"),
    named("the machine's clock is off", "`oms-bot check`: “this machine's clock is 17 min behind Huawei Cloud's”",
          "0", "", "", "scenario/test_check.py", "test_a_clock_that_is_off"),
    named("IAM and OMS take seconds", "Slack is acknowledged at once; the card comes when they have answered",
          "0", "", "shown", "scenario/test_failures.py", "test_slow_clouds_do_not_delay_the_acknowledgement"),
    named("the company's proxy opens TLS with an authority of its own", "nothing is sent before `[network] ca` names it",
          "0", "", "", "unit/test_network.py", "test_an_authority_of_the_companys_own_is_trusted_when_it_is_named"),
    named("a certificate that is not trusted, at the proxy or behind it", "`oms-bot check`: “is not trusted (self-signed certificate). If a proxy opens TLS”",
          "0", "", "", "scenario/test_proxy.py", "test_a_certificate_that_is_not_trusted_is_told_as_such"),
    named("the proxy lets nothing through", "asker alone: what it answered, “, so IAM was asked nothing”",
          "0", "", "answered", "scenario/test_proxy.py", "test_a_proxy_that_refuses_is_told_as_such"),
    named("the collector of traces hangs or is away", f"{_CONFIRMED}; its spans are lost",
          "1", "paused", "called ended", "scenario/test_traces.py", "test_a_collector_that_is_away_holds_up_neither_a_pause_nor_the_end"),
)  # fmt: skip  # a row each
