"""Why a person may not do something, and what they can do instead, in Chinese."""

from __future__ import annotations

from typing import Final

from bot.text.sentences import RefusalSentences

REFUSALS: Final = RefusalSentences(
    not_requester="只有 {person} 可以答复此请求。",
    deleted="您的 Slack 账号已停用。",
    bot="只有真人可以执行此操作，应用不可以。",
    guest="访客不能执行此操作，请联系工作区的正式成员。",
    stranger="只有此工作区的成员可以执行此操作；Slack 显示您属于其他工作区。",
    not_linked="我没有您的 IAM 凭证，而我只以您本人的身份执行操作。请先用 `/oms link` 关联，再重试。",
    project_gone="项目 {project} 已不在我的配置中。请联系机器人的运维人员。",
    wrong_channel="此频道中不能使用项目 {project}。请到为其配置的频道中使用。",
    other_card="这不是发起请求的那张卡片，请在原卡片上答复。",
    own_approval="需要其他人同意；您不能审批自己的请求。",
    not_approver="您不在可审批此请求的人员之列。请求由 {person} 发起。",
    approver_gone="{person} 曾表示同意，但现已无权审批。",
    relinked="卡片显示之后，我代您使用的 IAM 身份已变更。请重新发起请求。",
    unproved="无法证明该决定是在这里作出的：数据库中的记录被改动，或产生于启用密钥之前。请重新发起请求，并告知机器人的运维人员。",
    settings_changed="卡片显示之后，项目 {project} 的配置已变更。请重新发起请求。",
    same_identity="需要两个人同意，而这里是同一个人：发起人或已同意者的 Slack 账号对应同一个 IAM 身份。必须由其他人审批。",
    too_many="您刚才的请求过于频繁。请稍等一分钟再试。",
    too_late="由于机器人或其数据库中断，点击后过了很久才能继续，我不再认为这仍是您现在想要的。如仍需要，请重新发起请求。",
    expired="答复时间已过。",
    unknown_card="我已不认识这张卡片。",
    ask_again="请用 {usage} 重新发起请求。",
    confirmed_before="{who} 已确认此请求，请看卡片。",
    cancelled_before="{who} 已取消此请求；未执行任何操作。",
    over="答复时间已过；未执行任何操作。",
)
