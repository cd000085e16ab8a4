"""What else Slack can do, its deliveries and its WebSocket, each with a test of its own."""

from __future__ import annotations

from typing import Final

from tests.faults.row import named

_TROUBLE, _LASTING = "scenario/test_slack_trouble.py", "scenario/test_lasting_refusals.py"
_DELIVERIES, _SOCKET = "scenario/test_deliveries.py", "scenario/test_socket_mode.py"
_CONFIRMED: Final = "thread: “OMS confirmed it at”"

SAID_BY_SLACK: Final = (
    named("the bot is not in the channel, and is invited then", "asker alone: “/invite @oms-bot”, and a button that works then",
          "0", "not_posted", "ended", _TROUBLE, "test_outside_the_channel_the_asker_is_told_to_invite_the_bot"),
    named("Slack is down while the ending is due", f"{_CONFIRMED}; once, within a day",
          "1", "paused", "called ended", _TROUBLE, "test_slack_down_while_the_outcome_is_due"),
    named("Slack took a card and says that it did not", f"a second card; on the clicked one {_CONFIRMED}; on the other “Nothing was changed”",
          "1", "paused", "called ended", "scenario/test_twin_cards.py", "test_a_click_on_either_twin_counts_and_the_other_is_told_truly"),
    named("Slack does not confirm a card", "asker alone: “Slack hasn't confirmed my card about media-872”; a click on it works: “OMS confirmed it at”",
          "1", "paused", "called ended", "scenario/test_twin_cards.py", "test_the_asker_is_told_of_a_card_that_slack_does_not_confirm"),
    named("Slack took the ending, and the answer is lost", f"{_CONFIRMED}; a direct message: “Slack hasn't confirmed my post in the thread”",
          "1", "paused", "called ended", _TROUBLE, "test_a_post_whose_answer_was_lost_is_not_doubled"),
    named("the token is revoked after the click", "nobody, if the click's own address fails too: the record has what should have been told",
          "1", "paused", "ended undelivered", _TROUBLE, "test_with_a_revoked_token_the_audit_has_the_ending"),
    named("the card is deleted while it waits, and the same is asked again", "thread of the newer card: “OMS confirmed it at”",
          "1", "replaced paused", "called ended", _TROUBLE, "test_what_a_deleted_card_asked_can_be_asked_again"),
    named("Slack refuses for good to say who clicked", "thread: “Slack refuses to tell me who you are (invalid_auth)”, “So I didn't go on.”",
          "0", "failed", "decided ended", _TROUBLE, "test_when_slack_cannot_say_who_clicked_nothing_is_called"),
    named("Slack refuses for good to say who somebody is", "asker alone, and thread: “the app lacks the scope `users:read`”, “tell the bot's operator”; log, `check` and `/readyz` name it",
          "0", "failed", "answered ended", _LASTING, "test_whom_to_ask_is_told_and_nobody_is_sent_away_for_a_minute"),
    named("Slack refuses for good to take a card", "asker alone: “the app lacks the scope `chat:write`”, “tell the bot's operator”, without a button",
          "0", "not_posted", "ended", _LASTING, "test_a_card_that_slack_never_takes_is_told_with_whom_to_ask"),
    named("Slack refuses to say who is in a group of approvers", "asker alone: “the app lacks the scope `usergroups:read`”; those who are named still count: “OMS confirmed it at”",
          "1", "paused", "agreed called ended", "scenario/test_approvals.py", "test_without_the_scope_for_groups_the_cause_is_told_and_named_approvers_still_count"),
    named("Slack takes cards only later", "others are answered meanwhile: “task is migrating”",
          "0", "", "shown", _TROUBLE, "test_cards_that_slack_takes_later_keep_nobody_waiting"),
    named("Slack refuses a newer block, such as a table", "the same in its plain form, and only that for an hour",
          "0", "", "", "unit/slack/test_newer_blocks.py", "test_what_slack_does_not_take_is_sent_once_more_in_its_plain_form"),
    named("what is not Slack answers with a redirect", "`/readyz` names Slack; the token does not follow",
          "0", "", "", _TROUBLE, "test_a_redirect_is_not_followed_with_the_token"),
)  # fmt: skip  # a row each

