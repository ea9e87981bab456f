// Small pieces the sections are made of.

/** A button; `act` may fail, which the page says and no more. */
export function button(desk, className, label, act) {
  const node = desk.page.element("button", className, label);
  node.type = "button";
  node.addEventListener("click", () => act(node));
  return node;
}

/** A select with its label: `options` are [value, words]; `chosen` gets the value. */
export function choice(desk, label, options, chosen) {
  const field = desk.page.element("label", "field");
  const select = desk.page.element("select");
  select.append(...options.map(([value, words]) => option(desk, value, words)));
  select.addEventListener("change", () => chosen(select.value));
  const words = desk.page.element("span", "", label);
  field.append(words, select);
  return { field, select, words };
}

export function option(desk, value, words) {
  const node = desk.page.element("option", "", words);
  node.value = value;
  return node;
}

/** Set text only when it changes, so that nothing is read out or laid out twice. */
export function tell(node, words) {
  if (node.textContent !== words) node.textContent = words;
  node.hidden = !words;
}

/** What the browser remembers for the panel between visits. */
export const memory = {
  get(name, otherwise) {
    try {
      return JSON.parse(localStorage.getItem(`duban.${name}`)) ?? otherwise;
    } catch {
      return otherwise;
    }
  },
  set(name, value) {
    try {
      localStorage.setItem(`duban.${name}`, JSON.stringify(value));
    } catch {
      // A browser that keeps nothing still shows everything.
    }
  },
};
