"""Keys, what comes by itself, and reminders, in Chinese."""

from __future__ import annotations

from typing import Final

from bot.text.sentences_planned import KeySentences, PlannedSentences

KEYS: Final = KeySentences(
    agency="您的委托 {name}",
    your_agency="您的委托",
    both="{source} → {destination}",
    on_card="密钥：{keys}",
    details="将交给 OMS 的密钥：{keys}。任何消息和记录中都不会出现密钥本身。",
    lent="委托的临时密钥有效期为 24 小时，届时未复制的部分可能失败，需要再次恢复。",
    title_lacking="❌ *无法恢复* {name}",
    title_lacking_later="❌ *无法自动恢复* {name}",
    source="源端桶 `{bucket}`{cloud}",
    destination="目的端桶 `{bucket}`",
    by_why={
        "none": "我没有{bucket}的密钥。",
        "no_agency": "{bucket}的密钥由委托提供，而您没有通过委托操作。",
        "tasks_only": "{bucket}的密钥是临时密钥，OMS 只在单个任务中接受它。",
    },
    not_kept="OMS 每次都要求重新提供密钥。",
    console="请打开{link}，在该任务处选择“启动”，并输入{what}。",
    enter={
        "": "`{destination}` 的 AK/SK",
        "Azure": "`{source}` 的连接字符串和 `{destination}` 的 AK/SK",
        "Google": "`{source}` 的 JSON 密钥文件和 `{destination}` 的 AK/SK",
    },
    enter_other="`{source}` 和 `{destination}` 的 AK/SK",
    without_time="不设时间则可以暂停。",
    pause_without="不设时间暂停",
    for_operator='运维人员：请添加 [bucket_credentials.NAME]，side = "{side}"，buckets = ["{bucket}"]',
    for_operator_agency="运维人员：请在 [bucket_credentials.NAME] 中为它添加 AK/SK",
)

PLANNED: Final = PlannedSentences(
    on_card="{at}自动恢复",
    on_card_archives="{at}自动恢复，归档再计费",
    with_keys="我有恢复所需的密钥",
    details="任务将于 {at} 以 {principal} 的身份自动恢复，使用 {keys}。十分钟前会在此告知，可在此操作的人都能选择保持暂停。"
    "同意此卡片即同意自动恢复。",
    soon="⏰ *将于 {at} 自动恢复：* {name}",
    soon_with="{who} 在暂停时提出。密钥：{keys}。",
    keep="保持暂停",
    keep_label="让 {project} 中的迁移任务 {name} 保持暂停",
    resume_now="立即恢复",
    resume_now_label="立即恢复 {project} 中的迁移任务 {name}",
    title_kept="⏸️ *保持暂停* {name}",
    kept="{who} 选择保持暂停，任务不再自动恢复。",
    title_since="🔁 *不再自动恢复：* {name}",
    since="{who} 之后暂停或恢复过它，因此我不再改动。",
    not_by_itself="它不会自动恢复，因为不是我暂停的。",
    unclear="我无法理解“{typed}”。请在任务后面写 `for 2h`（一分钟到七天）或 `until 06:00`。",
    without="不设时间暂停 {name}？",
    still_paused="⏸️ *已暂停 {days} 天：* {name}。目的端桶中未完成的分段一直在计费。",
    resume_in_console="请在{link}恢复；若不再需要，请在那里删除任务。",
    still_waiting_one="⏳ *{names}* 已等待名额 {days} 天。再过 {left} 天，OMS 会将其置为失败并清除密钥。",
    still_waiting="⏳ *{names}* 已等待名额 {days} 天。再过 {left} 天，OMS 会将它们置为失败并清除密钥。",
    make_room="有任务结束或暂停后，名额才会空出。",
    list_button="查看迁移中的任务",
    frozen="❄️ {name} 现在应当恢复，但项目已冻结。解除冻结后自动恢复。",
    failed_since="❌ *恢复后失败：* {name}{code}。密钥可能有误或已过期。",
)
