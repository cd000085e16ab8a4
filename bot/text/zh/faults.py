"""What Huawei Cloud, Slack or the way to them refused, in Chinese. Each is a sentence, and what to do next another."""

from __future__ import annotations

from typing import Final

from bot.text.sentences import Cause, FaultSentences

FAULTS: Final = FaultSentences(
    request="请求 ID {request_id}",
    said="返回信息：“{message}”。",
    who_you_are="您是谁",
    who_is_in_group="审批用户组中有哪些人",
    lacks_scope="Slack 不允许我查询{what}：应用缺少权限 `{scope}` 。",
    knows_nobody="Slack 在此工作区中查不到您的 ID（{error}）。",
    does_not_say="Slack 的应答没有说明{what}。",
    refuses_to_tell="Slack 拒绝告诉我{what}（{error}）。",
    no_reason="未说明原因",
    slack=Cause(what="Slack 没有告诉我您是谁，因此我没有继续。", next="请一分钟后重试。"),
    slack_group=Cause(what="Slack 没有告诉我谁可以审批，因此我没有继续。", next="请一分钟后重试。"),
    slack_refused=Cause(what="因此我没有继续。", next="重试无济于事，请联系机器人的运维人员。"),
    database=Cause(what="机器人的数据库目前不可用，因此没有向 OMS 发出任何请求。", next="请一分钟后重试。"),
    vault=Cause(what="目前无法读取已保存的凭证，因此我不知道该以谁的身份执行。", next="请一分钟后重试。"),
    project_gone=Cause(what="项目 {project} 已不在我的配置中。", next="请联系机器人的运维人员。"),
    link=Cause(
        what="您关联的凭证无法解密，因此我不知道该以谁的身份执行。",
        next="请联系机器人的运维人员：缺少密钥，或数据被改动，日志中有说明。",
    ),
    unlinked=Cause(what="{principal} 的凭证已解除关联。", next="请用 `/oms link` 重新关联。"),
    interrupted=Cause(what="机器人中途重启，未能继续。", next="请查看任务，再次发起。"),
    own=Cause(what="机器人内部出现故障。", next="请把下面的编号告知机器人的运维人员。"),
    token_expired=Cause(
        what="{where} 不接受 {principal} 的 Token，新签发的也不接受。凭证本身并未被拒绝，不会导致锁定。",
        next="请一分钟后重试。",
    ),
    credential_rejected=Cause(
        what="{where} 不接受 {principal} 的凭证。IAM 会在几次失败后锁定用户，因此我不会再次发送。",
        next="请用 `/oms link` 更新；如写在配置中，请联系机器人的运维人员。",
    ),
    key_rejected=Cause(
        what="{where} 不接受 {principal} 的凭证。华为云会在几次失败后将其锁定，因此一小时内我不会再次发送。",
        next="请检查凭证，再用 `/oms link` 更新；如写在配置中，请联系机器人的运维人员。",
    ),
    not_sent_again=Cause(
        what="{principal} 的凭证此前已被拒绝，因此我没有再次发送：华为云会在几次失败后锁定用户。",
        next="请用 `/oms link` 更新；如写在配置中，请联系机器人的运维人员。",
    ),
    tries_used_up=Cause(
        what="15 分钟内 {principal} 的错误密码或密钥已尝试过多次，为避免 IAM 锁定用户，这次没有发送。",
        next="请 15 分钟后重试。",
    ),
    signature_expired=Cause(what="机器人服务器的时钟误差超过 15 分钟。", next="请联系机器人的运维人员。"),
    account_locked=Cause(
        what="{principal} 失败次数过多，已被 IAM 锁定。",
        next="锁定会自动解除，通常在 15 分钟内。",
    ),
    account_blocked=Cause(what="该华为云账号已被限制或冻结。", next="请由账号所有者处理。"),
    throttled=Cause(what="{where} 收到的请求过多。", next="请一分钟后重试。"),
    service=Cause(what="{where} 自身出现故障。", next="请一分钟后重试。"),
    unreachable=Cause(what="无法连接 {where}，没有向它发出任何请求。", next="请一分钟后重试。"),
    proxy_refused=Cause(
        what="代理未放行（{why}），没有向 {where} 发出任何请求。", next="请联系机器人的运维人员，之后重试。"
    ),
    answer_too_long_iam=Cause(
        what="IAM 返回的内容超出了 OMS 可接受的长度：{why}。", next="请改为关联访问密钥（AK/SK）。"
    ),
    answer_too_long=Cause(
        what="返回的内容比 OMS 的任何应答都长：{why}。", next="请机器人的运维人员检查终端节点（Endpoint）。"
    ),
    answer_lost=Cause(what="请求发出后 {where} 没有应答。", next="请一分钟后重试。"),
    unexpected_answer=Cause(
        what="应答的不是 {where}，可能是代理或登录页面。", next="请机器人的运维人员检查终端节点（Endpoint）。"
    ),
    denied_by_iam=Cause(
        what="IAM 不允许 {principal} 操作项目 {project}。", next="请向 IAM 管理员申请，再重试。"
    ),
    denied=Cause(
        what="{principal} 在项目 {project} 中缺少权限 `{permission}` 。",
        next="请向 IAM 管理员申请该权限，再重试。",
    ),
    not_found_iam=Cause(
        what="IAM 中没有该项目或委托。", next="请机器人的运维人员检查项目 {project} 的配置。"
    ),
    not_found=Cause(what="项目 {project} 中没有该{kind}。", next="{command} 可列出迁移中的任务。"),
    wrong_state=Cause(what="任务当前状态不允许此操作。", next=""),
    refused=Cause(what="{where} 拒绝了请求。", next=""),
)
