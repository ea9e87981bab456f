// Every word the page says, in Chinese and in English, and dates as either language writes them.

const ZH = {
  people: "人员", people_hint: "点一个人，就以他的身份聊天", search: "找姓名或单位", nobody_found: "没有这样的人。", groups: "群",
  members: "{n} 名成员", not_started: "还没有开始", has_blocked: "已屏蔽机器人", unread_count: "{n} 条未读", bot_busy: "机器人正在准备…", bot_outside: "机器人不在这个群里",
  nobody: "从名单里选一个人开始。", back: "返回名单", block: "屏蔽", unblock: "解除屏蔽", start: "开始", messages: "消息",
  earlier: "正在取更早的消息…", to_end: "到最新的消息", new_below: "以下为新消息", pinned: "置顶", pinned_of: "置顶 {n}/{of}",
  write: "写消息…", message_text: "消息内容", send: "发送", attach: "添加照片或文件", commands: "命令菜单", speak_as: "以谁的身份说话",
  replying: "回复", editing: "编辑", cancel: "取消", reply: "回复", edit: "编辑", copy: "复制", copy_text: "复制文字", delete: "删除", delete_surely: "确定删除？",
  forward_to: "转发到{chat}", message_menu: "这条消息的操作", edited: "已编辑", forwarded_from: "转发自 {who}", copied: "已复制。",
  not_copied: "浏览器不让复制。", code: "代码", spoiler: "隐藏的文字，按回车显示", unfold: "展开全文", fold: "收起", not_here: "内置聊天里没有这项功能",
  photo: "照片", open_photo: "看大图", file: "文件", download: "下载", download_named: "下载 {name}", save: "保存图片", close: "关闭",
  before: "上一张", after: "下一张", voice: "语音", audio: "音频", video: "视频", video_note: "视频", animation: "动图", sticker: "贴纸",
  contact: "名片", location: "位置", poll: "投票", bytes: "{n} 字节", upload_of: "正在发送 {name}", not_sent: "没有发出去。", try_again: "重试",
  remove_named: "不发 {name}", drop_here: "放在这里就添加",
  service_pinned_message: "{who} 置顶了“{what}”", service_new_chat_members: "{names} 进了群", service_left_chat_member: "{names} 离开了群",
  service_new_chat_title: "群名改为“{title}”", service_migrate_to_chat_id: "这个群升级了，请到新群继续", service_migrate_from_chat_id: "由普通群升级而来",
  service_group_chat_created: "群已建立", service_supergroup_chat_created: "群已建立",
  clock: "时钟", clock_hint: "聊天里的时间由您拨动", hour_on: "+1小时", day_on: "+1天", next: "到下一条消息", goto_label: "到某日某时", goto: "到这时",
  run: "按真实时间走", on_the_way: "正在走，现在到了 {at}", nothing_planned: "没有排定的消息了。", stops: "途中停了 {n} 次。",
  panel: "面板", panel_open: "时钟和面板", chats: "名单", chat: "聊天", screens: "切换画面",
  developer: "开发者", add_person: "添加一个人", person_name: "姓名", person_language: "语言", add: "添加", calls: "机器人最近的调用",
  no_calls: "还没有调用。把您的机器人的接口地址指到这里。",
  offline: "连不上程序，正在重试…", no_connection: "连不上程序，稍后再试。", failed: "没有成功。", understood: "知道了",
  theme_label: "颜色：{theme}", theme_auto: "随系统", theme_light: "浅色", theme_dark: "深色", other_language: "English",
  error_no_such_button: "这个按钮已经变了，请看最新的消息。", error_blocked: "已屏蔽机器人，请先解除屏蔽。", error_bad_length: "一条消息 1 到 4096 个字。",
  error_no_plan_of_time: "这里没有可以推算的安排。", error_no_speaker: "群里请用成员身份发言。", error_not_own: "只能改自己的消息。",
  error_no_such_message: "这条消息已经不在了。", error_not_a_member: "只能转发自己聊天里的消息。", error_bad_kind: "只能发照片或文件。",
};

