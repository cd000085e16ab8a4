"""The database, replicas, links and keys: each with a test of its own."""

from __future__ import annotations

from typing import Final

from tests.faults.row import named

_STORE, _REPLICAS, _LINKING = (
    "scenario/test_store_trouble.py",
    "scenario/test_replicas.py",
    "scenario/test_linking.py",
)
_CUT_OFF, _FAILOVER = "scenario/test_cut_off.py", "unit/test_failover.py"
_GONE, _HERE = "scenario/test_database_gone.py", "scenario/test_store_refusing.py"
_EVENTS, _VAULT = "unit/identity/test_identity_link_events.py", "scenario/test_hashicorp.py"
_CONFIRMED: Final = "thread: “OMS confirmed it at”"
_NOT_RECORDED: Final = "asker alone: “I couldn't record your request”"

STORED: Final = (
    named("locked by somebody else, read-only, or gone, for a while, after the click", f"{_CONFIRMED}, when it works again", "1", "paused", "called ended",
          _HERE, "test_what_the_database_held_up_is_finished_when_it_works_again"),
    named("full for a while, after the click", f"{_CONFIRMED}, when there is room", "1", "paused", "called ended",
          _STORE, "test_what_a_full_disk_held_up_is_finished_without_a_restart"),
    named("locked, read-only, or gone, when a command comes", f"{_NOT_RECORDED}; `/readyz` is 503", "0", "", "",
          _HERE, "test_a_command_that_can_not_be_recorded_is_said_to_be_lost"),
    named("its file is deleted, and put back", "nobody: nothing is written into what has no name any more", "0", "", "",
          "unit/store/test_store_faults.py", "test_a_file_that_is_deleted_takes_nothing_more"),
    named("full", "`/readyz` is 503", "0", "", "", "scenario/test_health.py", "test_a_full_disk_is_not_ready"),
    named("full, after the click, for longer than what was read is fresh", "thread: “OMS confirmed it at”, or “paused before” if it was meanwhile: it is read again",
          "1 or 0", "paused already_paused", "ended", _STORE, "test_no_call_is_made_on_what_was_read_long_before"),
    named("full, after the click, for longer than an answer is waited for", "thread: “Nothing was changed”, “long after the click”",
          "0", "refused", "ended", _STORE, "test_a_click_of_long_ago_is_no_wish_of_now"),
    named("PostgreSQL is gone when OMS answers, for three seconds or as long as one likes", f"{_CONFIRMED}; what it answered is recorded when the database is back",
          "1", "paused", "called ended", "scenario/test_calls_on_record.py", "test_what_oms_answered_while_the_database_was_away_is_kept"),
    named("PostgreSQL is gone for 30 s: before an ask, between card and click", "asker alone: “I couldn't record your request in time”; the card waits on, and a click afterwards works: “OMS confirmed it at”; `/readyz` is 503, and 200 as soon as it is back",
          "0; afterwards 1", "paused", "called ended", _GONE, "test_gone_for_half_a_minute_it_takes_nothing_along"),
    named("PostgreSQL is gone for 30 s: between the call and the ending", f"{_CONFIRMED}, when it is back; once",
          "1", "paused", "called ended", _GONE, "test_gone_for_half_a_minute_it_takes_nothing_along"),
    named("PostgreSQL is back, and what hung meanwhile is not tried again yet", "the card of the next command, at once",
          "0", "", "shown", _GONE, "test_what_comes_later_does_not_wait_for_what_is_tried_again"),
    named("its file is deleted: what an operator's machines see", "`/healthz` is 200, `/readyz` 503", "0", "", "",
          "scenario/test_health.py", "test_without_its_database_the_bot_is_alive_but_not_ready"),
    named("PostgreSQL goes silent", f"`/readyz` says so; {_CONFIRMED}, afterwards", "1", "paused", "called ended",
          _REPLICAS, "test_silent_connections_hold_nobody_up_for_long"),
    named("somebody looks into the SQLite file beside the bot", "nobody: the bot keeps its locks on it", "0", "", "",
          "unit/store/test_store_faults.py", "test_who_looks_into_the_file_from_outside_takes_nothing_away"),
)  # fmt: skip  # a row each

