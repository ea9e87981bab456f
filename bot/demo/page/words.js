// Every word the panel says, in both languages, and the marks by which it knows the chat's people and messages.

const ZH = {
  panel: "演示面板",
  tour: "导览", play: "播放", board: "看板", story: "刚才做了什么，为什么", own: "自己的计划 · 重置",
  comma: "、", waiting: "正在连接…", stuck: "没有等到回应，可以再试一次，或者跳过这一步。", failed: "没有做成：{why}",

  play_start: "播放", play_pause: "暂停", play_speed: "速度", speed_1: "每秒1天", speed_3: "3天", speed_7: "一周", speed_60: "最快",
  play_will: "时间往前走，遇到要发的消息，就停一下把它发出去。",
  play_not_yet: "计划还没有启用。点播放，就先替牵头办启用，再让时间往前走。",
  play_over: "这一年已经走完。想再看一遍，请在最下面重置。",
  answering: "联络员自己回复", answering_on: "联络员按各自的习惯回复，牵头办随后审核；您可以随时插手。", answering_off: "现在没人自动回复，要您替他们答。",
  manner_all: "全体的习惯", manner_one: "{name}的习惯",
  manner_mixed: "混合", manner_prompt: "及时", manner_late: "拖延", manner_vague: "含糊", manner_silent: "不理", manner_difficult: "为难",

  board_none: "计划启用之后，这里显示各项任务的进展。", board_period: "报告期", board_at: "截至{at}", board_caption: "{name}，各项任务的进展",
  board_number: "编号", board_task: "任务", board_cell: "{period}：{word}，应报{owed}，已报{reported}", board_leads: "责任单位：{leads}",
  board_hint: "点任务名，看责任单位和每一期。",

  story_none: "还没有消息。启用计划、走动时钟之后，这里会说明机器人发了什么、为什么发。", story_open: "打开这条消息", story_newest: "最新的在上面，点一行看那条消息。",

  own_intro: "换成您自己的计划试一试。文件只在这台电脑上读，不会发出去。", own_plan: "计划文件", own_plan_hint: "Word、Excel、PDF、WPS 或 .txt；可以拖到这里",
  own_roster: "通讯录", own_roster_hint: ".xlsx 或 .csv；不给也行，先用“××局联络员”这样的称呼", own_template: "下载通讯录模板", own_load: "读取并换上", own_loading: "正在读…",
  own_loses: "换上之后，现在这场聊天和报送都会清空。", own_need: "请先选计划文件。",
  own_read: "已读《{title}》：{tasks}项任务，{agencies}个单位，{people}个人，待核对{doubts}处。", own_refused: "读不了：{why}",
  own_unchanged: "原来的计划没有动。", own_chosen: "已选：{name}",
  reset: "回到第一天", reset_intro: "回到样例计划的第一个早晨，一切重来。", reset_title: "回到第一天？",
  reset_loses: "所有聊天、报送、审核和文件都会清空，时钟回到样例计划启用之前。您自己装入的计划也会换回样例。",
  reset_yes: "清空，重来", reset_no: "不，留着",

  tour_progress: "{step}/{steps}", tour_go: "带我去", tour_do: "替我做", tour_back: "上一步", tour_next: "下一步", tour_end: "结束", tour_finish: "看完了",
  tour_again: "从头看导览", tour_resume: "接着看（第{step}步）", tour_ended: "八步走一遍，约十分钟：启用、签收、上报、审核、汇总，直到年底。",
  tour_finished: "导览到此结束。后面请随便点。", tour_done: "已完成：{what}", tour_doing: "正在做：{what}", tour_moving: "时间正在往前走…",
  tour_press: "点「{label}」", tour_say: "打字「{text}」", tour_todo: "请您：", tour_cannot: "这一步现在做不了：{why}可以先跳过。",
  someone: "一位联络员",
  need_active: "计划还没有启用，先做第1步。", need_reports: "还没有人报送，先做第3步或第4步。", need_coordinator: "名单里没有牵头办的人。",
  need_leader: "名单里没有领导。", need_owing: "现在没有哪个单位有待报的事项。", need_second: "现在没有第二个单位有待报的事项。",
  need_year_over: "这一年还没走完，先做第7步。", need_unsigned: "没有待签收的交办卡片。", need_plan: "还没有计划。", need_drill: "看任务里找不到已报的那一项。",

  activate_title: "看读到的计划，启用它",
  activate_text: "您先当牵头办。机器人已经读完计划，把拿不准的几处连同原文列出来，请您核对。没点“启用”之前，不给任何单位交办、催办。",
  activate_todo: "先点「逐条核对」看看，再点「启用」「确认启用」。", activate_done: "计划已启用",
  sign_title: "头一个早晨，交办到各单位",
  sign_text: "启用后，每个单位的联络员在上班时间收到一张卡片：有哪几项任务，是牵头还是参与。三个工作日没签收，就进牵头办的电话名单。",
  sign_todo: "以{who}的身份，点「签收」。", sign_done: "有单位签收了",
  report_title: "季度到了，点两下就报",
  report_text: "到期前十、三、一个工作日的早上各提醒一次，多项合成一条，不另外打扰。平常的上报只要点两下。",
  report_todo: "以{who}的身份，点任务编号（只有一项时不用点），点「推进中」，再点「提交」。", report_done: "第一份报送收到了",
  words_title: "不点按钮，打字也行",
  words_text: "换一个单位，用自己的话回答。机器人说明它是怎么理解的，原话照样存档；点头了才算数。",
  words_todo: "以{who}的身份，把进展打字发出去，看看「我理解为」，再点「对，提交」。", words_done: "用自己的话报了一份",
  words_answer: "{number}已完成60%，还差最后3处，预计下月底前完成。",
  review_title: "牵头办：看板、审核、退回",
  review_text: "看板一直置顶。送来的每一份都可以认可，也可以退回：点一个原因，定一个日子，对方马上知道。",
  review_todo: "回到牵头办，发「看板」，再发「待审核」，点「退回」，选原因和日子。", review_done: "退回了一份",
  summary_title: "领导：汇总，点到原话",
  summary_text: "领导随时可以要汇总：先说结论，再说该管的几件。每一行都能点下去，看到是谁、几时、原话怎么说的。",
  summary_todo: "以领导的身份，发「汇总」，点「看任务」，再点有人报过的编号{number}。", summary_done: "看到了一行背后的原话",
  year_title: "放手，让这一年自己走",
  year_text: "让联络员自己回复，有及时的、拖延的、含糊的、不理的。机器人照样催、照样并、照样记，一路走到年底。",
  year_todo: "打开「联络员自己回复」，点「播放」。一年约走几分钟。", year_done: "这一年走完了", year_now: "走到{day}。", year_stands: "停在{day}，点「播放」接着走。",
  files_title: "年底：一张图，一本账",
  files_text: "四个季度的数字都封存了。发「汇总」有一张图，点「全年」看一年的数，要Excel台账点一下就来，每个数都能追到报送。",
  files_todo: "以领导的身份，发「汇总」，点「全年」，再点「Excel台账」。", files_done: "台账送到了",
  files_then: "下面可以换上您自己的计划，或者回到第一天。", files_own: "换上自己的计划", files_reset: "回到第一天",
};

