"""Installing the bot in a workspace, in Chinese. A page's words are not mrkdwn."""

from __future__ import annotations

from typing import Final

from bot.text.sentences_linking import PageMessage
from bot.text.sentences_setting_up import InstallingMessages, SettingUpSentences

_ASK_OPERATOR: Final = "如果您应当能使用此机器人，请把工作区 ID 发给运维人员：oms-bot.toml 中的 [installs]。"

_MESSAGES: Final = InstallingMessages(
    access_denied=PageMessage(
        "未安装", "请求在 Slack 中被拒绝。如果您的工作区只允许部分人安装应用，请联系他们。"
    ),
    invalid_browser=PageMessage(
        "此页面只能使用一次",
        "如果刚才已提示安装完成，则一切正常。否则没有安装：安装是在另一个浏览器或窗口中开始的，或此浏览器不保存 Cookie。",
    ),
    invalid_state=PageMessage(
        "此次安装已结束", "它此前已完成，或开始于 {minutes} 分钟之前。刚才没有安装任何内容。"
    ),
    not_confirmed=PageMessage(
        "Slack 没有确认安装", "没有安装任何内容。请重新开始；如果仍然失败，请联系机器人的运维人员。"
    ),
    storage_error=PageMessage(
        "安装信息无法保存", "Slack 已同意，但机器人无法保存所需内容。请先联系机器人的运维人员，再重新开始。"
    ),
    unavailable=PageMessage("机器人目前无法处理", "它的数据库没有响应。没有安装任何内容。请一分钟后重试。"),
    closed=PageMessage(
        "此机器人不开放安装",
        "运维人员没有指定可安装的工作区：oms-bot.toml 中的 [installs]。没有安装任何内容。",
    ),
    not_invited=PageMessage(
        "此工作区不能安装此机器人",
        f"运维人员没有指定此工作区。没有保存任何内容，并已交还 Slack 的令牌。{_ASK_OPERATOR}",
    ),
    too_many=PageMessage("请求过多", "请等几分钟，再重新开始。"),
)

SETTING_UP: Final = SettingUpSentences(
    messages=_MESSAGES,
    begin=PageMessage(
        "把 oms-bot 添加到 Slack",
        "它在频道中暂停华为云对象存储迁移任务，每次都以发起人的身份、用发起人自己的权限执行。它只向 Slack 申请以下权限：",
    ),
    scopes={
        "commands": "斜杠命令 /oms",
        "chat:write": "发送卡片、在其消息列中回复，以及仅您可见的答复",
        "users:read": "确认点击者仍是正式的在职成员，以及其使用的语言",
        "app_mentions:read": "@oms-bot pause …，与斜杠命令不同，可在消息列中输入",
    },
    choose="在 Slack 中选择工作区",
    begin_again="重新开始",
    open_slack="打开 Slack",
    installed=PageMessage("oms-bot 已安装到 {workspace}", "接下来，在 Slack 中："),
    installed_org_wide=PageMessage(
        "oms-bot 已为 {workspace} 安装", "现在由组织管理员把它添加到需要的各个工作区。之后："
    ),
    your_workspace="您的工作区",
    next_invite="在处理故障的频道中输入",
    next_link="让机器人以您本人的 IAM 凭证、以您的身份执行操作",
    next_help="显示它能做什么",
    not_installed="此工作区没有安装 oms-bot，或已被移除。没有执行任何操作。有权安装应用的人可以添加： <{url}|安装 oms-bot>",
    not_invited="此机器人的运维人员没有把您的工作区列为可使用的工作区。没有执行任何操作。" + _ASK_OPERATOR,
    not_looked_up="刚才无法查询此工作区的安装信息。没有执行任何操作。请重试。",
)
