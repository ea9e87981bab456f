// One message as a row: bubble, quote, picture or file, time, reactions, buttons below.

import { element, richText } from "./richtext.js";

let zone = "Asia/Shanghai";
export function useZone(name) { zone = name; }

export function timeOf(unix) {
  return new Intl.DateTimeFormat("zh-CN", { timeZone: zone, hour: "2-digit", minute: "2-digit", hour12: false }).format(unix * 1000);
}

export function dayOf(unix) {
  return new Intl.DateTimeFormat("zh-CN", { timeZone: zone, year: "numeric", month: "long", day: "numeric", weekday: "long" }).format(unix * 1000);
}

/** What a message is about in one line. */
export function gist(message) {
  if (!message) return "";
  if (message.pinned_message) return "置顶了一条消息";
  const words = (message.text || message.caption || "").split("\n").find((line) => line.trim()) || "";
  if (message.photo) return `[照片] ${words}`.trim();
  if (message.document) return `[文件] ${message.document.file_name} ${words}`.trim();
  return words;
}

/** `acts`: {reply, edit, press, jump, send} called with the message (and more). */
export function messageRow(message, isGroup, acts) {
  if (message.pinned_message) {
    return element("div", "service", `${message.from.first_name} 置顶了“${gist(message.pinned_message).slice(0, 24)}”`);
  }
  const row = element("div", message.from_bot ? "row" : "row mine");
  row.append(bubble(message, isGroup, acts));
  if (message.reply_markup) row.append(buttons(message, acts));
  row.append(actions(message, acts));
  return row;
}

function bubble(message, isGroup, acts) {
  const box = element("div", "bubble");
  if (isGroup && !message.from_bot) box.append(element("div", "speaker", message.from.first_name));
  if (message.reply_to_message) box.append(quote(message.reply_to_message, acts));
  if (message.photo) box.append(photo(message));
  if (message.document) box.append(file(message.document));
  const words = message.text ?? message.caption;
  if (words) {
    const body = element("div", "body");
    body.append(...richText(words, message.entities || message.caption_entities, acts.send));
    box.append(body);
  }
  box.append(meta(message));
  return box;
}

function meta(message) {
  const line = element("div", "meta");
  if (message.reaction.length) line.append(element("span", "reaction", message.reaction.join("")));
  if (message.edit_date) line.append(element("span", "", "已编辑"));
  line.append(element("time", "", timeOf(message.date)));
  return line;
}

function quote(replied, acts) {
  const node = element("button", "quote", gist(replied));
  node.type = "button";
  node.addEventListener("click", () => acts.jump(replied.message_id));
  return node;
}

function photo(message) {
  const size = message.photo[message.photo.length - 1];
  const picture = element("img", "photo");
  picture.src = `/control/file/${encodeURIComponent(size.file_id)}`;
  picture.alt = message.caption || "照片";
  picture.width = size.width;
  picture.height = size.height;
  picture.style.height = "auto";
  picture.addEventListener("click", () => window.open(picture.src, "_blank", "noopener"));
  return picture;
}

function file(document) {
  const node = element("a", "document");
  node.href = `/control/file/${encodeURIComponent(document.file_id)}`;
  node.download = document.file_name;
  const words = element("span");
  words.append(element("strong", "", document.file_name), element("small", "", size(document.file_size)));
  const ending = document.file_name.includes(".") ? document.file_name.split(".").pop().slice(0, 4) : "文件";
  node.append(element("span", "icon", ending), words);
  return node;
}

function size(bytes) {
  if (bytes < 1024) return `${bytes} 字节`;
  return bytes < 1048576 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

function buttons(message, acts) {
  const grid = element("div", "buttons");
  for (const cells of message.reply_markup.inline_keyboard) {
    const line = element("div", "line");
    line.append(...cells.map((cell) => button(message, cell, acts)));
    grid.append(line);
  }
  return grid;
}

function button(message, cell, acts) {
  if (cell.url) {
    const node = element("a", cell.style || "", `${cell.text} ↗`);
    if (/^(https?|tg):/i.test(cell.url)) node.href = cell.url;
    node.target = "_blank";
    node.rel = "noopener noreferrer";
    return node;
  }
  const node = element("button", cell.style || "", cell.text);
  node.type = "button";
  node.title = cell.text;
  if (cell.callback_data !== undefined) {
    node.addEventListener("click", () => acts.press(message, cell.callback_data, node));
  } else {
    node.disabled = true;
  }
  return node;
}

function actions(message, acts) {
  const line = element("div", "acts");
  const add = (label, act) => {
    const node = element("button", "plain", label);
    node.type = "button";
    node.addEventListener("click", () => act(message));
    line.append(node);
  };
  add("回复", acts.reply);
  if (!message.from_bot && (message.text || message.caption)) add("编辑", acts.edit);
  return line;
}
