"""The tables of the bot's own. The durable workflows keep theirs beside them, in the same database."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

# One row for each card: what was asked, where it stands, how it ended. The workflows decide; this is what
# a click is checked against, and what people and metrics look things up in.
operations = sa.Table(
    "operations",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("team_id", sa.String(32), nullable=False),
    sa.Column("user_id", sa.String(32), nullable=False),
    sa.Column("channel_id", sa.String(32), nullable=False),
    sa.Column("message_ts", sa.String(32)),  # NULL until Slack has told it
    # Whether a crash made a second, equal card possible.
    sa.Column("reposted", sa.Boolean, nullable=False, default=False),
    sa.Column("project", sa.String(64), nullable=False),
    sa.Column("task_id", sa.String(64), nullable=False),
    sa.Column("card", sa.JSON, nullable=False),  # what the person was shown
    sa.Column("asked_at", sa.Float, nullable=False),
    sa.Column("expires_at", sa.Float, nullable=False),
    sa.Column("ending", sa.String(32)),
    sa.Column("ended_at", sa.Float),
    sa.Column("thread_ts", sa.String(32)),  # the thread it was asked in; NULL in the channel itself
    sa.Column("verb", sa.String(16), nullable=False, server_default="pause"),
    sa.Column("targets", sa.JSON),  # all that is acted on; NULL: `task_id` alone
    # The operation that it was planned with; NULL: somebody asked for it.
    sa.Column("follows", sa.String(64)),
    # What waits for its end besides people; see `bot.conversation.runs`.
    sa.Column("awaited_by", sa.String(64)),
)
sa.Index("operations_history", operations.c.project, operations.c.asked_at)
sa.Index("operations_open", operations.c.ended_at, sqlite_where=operations.c.ended_at.is_(None))
sa.Index(
    "operations_ended",
    operations.c.ended_at,
    sqlite_where=operations.c.ended_at.is_not(None),
    postgresql_where=operations.c.ended_at.is_not(None),
)

# Who has agreed to an operation that takes more than its requester.
approvals = sa.Table(
    "approvals",
    metadata,
    sa.Column("operation_id", sa.String(64), primary_key=True),
    sa.Column("user_id", sa.String(32), primary_key=True),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("seal", sa.String(100)),  # proves that this bot wrote it; NULL without a key
)

# What is to be said or done later, and when; see `bot.conversation.due`. A row goes when its work is begun.
due = sa.Table(
    "due",
    metadata,
    sa.Column("id", sa.String(200), primary_key=True),  # also the name of the workflow that it begins
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("operation_id", sa.String(64), nullable=False),
    sa.Column("target", sa.String(64), nullable=False),
    sa.Column("at", sa.Float, nullable=False),
)
sa.Index("due_at", due.c.at)

# The cards that somebody has asked for lately, so that they can be counted before they are posted.
card_requests = sa.Table(
    "card_requests",
    metadata,
    sa.Column("operation_id", sa.String(64), primary_key=True),
    sa.Column("user_id", sa.String(32), nullable=False),
    sa.Column("at", sa.Float, nullable=False),
)
sa.Index("card_requests_person", card_requests.c.user_id)

# Projects in which nothing may be resumed or sped up: one row each time, named after the request.
freezes = sa.Table(
    "freezes",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("project_id", sa.String(1024), nullable=False),  # Huawei Cloud's, which any alias may name
    sa.Column("project", sa.String(64), nullable=False),  # the alias that was typed
    sa.Column("team_id", sa.String(32), nullable=False),
    sa.Column("user_id", sa.String(32), nullable=False),
    sa.Column("reason", sa.String(255), nullable=False),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("lifted_at", sa.Float),  # NULL while it lasts
    sa.Column("lifted_by", sa.String(32)),
    sa.Column("lifted_in", sa.String(32)),  # the workspace
    sa.Column("lifting", sa.String(64)),  # the request that lifted it
)
# One at a time for each project.
sa.Index(
    "freezes_lasting",
    freezes.c.project_id,
    unique=True,
    sqlite_where=freezes.c.lifted_at.is_(None),
    postgresql_where=freezes.c.lifted_at.is_(None),
)

# Append-only and hash-chained; see `bot.audit`.
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("key", sa.String(160), nullable=False, unique=True),  # an event repeated by a crash is one row
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("event", sa.String(32), nullable=False),
    sa.Column("operation", sa.String(64), nullable=False),
    sa.Column("details", sa.Text, nullable=False),  # canonical JSON
    sa.Column("previous_hash", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)

sa.Index("audit_operation", audit.c.operation)

# How far the chain reaches, so that rows cut off its end are missed.
audit_head = sa.Table(
    "audit_head",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)

# What was proposed lately, and where it stands: what is repeated writes on the same message; see `bot.proposals.board`.
proposals = sa.Table(
    "proposals",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),  # a hash of by whom, where and what
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("message_ts", sa.String(32)),  # NULL while it is being posted
    sa.Column("times", sa.Integer, nullable=False),
    sa.Column("first_at", sa.Float, nullable=False),
    sa.Column("last_at", sa.Float, nullable=False),
    sa.Column("resolved_at", sa.Float),
)

# Runs of a workflow's step in Slack that wait for a proposal's review; see `bot.conversation.reviews`.
reviews = sa.Table(
    "reviews",
    metadata,
    sa.Column("run", sa.String(64), primary_key=True),  # Slack's function_execution_id
    sa.Column("team_id", sa.String(32), nullable=False),
    sa.Column("proposal", sa.String(64), nullable=False),
)
sa.Index("reviews_proposal", reviews.c.proposal)

# What has come lately and may not come again, or not too often; see `bot.store.recent`.
recent = sa.Table(
    "recent",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),  # a hash of what it is
    sa.Column("times", sa.Integer, nullable=False),
    sa.Column("until", sa.Float, nullable=False),
)
sa.Index("recent_until", recent.c.until)

# The row that readiness writes, to prove that rows can be written; see `bot.store.database.ping`.
proof = sa.Table(
    "proof",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.Float, nullable=False),
)

# Which IAM identity a Slack user has linked; see `bot.identity.vault`. One for each person.
links = sa.Table(
    "links",
    metadata,
    sa.Column("team_id", sa.String(32), primary_key=True),
    sa.Column("user_id", sa.String(32), primary_key=True),
    sa.Column("link_id", sa.String(32), nullable=False),  # new each time, so that a replaced link is noticed
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("principal", sa.String(400), nullable=False),
    sa.Column("projects", sa.JSON, nullable=False),  # aliases that could be read when it was verified
    sa.Column("verified_at", sa.Float, nullable=False),
    sa.Column("disabled", sa.String(64)),  # why; NULL while it may be used
    sa.Column("key_id", sa.String(16)),  # which key of the ring opens `sealed`
    sa.Column("sealed", sa.LargeBinary),  # the credential, encrypted; NULL once the link is disabled
    # IAM's id of the user, where it told.
    sa.Column("owner", sa.String(64), nullable=False, server_default=""),
)
sa.Index("links_key", links.c.key_id)

# One-time URLs of the linking page. The URL's secret is kept as a hash only.
link_tokens = sa.Table(
    "link_tokens",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("team_id", sa.String(32), nullable=False),
    sa.Column("user_id", sa.String(32), nullable=False),
    sa.Column("name", sa.String(100), nullable=False),  # how the page addresses the person
    sa.Column("expires_at", sa.Float, nullable=False),
    sa.Column("used_at", sa.Float),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("tried_at", sa.Float),
    # A hash of what the browser holds in which the person signed in with Slack.
    sa.Column("signed_in", sa.String(64)),
    sa.Column("locale", sa.String(20)),  # in which the person uses Slack
)
sa.Index("link_tokens_person", link_tokens.c.team_id, link_tokens.c.user_id)

# Which secrets IAM has refused or accepted lately, by keyed hashes; see `bot.identity.tries`.
login_tries = sa.Table(
    "login_tries",
    metadata,
    sa.Column("secret_hash", sa.String(64), primary_key=True),  # of whom it belongs to and the secret itself
    sa.Column("identity_hash", sa.String(64), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),  # uses that IAM may count as failures
    sa.Column("tried_at", sa.Float, nullable=False),  # the last of them
    sa.Column("code", sa.String(32)),  # Huawei's, of a refusal
)
sa.Index("login_tries_identity", login_tries.c.identity_hash)

# The watches of tasks: where each is shown, and what was seen; see `bot.conversation.watches`.
watches = sa.Table(
    "watches",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("team_id", sa.String(32), nullable=False),
    sa.Column("user_id", sa.String(32), nullable=False),
    sa.Column("channel_id", sa.String(32), nullable=False),
    sa.Column("project", sa.String(64), nullable=False),
    sa.Column("task_id", sa.String(1100), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("locale", sa.String(20), nullable=False),
    # Under which workspace the reader's identity was found.
    sa.Column("found_in", sa.String(32), nullable=False),
    sa.Column("begun_at", sa.Float, nullable=False),
    sa.Column("until", sa.Float, nullable=False),
    sa.Column("thread_ts", sa.String(32)),
    sa.Column("message_ts", sa.String(32)),  # NULL until Slack has told it
    sa.Column("samples", sa.JSON, nullable=False),
    sa.Column("over", sa.String(16)),  # how it ended; NULL while it goes on
    sa.Column("over_at", sa.Float),
    sa.Column("stopped_by", sa.String(32)),
)
sa.Index("watches_channel", watches.c.team_id, watches.c.channel_id)
