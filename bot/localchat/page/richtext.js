// Telegram text and entities as DOM nodes. Only text nodes carry what people wrote; nothing is parsed as HTML.

import { copy, element, pressable } from "./door.js";
import { t } from "./words.js";

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre", blockquote: "blockquote",
  expandable_blockquote: "blockquote",
};
const LINKS = { url: (words) => (/^[a-z]+:/i.test(words) ? words : `https://${words}`), email: (words) => `mailto:${words}`,
  phone_number: (words) => `tel:${words.replace(/[^+\d]/g, "")}`, text_link: (_words, entity) => entity.url };
const MARKS = new Set(["mention", "text_mention", "hashtag", "cashtag"]);
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const SAFE_LINK = /^(https?:|tg:|mailto:|tel:)/i;
const LONG_QUOTE = { lines: 3, letters: 110 };

const outerFirst = (a, b) => a.offset - b.offset || b.length - a.length || (BLOCKS.has(b.type) ? 1 : 0);

/** Nodes for `text` with Bot API `entities`; offsets are UTF-16 units, as in JavaScript. */
export function richText(text, entities = [], onCommand = () => {}) {
  return nodes(text, [...entities].sort(outerFirst), onCommand, 0, text.length);
}

function nodes(text, entities, onCommand, start, end) {
  const made = [];
  let at = start;
  let index = 0;
  while (index < entities.length) {
    const entity = entities[index++];
    if (entity.offset < at || entity.offset >= end) continue;
    const stop = Math.min(end, entity.offset + entity.length);
    const inner = [];
    while (index < entities.length && entities[index].offset < stop) inner.push(entities[index++]);
    if (entity.offset > at) made.push(document.createTextNode(text.slice(at, entity.offset)));
    const words = text.slice(entity.offset, stop);
    made.push(holder(entity, words, onCommand, nodes(text, inner, onCommand, entity.offset, stop)));
    at = BLOCKS.has(entity.type) && text[stop] === "\n" ? stop + 1 : stop; // a block ends its own line
  }
  if (at < end) made.push(document.createTextNode(text.slice(at, end)));
  return made;
}

function holder(entity, words, onCommand, inner) {
  if (entity.type === "bot_command") return filled(pressable("command", undefined, () => onCommand(words)), inner);
  if (entity.type in LINKS) return link(LINKS[entity.type](words, entity), inner);
  if (entity.type === "spoiler") return spoiler(inner);
  if (entity.type === "pre") return code(entity, words, inner);
  const node = filled(element(TAGS[entity.type] || "span", MARKS.has(entity.type) ? "mark" : ""), inner);
  return entity.type === "expandable_blockquote" ? foldable(node, words) : node;
}

function filled(node, inner) {
  node.append(...inner);
  return node;
}

function link(address, inner) {
  const node = filled(element("a"), inner);
  if (SAFE_LINK.test(address)) node.href = address;
  node.title = address;
  node.target = "_blank";
  node.rel = "noopener noreferrer";
  return node;
}

function code(entity, words, inner) {
  const box = element("div", "code");
  const head = element("div", "code-head");
  head.append(element("span", "", entity.language || t("code")), pressable("plain", t("copy"), () => copy(words)));
  box.append(head, filled(element("pre"), inner));
  return box;
}

function spoiler(inner) {
  const node = filled(element("span", "spoiler"), inner);
  const cover = { role: "button", tabindex: "0", "aria-label": t("spoiler") };
  for (const [name, value] of Object.entries(cover)) node.setAttribute(name, value);
  const show = (event) => {
    if (node.classList.contains("open") || (event.key && event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    node.classList.add("open");
    for (const name of Object.keys(cover)) node.removeAttribute(name);
  };
  node.addEventListener("click", show);
  node.addEventListener("keydown", show);
  return node;
}

function foldable(quote, words) {
  if (words.length < LONG_QUOTE.letters && words.split("\n").length <= LONG_QUOTE.lines) return quote;
  const box = element("div", "foldable folded");
  const control = pressable("plain fold", t("unfold"), () => {
    const folded = box.classList.toggle("folded");
    control.textContent = folded ? t("unfold") : t("fold");
    control.setAttribute("aria-expanded", String(!folded));
  });
  control.setAttribute("aria-expanded", "false");
  box.append(quote, control);
  return box;
}
