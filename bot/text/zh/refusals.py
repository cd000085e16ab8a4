"""Why a person may not do something, and what they can do instead, in Chinese."""

from __future__ import annotations

from typing import Final

from bot.text.sentences_refusals import RefusalSentences

REFUSALS: Final = RefusalSentences(
    not_requester="只有 {person} 可以确认此请求。",
    deleted="您的 Slack 账号已停用。",
    bot="只有真人可以执行此操作，应用不可以。",
    guest="访客不能执行此操作，请联系工作区的正式成员。",
    stranger="只有此工作区的成员可以执行此操作，而 Slack 显示您属于其他工作区。",
    not_linked="您尚未关联 IAM 凭证，而我只以您本人的凭证执行操作。请输入 `/oms link` 关联，再重试。",
    project_gone="项目 {project} 已不在我的配置中。请联系机器人的运维人员。",
    wrong_channel="此频道中不能使用项目 {project}。请到为其配置的频道中使用。",
    wrong_channel_named="此频道中不能使用项目 {project}。请到 {channels} 中使用。",
    other_card="这个按钮在旧的卡片上，请使用最新的卡片。",
    own_approval="您不能审批自己的请求，需要其他人同意。",
    not_approver="您不在审批人之列。请求由 {person} 发起。",
    approver_gone="{person} 曾表示同意，但已不再是审批人。请再次发起，由其他人审批。",
    relinked="卡片发出之后，您关联了另一个 IAM 凭证，因此卡片已失效。请再次发起。",
    unproved="无法证明该决定是在这里作出的：数据库中的记录被改动，或早于机器人的密钥。请再次发起，并告知机器人的运维人员。",
    settings_changed="卡片发出之后，项目 {project} 的配置已变更。请再次发起。",
    same_identity="需要两个人同意，而这些 Slack 账号使用同一个 IAM 身份。必须由其他人审批。",
    too_many="您一分钟内的请求过多。请等一分钟再发起。",
    too_late="点击之后，机器人或其数据库中断过久，因此我没有继续。如仍需要，请再次发起。",
    frozen="项目 {project} 已冻结，其中的任务不能恢复或提速。",
    changed="卡片发出后，将被替换的设置已有变化。我未做任何更改，请重新发起。",
    no_limits="OMS 不支持对同步任务限速，任务和任务组可以限速。",
    expired="此请求已过期。",
    unknown_card="这张卡片太旧了，请再次发起。",
    newer_verb="我正在更新，收到这次点击的部分还不认识此命令。卡片仍然有效，请一分钟后再次点击按钮。",
    ask_again="请用 {usage} 再次发起。",
    confirmed_before="{who} 已确认此请求，请看卡片。",
    withdrawn_before="{who} 已撤回此请求。未做任何更改。",
    kept_before="{who} 已选择保持暂停。",
    begun_before="时间已到，恢复已经开始，请看消息列。",
    replaced="您已再次发起，以较新的卡片为准。",
    taken_over="{who} 已接手此请求，以其卡片为准。",
    needs_approval="此操作未经审批不能执行。",
    too_early="现在单独执行还太早，其他人仍可审批；到时卡片上会出现该按钮。",
    approved_before="您已经同意过了。",
    over="此请求已过期。未做任何更改。",
)