DELIVERED: Final = (
    named("a click is delivered twenty times", _CONFIRMED, "1", "paused", "called ended",
          "scenario/test_pause.py", "test_twenty_fast_clicks_are_one_call"),
    named("a message is told of again because it was edited, or on two ways at once", f"one card; {_CONFIRMED}",
          "1", "paused", "called ended", "scenario/test_mentions.py", "test_an_edited_message_is_one_card"),
    named("a confirmation comes after a withdrawal that Slack is slow about", "thread: “<@U0ALICE> withdrew the request”; the other: “has already withdrawn this”",
          "0", "cancelled", "ended refused_click", "scenario/test_approvals.py", "test_a_cancellation_and_a_confirmation_after_it_are_decided_in_that_order"),
    named("a reason was typed while the bot was restarted", "thread: “Reason: customers upload until 6”",
          "0", "cancelled", "ended", "scenario/test_declining.py", "test_after_a_restart_the_modal_that_was_open_still_counts"),
    named("a click names another workspace of the organisation, the organisation, or none", _CONFIRMED,
          "1", "paused", "called ended", "scenario/test_organisations.py", "test_whatever_a_click_names_of_the_organisation_it_is_the_same_person"),
    named("what nobody listens to", "nobody: acknowledged and counted",
          "0", "", "", _DELIVERIES, "test_what_nobody_listens_to_is_acknowledged_counted_and_left"),
    named("whoever has the signing secret sends other shapes than Slack", "whoever sends it: 400",
          "0", "", "", _DELIVERIES, "test_no_shape_is_a_fault_of_ours"),
    named("a `response_url` leads elsewhere", "asker alone, another way: “There is no such task”",
          "0", "", "answered", _DELIVERIES, "test_a_response_url_elsewhere_is_not_called"),
)  # fmt: skip  # a row each

_STEP: Final = "scenario/test_workflow_builder.py"

AS_A_STEP: Final = (
    named("Slack does not take how a workflow's step ended, or its answer is lost", "the step: that it ended, within a day",
          "1", "paused", "called ended", _STEP, "test_slack_is_told_when_it_takes_it"),
    named("killed between an ending and telling it to a workflow's step", f"the step: that it ended, after the start; {_CONFIRMED}",
          "1", "paused already_paused", "called ended", _STEP, "test_a_kill_between_the_ending_and_its_telling_loses_nothing"),
    named("the event that runs a workflow's step comes again", "one card, one proposal, one ending",
          "0", "", "shown proposed", _STEP, "test_an_event_that_slack_repeats_is_one_run"),
    named("what runs a workflow's step is malformed", "whoever sends it: 400",
          "0", "", "", _STEP, "test_what_is_no_run_is_refused"),
)  # fmt: skip  # a row each

BY_SOCKET: Final = (
    named("refused or cut while it is opened, at the start or later", "`/readyz`: “ServerDisconnectedError”; it connects as soon as it can",
          "0", "", "", _SOCKET, "test_a_slack_that_is_away_does_not_hold_up_the_start"),
    named("cut", "`/readyz`: “http_503” while it can't be opened anew; the gauge is 0",
          "0", "", "", _SOCKET, "test_readiness_and_gauge_are_true_to_a_socket_that_is_lost"),
    named("silent from the beginning", "nobody: given up, and opened anew",
          "0", "", "", "unit/slack/test_socket.py", "test_a_slack_that_takes_the_connection_and_says_nothing_is_not_waited_for"),
    named("silent later: nothing comes any more, not even an answer to a ping", "nobody: given up, and opened anew; commands are heard again",
          "0", "", "", "unit/slack/test_socket.py", "test_a_connection_that_falls_silent_is_replaced"),
    named("Slack announces that it will close it", "nobody: the next one is open before",
          "0", "", "", "unit/slack/test_socket.py", "test_the_next_connection_is_open_before_the_old_one_goes"),
    named("the app token is refused", "operator: one sentence, exit code 2",
          "0", "", "", "scenario/test_starting.py", "test_an_app_token_that_slack_refuses_ends_the_process_in_one_sentence"),
)  # fmt: skip  # a row each
