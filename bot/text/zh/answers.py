"""What is said to a command, and about messages that Slack did not take, in Chinese."""

from __future__ import annotations

from typing import Final

from bot.text.sentences_answers import AnswerSentences, PostSentences

ANSWERS: Final = AnswerSentences(
    help_head="*我以您的身份可以做的事：*",
    help_find="*查找*",
    help_act="*操作*",
    help_whom="*身份*",
    help_link="`/oms link`、`/oms unlink`、`/oms whoami` ：管理我代您使用的 IAM 凭证",
    help_itself="`/oms help` 显示此帮助",
    help_task="`&lt;任务&gt;` 为任务 ID 或完整的任务名称；也可以粘贴从控制台复制的链接。"
    "`group:&lt;ID&gt;` 为任务组，`sync:&lt;ID&gt;` 为同步任务；二者也可以用名称。",
    help_projects="项目：{projects}",
    help_example="例如： {command}",
    help_not_here="您的项目都不能在此频道中使用。",
    help_rest="此处不提供：{rest}。",
    help_elsewhere="{project}（仅限 {channels} ）",
    help_no_keys="`resume` （尚未为 {projects} 配置桶密钥）",
    help_approvers="`unfreeze` （仅限 {projects} 的批准人）",
    working="仍在处理中…",
    busy="未能及时记录您的请求。如果一分钟内这里没有任何内容，请再次发起。",
    unknown_verb="我不认识“{verb}”。请试试 {usage} ，或 `/oms help` 。",
    unknown_verb_meant="我不认识“{verb}”。您是不是想输入 {usage} ？",
    unknown_project="没有名为“{project}”的项目。",
    did_you_mean="您是不是想输入 {command} ？",
    known="项目：{projects} 。",
    which_project="哪个项目？ {usage} 。",
    task="&lt;任务&gt;",
    id="&lt;ID&gt;",
    no_such_task="项目 {project} 中没有名为“{name}”的{kind}。",
    lists_migrating="{command} 可列出迁移中的任务。",
    closest="最接近的有：{names}。",
    ambiguous="项目 {project} 中有 {number} 个任务名为“{name}”： {ids} 。请使用任务 ID： {command}",
    which_of_them="{project} 中有 {number} 个任务名为“{name}”。是哪一个？",
    asked_before="{who} 在 {ago}前已发起同样的请求。",
    only_they="只有其本人可以确认。",
    waits_for_approval="该请求正在等待批准。",
    asked_before_link="请看 <{url}|卡片> 。",
    own_fault="机器人内部出现故障。",
    own_fault_no_call="未做任何更改。",
    tell_operator="请把下面的编号告知机器人的运维人员。",
)

POSTS: Final = PostSentences(
    not_here="我无法在这里询问 {what}：{cause}",
    archived="此频道已归档，我无法在这里询问 {what}。请改用其他频道。",
    not_in_channel="我不在此频道中，无法在这里询问 {what}。请用 `/invite @oms-bot` 邀请我，再重试。",
    not_let="Slack 不允许我在这里发消息（{error}），因此我无法询问 {what}。",
    lacks_scope="Slack 不接受我的任何消息，因为应用缺少权限 `{scope}` 。重试无济于事，请联系机器人的运维人员。",
    refuses="Slack 拒绝我的消息（{error}）。重试无济于事，请联系机器人的运维人员。",
    not_confirmed="Slack 未能及时确认关于 {what} 的卡片。如果卡片仍然出现，以卡片内容为准；否则请再次发起请求。",
    in_doubt="Slack 尚未确认关于 {what} 的卡片。如果卡片出现，请在卡片上答复；如果一分钟内没有看到，请再次发起请求。",
    lost_thread="我无法在 {channel} 的消息列中回复。",
    unconfirmed_thread="Slack 尚未确认我在 {channel} 的消息列中的回复。",
    lost_ending="{project} 的结果：{ending}",
)
