"""What Huawei Cloud, Slack or the way to them refused, in Chinese. Each may stand after a colon."""

from __future__ import annotations

from typing import Final

from bot.text.sentences import FaultSentences

FAULTS: Final = FaultSentences(
    request="请求 ID {request_id}",
    said="返回信息：“{message}”。",
    slack="Slack 没有告诉我您是谁，因此我没有向 OMS 发起任何请求。请一分钟后重试。",
    slack_group="Slack 没有告诉我谁可以审批，因此我没有向 OMS 发起任何请求。请一分钟后重试。",
    who_you_are="您是谁",
    who_is_in_group="审批用户组中有哪些人",
    lacks_scope="Slack 不允许我查询{what}：应用缺少权限 `{scope}` 。",
    knows_nobody="Slack 在此工作区中查不到您的 ID（{error}）。",
    does_not_say="Slack 的应答没有说明{what}。",
    refuses_to_tell="Slack 拒绝告诉我{what}（{error}）。",
    no_reason="未说明原因",
    nothing_asked="我没有向 OMS 发起任何请求。重试无济于事，请联系机器人的运维人员。",
    database="机器人的数据库目前不可用，因此我没有向 OMS 发起任何请求。请一分钟后重试。",
    vault="目前无法读取已保存的凭证，因此我不知道该以谁的身份执行。请一分钟后重试。",
    project_gone="项目 {project} 已不在我的配置中。",
    link="您关联的凭证无法解密，因此我不知道该以谁的身份执行。机器人的运维人员可在日志中查到原因：缺少密钥，或数据被改动。",
    unlinked="{principal} 的凭证已解除关联。",
    interrupted="执行过程中我被重新启动，无法继续。",
    own="机器人自身出现故障，详情见其日志。请联系机器人的运维人员。",
    token_expired="{where} 不接受 {principal} 的 Token，连 IAM 刚签发的也不接受{code}。凭证本身并未被拒绝，不会导致锁定；请一分钟后再次发起请求。",
    credential_rejected="{where} 不接受 {principal} 的凭证{code}。IAM 会在几次失败后锁定用户，因此我不会再试；请更新凭证。",
    key_rejected="{where} 不接受 {principal} 的凭证{code}。华为云会在几次失败后锁定访问密钥，因此被拒绝的密钥在一小时内不会再次使用；请检查凭证。",
    not_sent_again="{principal} 的凭证此前已被拒绝{code}，因此我没有再次发送：华为云会在几次失败后锁定用户。请更新凭证。",
    tries_used_up="15 分钟内已尝试过太多次 {principal} 的错误密钥或密码，为避免 IAM 将其锁定，这次没有发送。请 15 分钟后重试。",
    signature_expired="机器人所在主机的时钟误差超过 15 分钟{code}。请由机器人的运维人员校准。",
    account_locked="{principal} 失败次数过多，已被 IAM 锁定{code}。锁定会自动解除，通常在 15 分钟内。",
    account_blocked="该华为云账号已被限制或冻结{code}。请由账号所有者处理。",
    throttled="{where} 收到的请求过多{code}。请一分钟后重试。",
    service="{where} 自身出现故障{code}。请一分钟后重试。",
    unreachable="无法连接 {where}，因此没有向它发起任何请求{code}。请一分钟后重试。",
    proxy_refused="代理未放行（{why}），因此没有向 {where} 发起任何请求{code}。请机器人的运维人员排查后再重试。",
    answer_too_long_iam="IAM 返回的内容超出了 OMS 可接受的长度{code}：{why}。改用访问密钥（AK/SK）代替密码即可。",
    answer_too_long="返回的内容比 OMS 的任何应答都长{code}：{why}。请检查终端节点（Endpoint）。",
    answer_lost="请求发出后连接中断或超时{code}。",
    unexpected_answer="应答的不是 {where}，而是重定向、网页或其他内容{code}。请检查终端节点（Endpoint）。",
    denied_by_iam="IAM 不允许 {principal} 操作项目 {project}{code}。请先申请授权，再重试。",
    denied="{principal} 无权在项目 {project} 中执行此操作。{permission}{code}。请先申请授权，再重试。",
    not_found_iam="IAM 中没有该项目或委托{code}。请检查项目 {project} 的配置。",
    not_found="项目 {project} 中没有该任务{code}。可用 {command} 列出迁移中的任务。",
    wrong_state="任务当前状态不允许此操作{code}。",
    refused="{where} 拒绝了请求{code}。",
)
