"""Linking one's own credential, in Chinese: in Slack and on the linking page."""

from __future__ import annotations

from typing import Final

from bot.text.sentences_linking import (
    BadFieldSentences,
    CauseSentences,
    FieldWords,
    KindWords,
    LinkingSentences,
    PageMessage,
    PageMessages,
    PageSentences,
    PageWords,
)

_WORDS: Final = PageWords(
    title="关联您的 IAM 凭证",
    for_person="关联对象：{person}。",
    not_you="仅当您本人以此账号用 /oms link 打开了本页面时才继续。如果链接是别人发给您的，请关闭本页：对方可能会以您的凭证执行操作。",
    promise="机器人会加密保存凭证，只用于您要求它做的事，绝不显示。您可以随时用 /oms unlink 收回。",
    label="密钥名称（选填）",
    label_hint="仅当 IAM 不返回密钥所有者时显示。",
    submit="检查并关联",
    checked="检查方式是读取任务，不会暂停任何任务。",
    projects="项目",
    can_read="可以读取任务",
    pause_unknown="不实际暂停任务，就无法检查是否有暂停权限。暂停需要权限 oms:task:update，首次暂停时即可知道。",
    close="您可以关闭本页面。在 Slack 中，/oms whoami 会显示机器人代您使用的身份。",
    again="重新打开页面",
    sign_in="用 Slack 登录",
    sign_in_why="首先，由 Slack 确认正在使用此浏览器的就是您本人。机器人由此只得知您的 Slack ID 和名称，别无其他。",
)

_KINDS: Final = {
    "access_key": KindWords(
        tab="访问密钥",
        called="访问密钥",
        warning="连续约 5 次失败，华为云会锁定密钥 5 分钟，因此本页面只允许尝试 3 次。",
        fields={
            "access_key": FieldWords(label="Access Key ID（AK）", hint="", subject="Access Key ID（AK）"),
            "secret_key": FieldWords(
                label="Secret Access Key（SK）", hint="", subject="Secret Access Key（SK）"
            ),
        },
    ),
    "password": KindWords(
        tab="密码",
        called="密码",
        warning="连续约 5 次密码错误，IAM 会锁定用户，因此本页面只允许尝试 3 次。",
        fields={
            "domain": FieldWords(
                label="账号名", hint="即登录页上的 IAM 账号名（domain）。", subject="账号名"
            ),
            "username": FieldWords(label="IAM 用户名", hint="", subject="用户名"),
            "password": FieldWords(
                label="密码",
                hint="适用于允许编程访问且未启用 MFA 的 IAM 用户，不适用于华为账号（HUAWEI ID）。",
                subject="密码",
            ),
        },
    ),
    "agency": KindWords(tab="", called="委托", warning="", fields={}),
}

_MESSAGES: Final = PageMessages(
    gone=PageMessage(
        "此链接已失效", "它已被使用、已过期，或已被更新的链接取代。请在 Slack 中输入 /oms link 获取新链接。"
    ),
    no_tries=PageMessage(
        "尝试次数过多", "为避免 IAM 将您锁定，机器人不再尝试。请 15 分钟后在 Slack 中输入 /oms link。"
    ),
    held=PageMessage("未关联", "如果该身份只属于您一人，说明有人在使用您的凭证：请立即更换。"),
    stale=PageMessage(
        "此页面已过期", "您的浏览器没有送回本页面设置的 Cookie。请允许此地址使用 Cookie，再重试。"
    ),
    not_signed_in=PageMessage("您尚未登录", "Slack 没有确认您的身份。未关联任何凭证。"),
    another_account=PageMessage(
        "此页面属于他人",
        "您登录的 Slack 账号不是请求本页面的账号。您的凭证会被那个账号使用，因此没有关联。如果是别人把此地址发给您，请告知您的管理员。",
    ),
    too_many=PageMessage("请求过多", "请等几分钟，再打开链接。"),
    unavailable=PageMessage(
        "机器人目前无法处理", "无法访问保存关联信息的存储。请在 Slack 中输入 /oms whoami 查看您是否已关联。"
    ),
    bad_request=PageMessage("这不是本页面的表单", "请重新打开链接，使用页面上的表单。"),
)

_PAGE: Final = PageSentences(
    person="Slack 用户 {user_id}",
    person_called="Slack 用户 {user_id}（自称“{name}”）",
    open_until="本页面在 {at} 前有效，只能使用一次。",
    no_try_left="本页面已没有尝试机会。",
    one_try_left="还可以尝试 1 次。",
    tries_left="还可以尝试 {number} 次。",
    done="已关联",
    done_sentence="今后，您要求机器人做的事，它会以 {principal} 的身份执行。",
    nothing_readable="这是 {principal}，但它不能读取此机器人的任何项目。没有保存任何内容。",
    held_by_another="机器人已代另一个 Slack 账号（{user_id}）使用 {principal}，而一个 IAM 身份只能对应一个账号。双方均已收到通知。"
    "机器人的运维人员可以放行：oms-bot users link --allow-shared。",
    no_access="IAM 不允许访问此项目{code}。",
)

