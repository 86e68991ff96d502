"""What the check says, in English and Chinese."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "bundle": ("Bundle of {0}", "核验包：{0}"),
    "zip_digest": ("SHA-256 of the zip:      {0}", "压缩包 SHA-256：{0}"),
    "seal_digest": ("SHA-256 of the manifest: {0}", "清单 SHA-256：{0}"),
    "no_expect": (
        "No digest was given to compare with (--expect). Whether the whole bundle was replaced by another that fits "
        "together cannot be told: compare one of the digests above with the one on the page of the declaration.",
        "未用 --expect 给出对照摘要。整包若被另一个自洽的包替换，无法发现：请将上面任一摘要与申报页面所示者对照。",
    ),
    "expect": (
        "The digest that was given is that of neither zip nor manifest: {0}",
        "给出的摘要既不是压缩包的也不是清单的：{0}",
    ),
    "files_ok": ("{0} files, each as the manifest names it", "{0} 个文件，均与清单一致"),
    "snapshot_ok": ("Frozen content {0}", "冻结内容 {0}"),
    "statement_ok": ("Statement {0} is for this content", "核查声明 {0} 针对本内容"),
    "receipt_ok": ("Receipt {0} is for this content", "受理回执 {0} 针对本内容"),
    "signature_ok": (
        "Its signature holds with the public key {0} beside it: compare it with the one that the site publishes",
        "其签名与包内公钥 {0} 相符：请与网站公布的公钥对照",
    ),
    "signature_unchecked": (
        "Its signature was not checked: there is no library for it (python -m pip install cryptography)",
        "未检查其签名：缺少所需的库（python -m pip install cryptography）",
    ),
    "signature_none": (
        "The receipt is not signed: it is from before receipts were",
        "回执没有签名：它早于回执签名的做法",
    ),
    "events_ok": (
        "{0} events of the log in one chain, {1} of them without their words",
        "日志事件 {0} 条，首尾相连，其中 {1} 条不含文字",
    ),
    "events_unproven": (
        "{0} events are from before each named the one before it: one left out before them would not show",
        "{0} 条事件早于“逐条指明前一条”的做法：其前若有遗漏，无法看出",
    ),
    "sums_ok": ("Lines, stages and totals add up: {0} figures", "各行、各阶段与合计相符：{0} 个数值"),
    "ledger_ok": (
        "Recalculated from the inventory: {0} figures are the same",
        "依清单重新计算：{0} 个数值一致",
    ),
    "recipes_ok": (
        "{0} supplier results recalculated from their inventories: {1} figures are the same",
        "依清单重新计算 {0} 项供应商结果：{1} 个数值一致",
    ),
    "no_inventory": (
        "This bundle holds no inventory: the ledger was added up again, and its factors compared with the release.",
        "本包不含清单数据：已按结果明细重新加总，并将所用因子与发布版本对照。",
    ),
    "tolerance": (
        "Two figures are the same within {0} of their size, or {1} of the total.",
        "两数之差不超过其自身的 {0} 或总量的 {1} 即为一致。",
    ),
    "reproduced": ("REPRODUCED", "已复现"),
    "added_up": ("ADDED UP", "加总相符"),
    "differs": (
        "NOT REPRODUCED. First difference: {0}: declared {1}, calculated {2}",
        "未复现。首个差异：{0}：申报 {1}，计算 {2}",
    ),
    "altered": ("ALTERED: {0}", "已被改动：{0}"),
    "refused": ("NOT REPRODUCED. The engine refuses the inventory: {0}", "未复现。计算引擎拒绝该清单：{0}"),
    "unreadable": ("Cannot be read: {0}", "无法读取：{0}"),
    "library": (
        "{0} is missing. Install what requirements.txt names: python -m pip install -r requirements.txt",
        "缺少 {0}。请安装 requirements.txt 所列的库：python -m pip install -r requirements.txt",
    ),
    # What was altered.
    "zip": ("no zip of this form ({0})", "不是这种形式的压缩包（{0}）"),
    "zip_form": ("there are bytes besides those of the files", "除文件内容外另有字节"),
    "file_missing": ("{0} is missing", "缺少 {0}"),
    "file_added": ("{0} does not belong to it", "多出 {0}"),
    "file_changed": ("{0} is not the file that was written", "{0} 不是当初写入的文件"),
    "format": ("the form {0} is not known", "未知形式 {0}"),
    "content": ("{0} is not what its digest says", "{0} 与其摘要不符"),
    "event_changed": ("event {0} of the log is not what was recorded", "日志事件 {0} 与记录不符"),
    "event_missing": ("an event of the log before event {0} was left out", "日志事件 {0} 之前有遗漏"),
    "not_frozen": ("no event of the log names the frozen content {0}", "日志中没有任何事件提到冻结内容 {0}"),
    "receipt": ("receipt {0} is not what the log records", "回执 {0} 与日志记录不符"),
    "signature": ("the signature on receipt {0} does not hold", "回执 {0} 的签名不成立"),
    "statement": ("statement {0} is for another content", "核查声明 {0} 针对另一内容"),
    "release": ("factor release {0} is not the one that was declared", "因子发布版本 {0} 不是所申报的"),
    "ruleset": ("rule set {0} is not the one that was declared", "规则集 {0} 不是所申报的"),
    "inventory": ("the inventory is not the one that was frozen ({0})", "清单不是所冻结的那一份（{0}）"),
    "input": (
        "inventory, rule set, release and engine do not make the calculation {0}",
        "清单、规则集、因子版本与引擎不构成计算 {0}",
    ),
}


def say(language: str, code: str, *values: object) -> str:
    """The sentence of ``code`` in ``zh`` or ``en`` with its values; both languages where ``language`` is empty."""
    english, chinese = (text.format(*values) for text in WORDS[code])
    return {"en": english, "zh": chinese}.get(language, f"{english} · {chinese}")
