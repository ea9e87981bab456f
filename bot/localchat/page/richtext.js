// Telegram text and entities as DOM nodes. Only text nodes carry what people wrote; nothing is parsed as HTML.

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote", spoiler: "span",
};
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const SAFE_LINK = /^(https?:|tg:|mailto:|tel:)/i;

export function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

/** Nodes for `text` between `start` and `end`; entities are sorted outer first, offsets are UTF-16 units as in JavaScript. */
export function richText(text, entities = [], onCommand = () => {}, start = 0, end = text.length) {
  const nodes = [];
  let at = start;
  let index = 0;
  while (index < entities.length) {
    const entity = entities[index++];
    if (entity.offset < at) continue;
    const stop = Math.min(end, entity.offset + entity.length);
    const inner = [];
    while (index < entities.length && entities[index].offset < stop) inner.push(entities[index++]);
    if (entity.offset > at) nodes.push(document.createTextNode(text.slice(at, entity.offset)));
    const holder = holderFor(entity, text.slice(entity.offset, stop), onCommand);
    holder.append(...richText(text, inner, onCommand, entity.offset, stop));
    nodes.push(holder);
    at = BLOCKS.has(entity.type) && text[stop] === "\n" ? stop + 1 : stop; // a block ends its own line
  }
  if (at < end) nodes.push(document.createTextNode(text.slice(at, end)));
  return nodes;
}

function holderFor(entity, words, onCommand) {
  if (entity.type === "bot_command") {
    const button = element("button", "command");
    button.type = "button";
    button.addEventListener("click", () => onCommand(words));
    return button;
  }
  if (entity.type === "text_link" || entity.type === "url") return link(entity.url || words);
  const node = element(TAGS[entity.type] || "span");
  if (entity.type === "spoiler") unfold(node, "spoiler", "open", true);
  if (entity.type === "expandable_blockquote") unfold(node, "folded", "folded", false);
  return node;
}

function link(address) {
  const node = element("a");
  if (SAFE_LINK.test(address)) node.href = address;
  node.target = "_blank";
  node.rel = "noopener noreferrer";
  return node;
}

function unfold(node, first, changed, add) {
  node.classList.add(first);
  node.addEventListener("click", () => node.classList.toggle(changed, add || undefined));
}