SEVERAL: Final = (
    named("one of several replicas dies", _CONFIRMED, "1", "paused", "called ended",
          _REPLICAS, "test_another_replica_finishes_a_dead_ones_conversation"),
    named("a live replica loses its lock's session once, in the middle of its call", _CONFIRMED, "1", "paused", "called ended",
          _REPLICAS, "test_a_live_replica_that_loses_its_lock_once_is_not_taken_for_dead"),
    named("a replica is cut off from its database in the middle, in silence, in one direction or in both", f"{_CONFIRMED}, by another one", "1", "paused", "called ended",
          _CUT_OFF, "test_replicas_whose_connections_carry_nothing_do_nothing_that_another_does"),
    named("a replica stands still for half a minute (its machine, `SIGSTOP`), and goes on", f"{_CONFIRMED}, by another one, and nothing again", "1", "paused", "called ended",
          _CUT_OFF, "test_a_replica_that_was_stopped_for_half_a_minute_does_nothing_that_another_has_done"),
    named("another of its name is started while a replica stands still", f"{_CONFIRMED}, by the newer; the older's `/readyz` is 503", "1", "paused", "called ended",
          _CUT_OFF, "test_one_that_stood_still_while_another_of_its_name_was_started_is_not_ready_any_more"),
    named("work is taken over between the last reading and the call", "nobody: whose it is, is proved when the request is sent", "0, whichever verb", "", "",
          "scenario/test_disowned.py", "test_what_was_taken_over_before_the_call_is_not_called"),
    named("a replica comes back while its work is being taken over", "nobody: it keeps it", "0 more", "", "",
          _FAILOVER, "test_one_that_comes_back_during_the_sweep_keeps_its_work"),
    named("who takes over stood still itself, or had no database, between two looks", "nobody: it begins to count anew", "0 more", "", "",
          _FAILOVER, "test_who_did_not_look_for_a_while_begins_to_count_anew"),
    named("the database restarts while work is being taken over", "nobody: nothing is half done, and the next look does it", "0 more", "", "",
          _FAILOVER, "test_a_database_that_restarts_in_the_middle_of_it_strands_nothing"),
    named("work stands as a replica's own, and does not run there", "nobody: it is begun again after a minute", "0 more", "", "",
          _FAILOVER, "test_what_stands_as_its_own_and_does_not_run_is_begun_again"),
    named("replicas are replaced one by one", f"each waiting card is answered where somebody lives; {_CONFIRMED}", "1", "paused", "called ended",
          "scenario/test_rolling_deploy.py", "test_no_waiting_card_is_lost"),
    named("a replica meets what a newer version beside it has stored", f"{_CONFIRMED}: it reads it, less what it does not know", "0 more", "paused", "ended",
          "histories/test_beside_a_newer.py", "test_what_a_newer_version_was_doing_is_finished_here"),
    named("a replica gets a click on a card of a verb that only a newer version beside it knows", "asker alone: “doesn't know this command yet. The card still works”; a click that reaches the newer one: “OMS shows the limit”",
          "1", "throttled", "refused_click called ended", "scenario/test_newer_verb.py", "test_a_click_on_a_card_that_this_replica_does_not_understand_uses_nothing_up"),
    named("a newer version has changed the schema while this one runs", f"{_CONFIRMED}; when it is started anew, operator: “a newer version of this bot has changed the database”", "1", "paused", "called ended",
          "histories/test_beside_a_newer.py", "test_the_schema_may_be_a_newer_versions_while_this_one_runs"),
    named("a second process on one SQLite file", "operator: “another oms-bot already runs on”", "0", "", "",
          _REPLICAS, "test_a_second_process_on_one_sqlite_file_is_refused"),
    named("the database is away for a moment while a start waits for the older process", "nobody: it goes on waiting", "0", "", "",
          "unit/store/test_presence.py", "test_a_database_that_is_away_for_a_moment_ends_nobodys_waiting"),
    named("a replica starts while another one makes the tables", "nobody: it starts", "0", "", "",
          _FAILOVER, "test_a_start_while_another_makes_the_tables_of_dbos_begins_nothing_yet"),
    named("a pooler gives each transaction another session, as PgBouncer's transaction mode does", "operator: “use its session mode”; `oms-bot check` has the same one", "0", "", "",
          "unit/store/test_pooler.py", "test_a_pooler_that_gives_each_transaction_another_session"),
    named("two replicas have one name", f"the newer waits for the older to end, 30 seconds at most; then {_CONFIRMED}, or operator: “another oms-bot already runs as”", "1", "paused", "called ended",
          _REPLICAS, "test_two_replicas_of_one_name_are_not_both_let_in"),
    named("killed and started again under the same name", _CONFIRMED, "1", "paused", "called ended",
          _REPLICAS, "test_the_same_name_starts_at_once_after_a_kill_and_goes_on"),
    named("replicas' clocks are minutes apart: an answer", "asker alone: “paused before”", "0", "", "answered",
          "scenario/test_clocks.py", "test_an_answer_comes_at_once_whatever_the_clock_of_who_was_asked"),
    named("replicas' clocks are minutes apart: an expiry", "thread: “Nobody answered within”", "0", "expired", "ended",
          "scenario/test_clocks.py", "test_a_card_expires_in_its_time_whatever_the_clock_of_who_posted_it"),
    named("the clock jumps by an hour, forth or back, after the click", f"{_CONFIRMED}; forth, before that *still pausing*", "1", "paused still_pausing", "called ended",
          "scenario/test_clocks.py", "test_a_clock_that_jumps_after_the_click_changes_no_ending"),
    named("the clock is an hour off while a card waits", f"whoever clicks: that Slack was refused (HTTP 401); when it is set right, {_CONFIRMED}", "1", "paused", "called ended",
          "scenario/test_clocks.py", "test_while_the_clock_is_an_hour_off_nothing_is_let_in_and_the_card_waits"),
)  # fmt: skip  # a row each

