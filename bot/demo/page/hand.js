// A hand in the chat: finds people and buttons, presses, types and waits, through the same addresses as the page's own.

import { COMMANDS, ORDER_MARK, ROLES, SAID } from "./words.js";

const BEAT = 900; // ms between two acts, so that one can follow
const READ = 2000; // ms to read what came
const PATIENCE = 12000; // ms for an answer
const LOOK = 120; // ms between two looks

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** What `look` finds as soon as it finds something; an Error of the name "Stuck" after `ms`. */
export async function until(look, ms = PATIENCE) {
  const end = Date.now() + ms;
  for (;;) {
    const found = look();
    if (found) return found;
    if (Date.now() > end) throw Object.assign(new Error("no answer"), { name: "Stuck" });
    await pause(LOOK);
  }
}

/** The buttons of a message that the bot hears of: the data is "1:action:card:revision:arguments…". */
export function buttonsOf(message) {
  const cells = (message.reply_markup?.inline_keyboard || []).flat().filter((cell) => cell.callback_data);
  return cells.map((cell) => {
    const [, action, , , ...args] = cell.callback_data.split(":");
    return { label: cell.text, data: cell.callback_data, action, args };
  });
}

export const wordsOf = (message) => message.text || message.caption || "";

export class Hand {
  /** `told(key, values)` hears of every act before it is done. */
  constructor(page, told) {
    this.page = page;
    this.told = told;
  }

  everybody(role) {
    const people = [...this.page.people().values()].filter((person) => person.kind === "private" && !person.blocked);
    return people.filter((person) => ROLES[role].test(person.title || ""));
  }

  one(role) {
    return this.everybody(role)[0] || null;
  }

  /** The bot's messages to somebody, newest first. */
  heard(person) {
    return this.page.messages(person.id).filter((message) => message.from_bot).reverse();
  }

  /** Whether the bot told somebody something like `pattern`, and nothing like `not`. */
  wasTold(person, pattern, not = null) {
    return this.heard(person).some((message) => pattern.test(wordsOf(message)) && !not?.test(wordsOf(message)));
  }

  /** The newest message after `after` with a button that does `action`, and that button. */
  find(person, action, test = () => true, after = 0) {
    for (const message of this.heard(person)) {
      if (message.message_id <= after) return null;
      const button = buttonsOf(message).find((one) => one.action === action && test(one));
      if (button) return { message, button };
    }
    return null;
  }

  /** The newest card that asks for a report still owed, and how many tasks it lists. */
  owing(person) {
    const isCard = (message) => buttonsOf(message).some(({ action }) => action === "f" || action === "st");
    const card = this.heard(person).find(isCard);
    if (!card || !SAID.owed.test(wordsOf(card))) return null;
    return { card, tasks: buttonsOf(card).filter(({ action }) => action === "f") };
  }

  /** The number of the first task a list asks about; empty when the card is about one task. */
  static numberOn(owed) {
    return owed.tasks.length ? owed.tasks[0].label.replace(ORDER_MARK, "") : "";
  }

  lastId(person) {
    return Math.max(0, ...this.page.messages(person.id).map((message) => message.message_id));
  }

  async open(person, message = null) {
    this.page.openChat(person.id); // also when it is open: on a phone the panel may cover it
    if (!message) return;
    await until(() => this.page.openId() === person.id, 3000);
    await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn, 60)));
    this.page.jump(message.message_id);
  }

  async press(person, action, test = () => true, after = 0) {
    const { message, button } = await until(() => this.find(person, action, test, after));
    this.told("tour_press", { label: button.label });
    await this.open(person);
    await pause(BEAT);
    const before = this.state(person);
    await this.page.post("press", { chat: person.id, message_id: message.message_id, data: button.data });
    await until(() => this.state(person) !== before);
  }

  async type(person, text, replyTo = null) {
    this.told("tour_say", { text });
    await this.open(person);
    await pause(BEAT);
    const before = this.lastId(person);
    const { message_id: sent } = await this.page.post("send", { chat: person.id, text, reply_to: replyTo });
    await until(() => this.lastId(person) > Math.max(before, sent));
    return sent;
  }

  /** Leave time to read what came. */
  rest() {
    return pause(READ);
  }

  ask(person, screen) {
    return this.type(person, COMMANDS[screen]);
  }

  /** Let time go to the next planned message; false when nothing is planned. */
  async next() {
    this.told("tour_moving", {});
    const result = await this.page.move("next", {});
    return Boolean(result) && result.moved !== false;
  }

  async goTo(moment) {
    this.told("tour_moving", {});
    await this.page.move("set", { to: moment });
  }

  /** Changes whenever anything in the chat does. */
  state(person) {
    return this.page.messages(person.id).map((message) => message.revision).join();
  }
}