_BAD_FIELD: Final = BadFieldSentences(
    missing="请填写{name}。",
    too_long="{name}超出了允许的长度。",
    not_a_key="{name}中含有不可能出现的字符。请从凭证文件中重新复制。",
    control="{name}中含有无法键入的字符。请重新复制。",
)

_CAUSE: Final = CauseSentences(
    rejected="{where} 不接受此凭证{code}。它是否完整、是否仍在使用？",
    not_sent_again="华为云不久前刚拒绝过同一密钥或密码{code}，因此没有再次发送。它是否完整？",
    tries_used_up="过去 15 分钟内，此 IAM 身份的密钥或密码错误次数过多，也可能是他人在尝试。为避免 IAM 将其锁定，这次没有发送。请 15 分钟后重试。",
    locked="失败次数过多，{where} 已锁定此凭证{code}。锁定会自动解除，通常在 15 分钟内。",
    clock="机器人所在主机的时钟误差超过 15 分钟{code}。请联系机器人的运维人员。",
    denied="它无权读取任务{code}。读取需要权限 oms:task:list 和 oms:task:get。",
    not_found="对此凭证，{where} 中没有该项目{code}。",
    blocked="该华为云账号已被限制或冻结{code}。请由账号所有者处理。",
    not_asked="目前无法向 {where} 查询{code}。请一分钟后重试。",
    unusable="{where} 返回了我无法使用的应答{code}。请联系机器人的运维人员。",
)

LINKING: Final = LinkingSentences(
    words=_WORDS,
    kinds=_KINDS,
    messages=_MESSAGES,
    page=_PAGE,
    bad_field=_BAD_FIELD,
    cause=_CAUSE,
    offer="请在 10 分钟内打开 <{url}|关联您的 IAM 凭证> 。此地址只能使用一次，且仅供您本人使用：请勿转发。切勿在 Slack 中输入密钥或密码。",
    by_operator="此机器人没有关联页面，因为它没有公网地址或加密密钥。机器人的运维人员可以用 `oms-bot users link` 为您关联，输入密钥时不会显示。",
    secret_typed="您输入的内容像是密钥或密码，而 Slack 会保留输入的内容。我没有使用，也没有记录。"
    " *请立即在 IAM 控制台将其作废* ，新建一个，然后只输入 `/oms link` ，后面不要带任何内容。",
    linked="已关联：今后您要求我做的事，我会以 {principal} 的身份执行。",
    unnamed="IAM 没有说明密钥属于谁，此名称由您填写。",
    can_read="它可以读取 {projects}；能否暂停，首次暂停时即可知道。不是您本人？用 `/oms unlink` 收回。",
    replaced="您先前的关联已被取代。",
    unlinked="已解除关联：我已删除您的凭证。",
    nothing_linked="您没有已关联的凭证。",
    still_settings="根据运维人员的配置，您仍可以 {principal} 的身份执行操作。",
    pending="等待您答复的卡片已无法确认。",
    unlinked_before="我已执行过此 /oms unlink。如需解除此后的关联，请重新输入。",
    key_missing="您关联的凭证在这里无法解密：此机器人没有对应的密钥。请联系机器人的运维人员，日志中有密钥的 ID。",
    damaged="您关联的凭证无法解密。请用 `/oms link` 重新关联，并告知机器人的运维人员。",
    disabled="{principal} 曾经关联，但我已不能再使用。请用 `/oms link` 重新关联。",
    acts_by_operator="您以 {principal}（{kind}）的身份执行操作，由机器人的运维人员配置。",
    acts_by_link="您以 {principal}（{kind}，由您本人关联）的身份执行操作，可读取 {projects}。",
    acts_by_link_checked="您以 {principal}（{kind}，由您本人关联，{at} 检查过）的身份执行操作，可读取 {projects}。",
    nobody="您尚未关联 IAM 凭证，而我只以您本人的凭证执行操作。请输入 `/oms link` 。",
    unreadable="目前无法读取关联信息。请一分钟后重试，或联系机器人的运维人员。",
    tried_proved="⚠️ {who} 试图关联我代您使用的 {principal}，*而且凭证有效* 。我已拒绝。"
    "如果这未经您同意，请立即更换密码或密钥，并告知您的管理员。",
    tried_wrong="{who} 试图关联我代您使用的 {principal}，但密钥或密码错误。您的关联未受影响。如果这未经您同意，请告知您的管理员。",
    tried_anothers="未关联任何凭证：我已代另一个 Slack 账号使用 {principal}，并已通知对方。"
    "机器人的运维人员可以用 `oms-bot users link --allow-shared` 放行。",
)