const EN = {
  panel: "Demo panel",
  tour: "Guided tour", play: "Play", board: "Board", story: "What it just did, and why", own: "Your own plan · reset",
  comma: ", ", waiting: "Connecting…", stuck: "No answer came. Try again, or skip this step.", failed: "It did not work: {why}",

  play_start: "Play", play_pause: "Pause", play_speed: "Speed", speed_1: "1 day/s", speed_3: "3", speed_7: "7", speed_60: "max",
  play_will: "Time moves on and stops briefly at every message that is due, to send it.",
  play_not_yet: "The plan is not active yet. Play activates it for the coordinator first, then lets time move on.",
  play_over: "The year is over. To see it again, reset at the very bottom.",
  answering: "Contacts answer by themselves", answering_on: "Each contact answers in their own manner, the coordinator reviews; step in whenever you like.",
  answering_off: "Nobody answers by themselves now: you answer for them.",
  manner_all: "Everybody's manner", manner_one: "Manner of {name}",
  manner_mixed: "mixed", manner_prompt: "prompt", manner_late: "late", manner_vague: "vague", manner_silent: "silent", manner_difficult: "difficult",

  board_none: "Once the plan is active, its tasks and their progress stand here.", board_period: "Period", board_at: "as of {at}",
  board_caption: "{name}: progress of every task",
  board_number: "No.", board_task: "Task", board_cell: "{period}: {word}, owed {owed}, reported {reported}", board_leads: "Responsible: {leads}",
  board_hint: "Press a task for who answers for it and every period.",

  story_none: "No message yet. Activate the plan and move the clock: what the bot sends, and why, appears here.",
  story_open: "Open this message", story_newest: "Newest first. Press a line to see the message.",

  own_intro: "Try it with a plan of your own. The file is read on this computer only and sent nowhere.", own_plan: "Plan file",
  own_plan_hint: "Word, Excel, PDF or .txt; may be dropped here",
  own_roster: "Roster", own_roster_hint: ".xlsx or .csv; optional, without it each agency has a nameless contact", own_template: "Download the roster template", own_load: "Read it and use it", own_loading: "Reading…",
  own_loses: "This clears the present chat and its reports.", own_need: "Choose a plan file first.",
  own_read: "Read “{title}”: tasks {tasks}, agencies {agencies}, people {people}, points to check {doubts}.", own_refused: "Cannot be read: {why}",
  own_unchanged: " The present plan stands as it was.", own_chosen: "Chosen: {name}",
  reset: "Back to day one", reset_intro: "Back to the first morning of the sample plan, everything anew.", reset_title: "Back to day one?",
  reset_loses: "All chats, reports, reviews and files are cleared and the clock goes back to before the sample plan is activated. "
    + "A plan you loaded gives way to the sample.",
  reset_yes: "Clear and restart", reset_no: "No, keep it",

  tour_progress: "{step}/{steps}", tour_go: "Take me there", tour_do: "Do it for me", tour_back: "Back", tour_next: "Next", tour_end: "End", tour_finish: "Finish",
  tour_again: "Tour from the start", tour_resume: "Go on (step {step})",
  tour_ended: "Eight steps, about ten minutes: activate, sign, report, review, sum up, and on to the year's end.",
  tour_finished: "That was the tour. Everything is yours to press now.", tour_done: "Done: {what}", tour_doing: "Doing: {what}",
  tour_moving: "Time is moving on…", tour_press: "press “{label}”", tour_say: "type “{text}”", tour_todo: "Your turn: ",
  tour_cannot: "This step cannot be done now: {why} You may skip it.",
  someone: "a contact",
  need_active: "the plan is not active yet, see step 1.", need_reports: "nobody has reported yet, see steps 3 and 4.",
  need_coordinator: "there is no coordinator (牵头办) among the people.", need_leader: "there is no leader (领导) among the people.",
  need_owing: "no agency owes a report now.", need_second: "no second agency owes a report now.",
  need_year_over: "the year is not over, see step 7.", need_unsigned: "no assignment waits for a signature.", need_plan: "there is no plan yet.",
  need_drill: "the reported task is not among the summary's tasks.",

  activate_title: "Check the plan as read, activate it",
  activate_text: "You are the coordinator first. The bot has read the plan and lists what it doubts, with the sentence each doubt comes from. "
    + "No agency is given a task or reminded before 启用 (activate).",
  activate_todo: "press 逐条核对 (check) to look, then 启用 (activate) and 确认启用 (confirm).", activate_done: "the plan is active",
  sign_title: "First morning: tasks go out",
  sign_text: "Each agency's contact gets one card within working hours: which tasks, and whether as lead or participant. "
    + "Not signed after three working days: the coordinator's phone list.",
  sign_todo: "be {who} and press 签收 (sign).", sign_done: "an agency has signed",
  report_title: "The quarter ends: report in two taps",
  report_text: "Reminders come ten, three and one working days before the due day, merged into one message a morning. The normal report is two taps.",
  report_todo: "be {who}: press the task's number (if there are several), 推进中 (in progress), then 提交 (submit).", report_done: "the first report is in",
  words_title: "Or answer in your own words",
  words_text: "Another agency types its answer. The bot shows what it understood and keeps the words as they are; only your yes counts.",
  words_todo: "be {who}, type how it stands, read what was understood, press 对，提交 (yes, submit).", words_done: "a report in own words is in",
  words_answer: "{number}已完成60%，还差最后3处，预计下月底前完成。",
  review_title: "Coordinator: board, review, return",
  review_text: "The board stays pinned. Each report is accepted or returned: press a reason, press a day, and the sender knows at once.",
  review_todo: "be the coordinator: send 看板 (board), then 待审核 (to review), press 退回 (return), a reason and a day.", review_done: "one report is returned",
  summary_title: "Leader: from summary to words",
  summary_text: "A leader may ask at any moment: conclusion first, then what needs a look. Every line opens down to who said what, and when.",
  summary_todo: "be the leader: send 汇总 (summary), press 看任务 (tasks), then a number somebody has reported on, {number}.", summary_done: "you saw the words behind a line",
  year_title: "Let the year run",
  year_text: "Let the contacts answer: prompt, late, vague, silent. The bot reminds, merges and records all the same, to the year's end.",
  year_todo: "switch on answering, press Play. A year takes a few minutes.", year_done: "the year is over", year_now: "It is {day}. ",
  year_stands: "It stands at {day}; press Play to go on.",
  files_title: "Year's end: one picture, one ledger",
  files_text: "Four quarters are sealed. 汇总 (summary) gives a picture, 全年 (year) the year's figures, one press the Excel ledger; every figure leads to its report.",
  files_todo: "be the leader: send 汇总 (summary), press 全年 (year), then Excel台账 (ledger).", files_done: "the ledger has come",
  files_then: "Below you may load your own plan, or go back to day one.", files_own: "Use your own plan", files_reset: "Back to day one",
};

export const WORDS = { zh: ZH, en: EN };

/** The words for `key` in `language`, {names} filled in. */
export function say(language, key, values = {}) {
  const words = (WORDS[language] || ZH)[key];
  return words.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** By what the list of people shows beside a name. */
export const ROLES = { coordinator: /牵头办|coordinator/i, leader: /^(领导|leader)/i, contact: /^(联络员|contact)/i };

/** An agency with a few tasks and figures that speak, when the plan has it. */
export const FAVOURITE = /财政/;

/** What the bot's own messages say in either language (tests compare them with the bot's texts). */
export const SAID = {
  signed: /已签收，|Signed, /,
  received: /已收到　|Received · /,
  own_words: /您的原话：|Your words:/,
  returned: /已退回　|Returned · /,
  report_number: /编号|No\. /,
  owed: /截止：|项待报|Due: |reports? to make/,
};

/** What a person types to get a screen; taken in either language. */
export const COMMANDS = { plan: "计划", board: "看板", review: "待审核", summary: "汇总" };

/** A number the bot put before a task's own: "2. （三）1". */
export const ORDER_MARK = /^\d+\.\s*/;