const EN = {
  people: "People", people_hint: "Choose somebody to chat as them", search: "Name or agency", nobody_found: "Nobody fits.", groups: "Groups",
  members: "{n} members", not_started: "Not started yet", has_blocked: "Has blocked the bot", unread_count: "{n} unread", bot_busy: "The bot is preparing…", bot_outside: "The bot is not in this group",
  nobody: "Choose somebody from the list to begin.", back: "Back to the list", block: "Block", unblock: "Unblock", start: "Start", messages: "Messages",
  earlier: "Fetching earlier messages…", to_end: "To the newest message", new_below: "New messages", pinned: "Pinned", pinned_of: "Pinned {n}/{of}",
  write: "Write a message…", message_text: "Message", send: "Send", attach: "Add photos or files", commands: "Commands", speak_as: "Speak as",
  replying: "Reply", editing: "Edit", cancel: "Cancel", reply: "Reply", edit: "Edit", copy: "Copy", copy_text: "Copy text", delete: "Delete", delete_surely: "Delete for good?",
  forward_to: "Forward to {chat}", message_menu: "Actions for this message", edited: "edited", forwarded_from: "Forwarded from {who}", copied: "Copied.",
  not_copied: "The browser does not allow copying.", code: "code", spoiler: "Hidden text, press Enter to show it", unfold: "Show all", fold: "Show less", not_here: "Not available in the built-in chat",
  photo: "Photo", open_photo: "Look at the photo", file: "File", download: "Download", download_named: "Download {name}", save: "Save photo", close: "Close",
  before: "Previous photo", after: "Next photo", voice: "Voice", audio: "Audio", video: "Video", video_note: "Video", animation: "Animation", sticker: "Sticker",
  contact: "Contact", location: "Location", poll: "Poll", bytes: "{n} bytes", upload_of: "Sending {name}", not_sent: "Not sent.", try_again: "Try again",
  remove_named: "Do not send {name}", drop_here: "Drop to add",
  service_pinned_message: "{who} pinned “{what}”", service_new_chat_members: "{names} joined the group", service_left_chat_member: "{names} left the group",
  service_new_chat_title: "The group is now called “{title}”", service_migrate_to_chat_id: "This group was upgraded; go on in the new one", service_migrate_from_chat_id: "Upgraded from a plain group",
  service_group_chat_created: "Group created", service_supergroup_chat_created: "Group created",
  clock: "Clock", clock_hint: "You move the time of this chat", hour_on: "+1 hour", day_on: "+1 day", next: "Next message", goto_label: "To a date and time", goto: "Go there",
  run: "Real time", on_the_way: "Moving, now at {at}", nothing_planned: "Nothing more is planned.", stops: "Stopped {n} times on the way.",
  panel: "Panel", panel_open: "Clock and panel", chats: "People", chat: "Chat", screens: "Screens",
  developer: "Developer", add_person: "Add a person", person_name: "Name", person_language: "Language", add: "Add", calls: "The bot's last calls",
  no_calls: "No calls yet. Point your bot's API address at this server.",
  offline: "Offline, trying again…", no_connection: "No connection. Try again in a moment.", failed: "That did not work.", understood: "OK",
  theme_label: "Colours: {theme}", theme_auto: "as the system", theme_light: "light", theme_dark: "dark", other_language: "中文",
  error_no_such_button: "That button has changed; see the newest message.", error_blocked: "The bot is blocked; unblock it first.", error_bad_length: "A message has 1 to 4096 characters.",
  error_no_plan_of_time: "There is no schedule to go by here.", error_no_speaker: "In a group, choose which member speaks.", error_not_own: "Only own messages can be changed.",
  error_no_such_message: "That message is gone.", error_not_a_member: "Only messages of own chats can be forwarded.", error_bad_kind: "Only photos and files can be sent.",
};

const BOOKS = { zh: ZH, en: EN };
const LOCALES = { zh: "zh-CN", en: "en-GB" };
const listeners = [];
let zone = "Asia/Shanghai";
let formats = new Map(); // making a format is slow, using it is not

export const language = () => (document.documentElement.lang.startsWith("zh") ? "zh" : "en");
export const has = (key) => key in ZH;

/** The words for `key` in the language of the page, {name} replaced. */
export function t(key, values = {}) {
  return (BOOKS[language()][key] ?? key).replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? "");
}

/** `listener()` is called when another language was chosen. */
export function onLanguage(listener) { listeners.push(listener); }

export function setLanguage(chosen) {
  localStorage.setItem("language", chosen);
  document.documentElement.lang = LOCALES[chosen];
  formats = new Map();
  for (const listener of listeners) listener();
}

/** Put words where the document asks for them: data-w text, data-w-label name and hint, data-w-placeholder. */
export function translate(root) {
  for (const node of root.querySelectorAll("[data-w]")) node.textContent = t(node.dataset.w);
  for (const node of root.querySelectorAll("[data-w-placeholder]")) node.placeholder = t(node.dataset.wPlaceholder);
  for (const node of root.querySelectorAll("[data-w-label]")) {
    node.setAttribute("aria-label", t(node.dataset.wLabel));
    if (node.tagName === "BUTTON") node.title = t(node.dataset.wLabel);
  }
}

/* dates; `unix` is in seconds, everything is shown in the chat's own zone */

export function useZone(name) {
  if (name === zone) return;
  zone = name;
  formats = new Map();
}

const SHAPES = {
  time: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  stamp: { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  short: { month: "numeric", day: "numeric" },
  long: { year: "numeric", month: "numeric", day: "numeric" },
  date: { year: "numeric", month: "long", day: "numeric", weekday: "short" },
  day: { year: "numeric", month: "long", day: "numeric", weekday: "long" },
};
const MONTH_WORDS = { short: { month: "short" }, stamp: { month: "short" }, long: { month: "short" } };

function written(shape, unix) {
  if (!formats.has(shape)) {
    const options = { ...SHAPES[shape], ...(language() === "en" || shape === "short" ? MONTH_WORDS[shape] : {}), timeZone: zone };
    formats.set(shape, new Intl.DateTimeFormat(LOCALES[language()], options));
  }
  return formats.get(shape).format(unix * 1000);
}

export const timeOf = (unix) => written("time", unix);
export const stampOf = (unix) => written("stamp", unix);
export const dateWords = (unix) => written("date", unix);
export const dayWords = (unix) => written("day", unix);

/** The local day as YYYY-MM-DD, whatever the language. */
export const dayOf = (unix) => plainly("dateStyle", unix);

/** An instant (ms) as a date field writes it, to the minute, in the chat's zone. */
export const minuteOf = (instant) => `${dayOf(instant / 1000)}T${plainly("timeStyle", instant / 1000)}`;

function plainly(style, unix) {
  if (!formats.has(style)) formats.set(style, new Intl.DateTimeFormat("sv-SE", { timeZone: zone, [style]: "short" }));
  return formats.get(style).format(unix * 1000);
}

/** When, seen from `now` (ms): the time today, the day this year, else the date. */
export function whenWords(unix, now) {
  const [day, today] = [dayOf(unix), dayOf(now / 1000)];
  if (day === today) return timeOf(unix);
  return written(day.slice(0, 4) === today.slice(0, 4) ? "short" : "long", unix);
}
