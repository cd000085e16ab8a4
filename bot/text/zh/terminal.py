"""What is said at a terminal only, in Chinese."""

from __future__ import annotations

from typing import Final

from bot.text.sentences_terminal import TerminalSentences

TERMINAL: Final = TerminalSentences(
    not_audited="未记入机器人的审计：没有设置 DATABASE_URL。华为云自己的审计（CTS）有这次调用的记录。",
    needs_approval="{project} 需要他人批准，而批准在 Slack 中进行。请在那里发起：{command}",
    ends_by_itself="自动恢复需要届时仍在运行的机器人。请在 Slack 中发起：{command}",
    key_rejected="{where} 不接受 {principal} 的凭证。只发送了一次，不会再次发送：几次失败后华为云会锁定。",
    check_key="请先检查 CLOUD_SDK_AK 和 CLOUD_SDK_SK（或密码），再重试。",
    clock_is_off="本机时钟偏差超过 15 分钟。",
    set_clock="请校准时钟（NTP），然后重试。",
)