LINKED: Final = (
    named("other keys than the vault's", "operator: the start is refused in one sentence", "0", "", "",
          _LINKING, "test_another_key_refuses_the_start_in_one_sentence"),
    named("a link under a key that this replica was not given", "asker alone: “can't be opened”; log: “was not given the key to it”", "0", "", "answered",
          _LINKING, "test_a_link_whose_key_is_not_here_is_not_called_missing"),
    named("down while Slack told of a deactivated account", "nobody: the start finds it, and disables its link", "0", "", "link_disabled",
          _LINKING, "test_whoever_was_deactivated_while_the_bot_was_down_is_found_by_its_start"),
    named("down while a workspace of many removed it", "whoever writes there: “oms-bot is not installed in this workspace”", "0", "", "uninstalled",
          "scenario/test_installing.py", "test_a_workspace_that_uninstalled_while_the_bot_was_down_is_found_by_its_start"),
    named("Slack can't be asked about a token, limits, or answers anything else", "nobody: no installation and no link is touched", "0", "", "",
          "unit/slack/test_departures.py", "test_whatever_else_slack_answers_ends_no_installation"),
    named("the one configured token is refused", "nobody: no link is touched, as it may be mistyped", "0", "", "",
          "scenario/test_installing.py", "test_the_one_configured_token_being_refused_destroys_no_link"),
    named("the audit can't be written while somebody is linked", "whoever links: that it failed; an earlier link stays", "0", "", "",
          _EVENTS, "test_there_is_no_link_without_its_event"),
    named("the audit can't be written while somebody is unlinked or disabled", "whoever wanted it gone: that it stays", "0", "", "",
          _EVENTS, "test_no_link_goes_without_its_event"),
    named("the same at an operator's terminal", "operator: “✗ the database can't be used now (IntegrityError)”", "0", "", "",
          "unit/test_users.py", "test_a_link_that_can_not_be_recorded_is_not_made"),
    named("HashiCorp Vault is away", "asker alone, or thread: “The stored credentials can't be read right now”", "0", "failed", "answered ended",
          _VAULT, "test_a_vault_that_is_away_at_the_click_pauses_nothing"),
    named("HashiCorp Vault doesn't let the bot in", "operator: “check the token and its policy”", "0", "", "",
          _VAULT, "test_a_vault_that_does_not_let_the_bot_in_refuses_the_start"),
)  # fmt: skip  # a row each
