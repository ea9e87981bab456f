"""The sentences of refused acts and bad input, by error code: what was wrong and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from bot.texts.language import N_

_RIGHTS: Mapping[str, str] = {
    "not_allowed": N_("这项操作不在您的权限内，需要时请联系牵头办。"),
    "command_unknown": N_("没有这个命令，请点“帮助”。"),
    "button_unknown": N_("这个按钮已经不能用了，请点“帮助”。"),
    "button_not_yours": N_("这个按钮不是给您的，请用发给您本人的消息。"),
    "card_moved_on": N_("这条内容已有变化，请看最新的一条。"),
    "invitation_invalid": N_("这个邀请无效或已过期，请联系牵头办重新发一份。"),
    "contact_without_agency": N_("{name}没有写单位，联络员请写明单位。"),
    "person_unknown": N_("没有找到这个人，请查看通讯录。"),
    "no_active_plan": N_("目前没有启用的计划，请牵头办先启用计划。"),
    "no_plan_yet": N_("还没有计划，请把计划文件发到这里。"),
    "plan_active_already": N_("《{title}》已经启用，不必再点。"),
    "plan_imported_before": N_("这份文件已经启用过了：《{title}》，没有重复导入。"),
    "already_decided": N_("这一条已经处理过了，结果不变。"),
    "own_report": N_("自己报送的，请由别的同志审核。"),
}
_REPORTS: Mapping[str, str] = {
    "not_your_task": N_("这项不在您单位名下，没有登记；有疑问请联系牵头办。"),
    "not_your_report": N_("这条不是您报的，只能由报送人撤回。"),
    "report_replaced": N_("这条报送已有新的版本，请以最新的为准。"),
    "task_closed": N_("这项任务已经办结，不用再报，谢谢！"),
    "status_missing": N_("还不知道进展到哪一步，请点一个状态。"),
    "undo_too_late": N_("已过10分钟，不能撤回；有变化请再报一次更正。"),
    "nothing_open": N_("您单位目前没有待报事项，谢谢！"),
    "text_too_long": N_("文字太长，请控制在{limit}字以内，或作为文件发送。"),
    "date_not_understood": N_("没看懂这个日期，请写成“10月31日”这样。"),
    "voice_please_type": N_("暂时听不了语音，请打字告诉我，谢谢！"),
    "message_kind": N_("这种消息收不了，请打字，或发照片、PDF、Word、Excel。"),
    "extension_which_task": N_("请写明哪一项要延期，例如：（一）1 延到10月31日。"),
    "extension_needs_date": N_("请写明延到哪一天，例如：延到10月31日。"),
    "extension_incomplete": N_("申请延期，请写明是哪一项、延到哪一天。"),
    "extension_too_late": N_("已过截止日，不能再申请延期，请尽快补报。"),
    "extension_not_later": N_("原定截止日是{day}，请写一个更晚的日期。"),
    "evidence_which_task": N_("请先点开是哪一项，再发文件；也可以回复那条消息发。"),
    "evidence_nothing_open": N_("目前没有待报事项，文件没有登记。"),
    "evidence_empty": N_("“{name}”是空文件，请重新发一次。"),
    "evidence_too_large": N_("“{name}”太大，请发{limit_mb}MB以内的文件。"),
    "evidence_kind": N_("“{name}”的格式收不了，请发照片、PDF、Word或Excel。"),
    "download_failed": N_("文件没有收全，请再发一次。"),
    "file_too_large": N_("文件太大，请发{limit_mb}MB以内的文件。"),
}
_DOCUMENTS: Mapping[str, str] = {
    "document_too_large": N_("“{name}”太大，请发{limit_mb}MB以内的文件。"),
    "document_empty": N_("“{name}”里没有内容，请检查后重发。"),
    "document_unreadable": N_("“{name}”打不开，请另存一份再发。"),
    "document_encrypted": N_("“{name}”有密码，请去掉密码再发。"),
    "document_format_later": N_("“{name}”这种格式还读不了，请另存为文本文件（.txt）再发。"),
    "plan_without_duties": N_("“{name}”里没有找到任务和责任单位，请确认是工作计划。"),
    "sheet_too_large": N_("“{name}”的工作表“{sheet}”太大，请删到{rows}行、{columns}列以内再发。"),
    "pdf_without_text": N_("“{name}”是扫描件，里面没有文字，请发Word或带文字的PDF。"),
    "pdf_too_long": N_("“{name}”有{pages}页，请发{limit}页以内的文件。"),
    "file_neither": N_(
        "“{name}”看不出是计划还是通讯录：计划要写明任务和责任单位，通讯录要有“单位、姓名、手机”的表头。"
    ),
    "roster_wrong_type": N_("“{name}”不是表格，通讯录请用Excel或CSV文件。"),
    "roster_too_large": N_("“{name}”太大，请控制在{rows}行、{columns}列以内。"),
    "roster_no_header": N_("“{name}”没有找到表头，请写上“单位、姓名、手机”。"),
    "roster_empty": N_("“{name}”里一个人也没有，请填好再发。"),
    "roster_row_without_name": N_("第{row}行没有姓名，请补上，或删去这一行。"),
    "roster_row_without_agency": N_("第{row}行{name}没有单位，请补上再发。"),
    "roster_leader_unclear": N_(
        "第{row}行{name}写的是“领导”，单位空着：县领导请写“县领导”；{agency}的负责人请写“单位负责人”。"
    ),
    "roster_phone_unreadable": N_("第{row}行的手机“{phone}”看不明白，请改好再发。"),
    "roster_duplicate_person": N_("第{first_row}行和第{row}行重复：{agency}{name}，请删去一行。"),
    "roster_duplicate_phone": N_("第{first_row}行{first_name}和第{row}行{name}手机相同（{phone}），请核对。"),
}
_RUNNING: Mapping[str, str] = {
    "second_poller": N_("另有一个程序在用同一个机器人账号，请先停掉它。"),
    "token_refused": N_("机器人令牌不对或已作废，请检查 DUBAN_TOKEN。"),
    "telegram_unreachable": N_("已有{seconds}秒连不上消息服务，请检查网络或代理。"),
    "telegram_unreachable_yet": N_("连不上消息服务，请检查网络、代理和 DUBAN_API_URL。"),
    "database_in_use": N_("数据正被另一个督办程序使用：{where}，请先停掉那一个。"),
    "database_not_writable": N_("数据写不进去：{where}，请检查目录权限和磁盘。"),
    "database_newer": N_("数据是更新版本的督办写的：{where}，请升级程序后再用。"),
    "database_url_bad": N_("数据库地址不对，请检查 DUBAN_DATABASE_URL。{url}"),
    "database_corrupt": N_("数据文件有损坏：{where}，请停止使用并从备份恢复。"),
    "database_full": N_("磁盘已满：{where}，请腾出空间后重试。"),
    "database_unreachable": N_("连不上数据库：{where}，请检查地址和服务是否启动。"),
    "settings_bad": N_("设置有误：{name}。{reason}"),
    "file_not_found": N_("找不到文件：{name}，请检查路径。"),
    "file_unreadable": N_("文件打不开：{name}，请检查权限。"),
    "file_not_writable": N_("文件写不进去：{name}，请检查目录和权限。"),
    "period_unknown": N_("报告期请写成 2022Q3 或 2022。"),
    "port_taken": N_("端口{port}已被占用，请换一个端口。"),
    "password_needed": N_("监听{host}会让别人也能打开，请先设置DUBAN_PASSWORD，或改回127.0.0.1。"),
    "password_short": N_("密码至少{least}位，请换一个长些的。"),
    "localchat_token_bad": N_("令牌请写成“数字:字母数字”，例如1000001:test。"),
    "localchat_user_bad": N_("看不懂“{text}”：--user请写成1001:张三，编号不能重复。"),
    "kept_chat_unreadable": N_("{where}里的聊天读不出来，请换一个目录，或删去它重新开始。"),
    "address_unusable": N_("不能在{host}:{port}上监听：{reason}，请换地址或端口。"),
    "bench_unknown": N_("没有“{name}”这一项，可选：{known}。"),
    "agency_unknown": N_("计划里没有“{agency}”。相近的有：{candidates}。"),
    "agency_unknown_alone": N_("计划里没有“{agency}”，请核对单位名称。"),
    "task_unknown": N_("没有第“{number}”项任务，请写编号或次序（1到{count}）。"),
    "plan_unknown": N_("没有计划“{plan}”，请用 duban plan show 查看。"),
    "year_missing": N_("文件没有写明年份，请用 --year 指定。"),
    "moment_bad": N_("看不懂时间“{text}”，请写成 2022-09-30T17:30。"),
    "jsonl_bad_line": N_("第{line}行不是 JSON，请改好再试。"),
    "audit_broken": N_("审计记录第{row}条被改动过，请保留现场并查明原因。"),
    "backup_postgresql": N_("PostgreSQL 请用 pg_dump 和 pg_restore 备份、恢复。"),
}
_BUILT_IN_CHAT: Mapping[str, str] = {
    "folder_of_real_bot": N_("{where}里不是内置聊天的数据，没有动它；请移走，或换一个 DUBAN_HOME。"),
    "data_of_built_in_chat": N_("{where}是内置聊天的演示数据，不能用于正式工作；请换一个 DUBAN_HOME 或数据库。"),
    "plan_without_year": N_("“{name}”没有写明年份，请在标题里写上，例如“2024年度”。"),
    "plan_missing": N_("请先选一个计划文件。"),
    "beginning_anew": N_("正在换上新的计划，请稍等。"),
}
REFUSALS: Mapping[str, str] = {**_RIGHTS, **_REPORTS, **_DOCUMENTS, **_RUNNING, **_BUILT_IN_CHAT}
