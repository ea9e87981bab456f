// The plan's board: every task with a cell per period, readable without colour.

import { choice, memory, option, tell } from "./parts.js";

export class BoardSection {
  constructor(desk, body) {
    this.desk = desk;
    this.body = body;
    this.chosen = ""; // a period other than the running one
    this.other = null; // its board
    this.opened = new Set(memory.get("tasks", []));
    this.drawn = "";
  }

  draw() {
    const { desk } = this;
    this.none = desk.page.element("p", "soft");
    this.periods = choice(desk, desk.say("board_period"), [], (period) => this.choose(period));
    this.at = desk.page.element("small");
    this.periods.field.append(this.at);
    this.counts = desk.page.element("ul", "counts");
    this.table = desk.page.element("table", "board-table");
    this.hint = desk.page.element("p", "soft", desk.say("board_hint"));
    this.body.replaceChildren(this.none, this.periods.field, this.counts, this.table, this.hint);
    this.drawn = "";
    if (this.chosen) this.choose(this.chosen);
  }

  async choose(period) {
    const running = this.desk.store.demo?.board?.period;
    this.chosen = period === running ? "" : period;
    this.other = null;
    if (this.chosen) await this.fetchOther();
    this.update();
  }

  async fetchOther() {
    const { page } = this.desk;
    const period = this.chosen;
    const answer = await fetch(`/demo/board?language=${page.language()}&period=${encodeURIComponent(period)}`);
    const board = answer.ok ? await answer.json() : null;
    if (this.chosen === period) this.other = board?.board || board;
  }

  update() {
    const running = this.desk.store.demo?.board;
    const board = this.chosen ? this.other || running : running;
    tell(this.none, board ? "" : this.desk.say("board_none"));
    for (const node of [this.periods.field, this.counts, this.table, this.hint]) node.hidden = !board;
    if (!board) return;
    tell(this.at, this.desk.say("board_at", { at: this.moment(board.as_of) }));
    const same = JSON.stringify([board, [...this.opened]]);
    if (same === this.drawn) return;
    this.drawn = same;
    this.fill(board);
    if (this.chosen && running) this.refetch(running);
  }

  /** Another period's board grows old when the running one changes. */
  async refetch(running) {
    if (this.basis === running) return;
    this.basis = running;
    await this.fetchOther();
    this.update();
  }

  moment(at) {
    return `${this.desk.store.day(at)} ${this.desk.store.time(at)}`;
  }

  fill(board) {
    const { desk } = this;
    const { select } = this.periods;
    select.replaceChildren(...board.periods.map(({ code, name }) => option(desk, code, name)));
    select.value = board.period;
    this.counts.replaceChildren(...board.counts.map((count) => this.count(count)));
    const focused = document.activeElement?.dataset?.task;
    this.table.replaceChildren(this.caption(board), this.head(board), this.rows(board));
    if (focused) this.table.querySelector(`[data-task="${CSS.escape(focused)}"]`)?.focus();
  }

  count({ status, symbol, word, count }) {
    const node = this.desk.page.element("li", `count status-${status}`);
    const mark = this.desk.page.element("span", "mark", symbol);
    mark.setAttribute("aria-hidden", "true");
    node.append(mark, ` ${word} `, this.desk.page.element("strong", "", String(count)));
    return node;
  }

  caption(board) {
    return this.desk.page.element("caption", "unseen", this.desk.say("board_caption", { name: board.name }));
  }

  columns(board) {
    return board.tasks.find(({ cells }) => cells.length)?.cells.map(({ period }) => period) || [];
  }

  head(board) {
    const { page } = this.desk;
    const row = page.element("tr");
    const names = new Map(board.periods.map(({ code, name }) => [code, name]));
    row.append(this.heading("number", this.desk.say("board_number")), this.heading("task", this.desk.say("board_task")));
    for (const period of this.columns(board)) {
      const cell = this.heading(period === board.period ? "cell here" : "cell", brief(period));
      cell.title = names.get(period) || period;
      cell.setAttribute("aria-label", cell.title);
      row.append(cell);
    }
    const head = page.element("thead");
    head.append(row);
    return head;
  }

  heading(className, words) {
    const cell = this.desk.page.element("th", className, words);
    cell.scope = "col";
    return cell;
  }

  rows(board) {
    const { page } = this.desk;
    const names = new Map(board.periods.map(({ code, name }) => [code, name]));
    const body = page.element("tbody");
    for (const task of board.tasks) {
      const row = page.element("tr");
      row.append(page.element("td", "number", task.number), this.title(task));
      row.append(...task.cells.map((cell) => this.cell(cell, names, cell.period === board.period)));
      body.append(row);
      if (this.opened.has(keyOf(task))) body.append(this.detail(task, names));
    }
    return body;
  }

  title(task) {
    const { page } = this.desk;
    const cell = page.element("th", "task");
    cell.scope = "row";
    const key = keyOf(task);
    const node = page.element("button", "task-name", task.title);
    node.type = "button";
    node.title = task.title;
    node.dataset.task = key;
    node.setAttribute("aria-expanded", String(this.opened.has(key)));
    node.addEventListener("click", () => this.fold(key));
    cell.append(node);
    return cell;
  }

  detail(task, names) {
    const { page } = this.desk;
    const list = page.element("ul", "detail");
    if (task.leads.length) list.append(page.element("li", "", this.desk.say("board_leads", { leads: task.leads.join(this.desk.say("comma")) })));
    list.append(...task.cells.map((cell) => page.element("li", "", `${cell.symbol} ${this.cellWords(cell, names)}`)));
    const row = page.element("tr", "detail-row");
    const cell = page.element("td");
    cell.colSpan = task.cells.length + 1;
    cell.append(list);
    row.append(page.element("td"), cell);
    return row;
  }

  cellWords({ period, word, owed, reported }, names) {
    return this.desk.say("board_cell", { period: names.get(period) || period, word, owed, reported });
  }

  fold(key) {
    if (!this.opened.delete(key)) this.opened.add(key);
    memory.set("tasks", [...this.opened]);
    this.update();
  }

  cell(cell, names, here) {
    const node = this.desk.page.element("td", `cell status-${cell.status}${here ? " here" : ""}`);
    const mark = this.desk.page.element("span", "mark", cell.symbol);
    mark.setAttribute("role", "img");
    mark.setAttribute("aria-label", this.cellWords(cell, names));
    mark.title = this.cellWords(cell, names);
    node.append(mark);
    if (cell.reported && cell.reported < cell.owed) node.append(this.share(cell));
    return node;
  }

  /** 2/3: some who owe have not reported; the mark's label says it in words. */
  share({ reported, owed }) {
    const node = this.desk.page.element("small", "share", `${reported}/${owed}`);
    node.setAttribute("aria-hidden", "true");
    return node;
  }
}

const keyOf = (task) => `${task.number} ${task.title}`;

/** "2022Q3" and "Q3" as "3"; anything else in its last two characters. */
function brief(period) {
  return /Q(\d)$/.exec(period)?.[1] || period.slice(-2);
}
