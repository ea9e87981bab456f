// The tour's eight steps. A step knows whom it is about, why it cannot be done now, how to get there, how a hand does
// it, and by what in the chat one sees that it is done. People are found by role, messages by their buttons.

import { Hand, buttonsOf, until, wordsOf } from "./hand.js";
import { Step } from "./step.js";
import { SAID, say } from "./words.js";

const PAGES = 12; // of a list turned at most
const PICTURE = 6000; // ms waited for a summary's picture
const YEAR_SPEED = 60; // days a second where nothing happens

class Activate extends Step {
  who() { return this.hand.one("coordinator"); }
  cannot() { return this.who() ? "" : "need_coordinator"; }
  done() { return this.store.active; }

  async go() {
    const who = this.who();
    if (!this.hand.find(who, "pp")) await this.hand.ask(who, "plan");
    await this.hand.open(who, this.hand.find(who, "pp")?.message);
  }

  async act() {
    const who = this.who();
    await this.go();
    const doubts = ({ args }) => args[0] === "doubts";
    if (this.hand.find(who, "pp", doubts)) {
      await this.hand.press(who, "pp", doubts);
      await this.hand.rest();
    }
    const overview = ({ args }) => args[0] === "overview";
    if (this.hand.find(who, "pp", overview)) await this.hand.press(who, "pp", overview);
    await this.hand.press(who, "pp", ({ args }) => args[0] === "activate");
    await this.hand.press(who, "pa");
    await until(() => this.done());
  }
}

class Sign extends Step {
  who() { return this.unsigned()[0]?.person || this.signed()[0] || null; }
  done() { return this.signed().length > 0; }

  unsigned() {
    return this.contacts((person) => this.hand.find(person, "sg"), ({ message }) => wordsOf(message).length);
  }

  signed() {
    return this.hand.everybody("contact").filter((person) => this.hand.wasTold(person, SAID.signed));
  }

  async go() {
    await this.nextUntil(() => this.unsigned().length || this.done());
    const [first] = this.unsigned();
    if (first) await this.hand.open(first.person, first.seen.message);
  }

  async act() {
    await this.go();
    const [first] = this.unsigned();
    if (!first) throw new Error("need_unsigned");
    await this.hand.press(first.person, "sg");
    await until(() => this.done());
  }
}

class Report extends Step {
  who() { return this.owing()[0]?.person || null; }

  done() {
    return this.hand.everybody("contact").some((person) => this.hand.wasTold(person, SAID.received, SAID.own_words));
  }

  /** To the last day of the running quarter, then on to the reminder after it. */
  async towardsDeadline() {
    const end = quarterEnd(this.store.now.slice(0, 10), this.store.year);
    if (end > this.store.now.slice(0, 10)) await this.hand.goTo(`${end}T18:00`);
    await this.hand.next();
    await this.nextUntil(() => this.owing().length);
  }

  async go() {
    if (!this.owing().length) await this.towardsDeadline();
    const [first] = this.owing();
    if (!first) throw new Error("need_owing");
    await this.hand.open(first.person, first.seen.card);
  }

  async act() {
    await this.go();
    const [{ person, seen }] = this.owing();
    this.tour.memo.reported = person.id;
    const before = seen.card.message_id - 1;
    if (seen.tasks.length) await this.hand.press(person, "f", ({ data }) => data === seen.tasks[0].data, before);
    await this.hand.press(person, "st", ({ args }) => args[0] === "in_progress", before);
    await this.hand.press(person, "go", () => true, before);
    await until(() => this.done());
  }
}

class OwnWords extends Report {
  who() { return this.others()[0]?.person || null; }

  done() {
    return this.hand.everybody("contact").some((person) =>
      this.hand.heard(person).some((message) => SAID.own_words.test(wordsOf(message)) && SAID.received.test(wordsOf(message))));
  }

  others() {
    const spoken = this.hand.everybody("contact").filter((person) => this.hand.wasTold(person, SAID.received));
    return this.owing().filter(({ person }) => !spoken.includes(person));
  }

  async go() {
    if (!this.others().length) await this.towardsDeadline();
    const [other] = this.others();
    if (!other) throw new Error("need_second");
    await this.hand.open(other.person, other.seen.card);
  }

  async act() {
    await this.go();
    const [{ person, seen }] = this.others();
    const answer = say(this.tour.page.language(), "words_answer", { number: Hand.numberOn(seen) }).trim();
    const sent = await this.hand.type(person, answer, seen.card.message_id);
    await this.settle(person, sent);
    await this.hand.rest();
    await this.hand.press(person, "wy", () => true, sent);
    await until(() => this.done());
  }

  /** Answer what the bot asks back (which task, how far) until it shows what it understood. */
  async settle(person, sent) {
    const asks = ["wy", "wt", "ws"];
    for (let turn = 0; turn < 3; turn++) {
      const action = await until(() => asks.find((one) => this.hand.find(person, one, () => true, sent)));
      if (action === "wy") return;
      await this.hand.press(person, action, ({ args }) => args[0] === "0" || args[0] === "in_progress", sent);
    }
  }
}

class Review extends Step {
  who() { return this.hand.one("coordinator"); }

  cannot() {
    if (!this.who()) return "need_coordinator";
    return super.cannot() || (this.anyReport() ? "" : "need_reports");
  }

  done() { return Boolean(this.who()) && this.hand.wasTold(this.who(), SAID.returned); }

  async act() {
    const who = this.who();
    await this.hand.ask(who, "board");
    const sent = await this.hand.ask(who, "review");
    await this.hand.press(who, "rr", () => true, sent);
    await this.hand.press(who, "rc", () => true, sent);
    await this.hand.press(who, "rl", () => true, sent);
    await until(() => this.done());
  }
}

const onePage = (message, mode) => buttonsOf(message).some(({ action, args }) => action === "sm" && args[0] === mode);

class Drill extends Step {
  who() { return this.hand.one("leader"); }

  cannot() {
    if (!this.who()) return "need_leader";
    return super.cannot() || (this.anyReport() ? "" : "need_reports");
  }

  /** A task's own page leads back to the tasks and to nothing else above; a report on it has a number. */
  done() {
    const isTask = (message) => onePage(message, "tasks") && !onePage(message, "all") && !onePage(message, "agencies");
    const told = (message) => isTask(message) && SAID.report_number.test(wordsOf(message));
    return Boolean(this.who()) && this.hand.heard(this.who()).some(told);
  }

  number() { return this.reported()[0] || ""; }

  async act() {
    const who = this.who();
    const sent = await this.hand.ask(who, "summary");
    await this.hand.press(who, "sm", ({ args }) => args[0] === "tasks", sent);
    const open = await this.turnTo(who, sent, this.reported());
    await this.hand.press(who, "sm", open, sent);
    await until(() => this.done());
  }

  /** The numbers, or else titles, of the tasks somebody has reported on. */
  reported() {
    const tasks = this.store.demo?.board?.tasks || [];
    return tasks.filter(({ cells }) => cells.some((cell) => cell.reported > 0)).map(({ number, title }) => number || title);
  }

  async turnTo(who, sent, names) {
    const named = (label) => names.some((name) => name === label || (label.endsWith("…") && name.startsWith(label.slice(0, -1))));
    const wanted = ({ args, label }) => args[0] === "task" && (!names.length || named(label));
    for (let page = 0; page < PAGES; page++) {
      if (this.hand.find(who, "sm", wanted, sent)) return wanted;
      const on = ({ args, label }) => args[0] === "tasks" && label === "›";
      if (!this.hand.find(who, "sm", on, sent)) break;
      await this.hand.press(who, "sm", on, sent);
    }
    throw new Error("need_drill");
  }
}

class Year extends Step {
  /** The last quarter's report is sealed in the second or third week of January. */
  done() {
    const { store } = this;
    if (store.demo?.plan?.state === "closed") return true;
    const after = (day) => Boolean(store.now && store.active) && store.now.slice(0, 10) > `${store.year + 1}-${day}`;
    return after("01-20") || (after("01-09") && this.summed());
  }

  summed() {
    const since = Date.UTC(this.store.year + 1, 0, 6) / 1000;
    return this.hand.everybody("leader").some((person) =>
      this.hand.heard(person).some((message) => message.date > since && onePage(message, "tasks")));
  }

  progress() {
    const from = Date.UTC(this.store.year, 0, 1);
    const to = Date.UTC(this.store.year + 1, 0, 14);
    const part = this.store.now ? (Date.parse(this.store.now) - from) / (to - from) : 0;
    return this.done() ? 1 : Math.min(0.99, Math.max(0, part));
  }

  underway() { return Boolean(this.store.demo?.play.on); }

  async go() { this.tour.show("play"); }

  async act() {
    if (!this.store.demo?.cast.answering) await this.store.post("/demo/cast", { answering: true, manner: "mixed" });
    await this.store.post("/demo/play", { days_per_second: YEAR_SPEED });
  }
}

class Files extends Year {
  who() { return this.hand.one("leader") || this.hand.one("coordinator"); }
  cannot() { return super.cannot() || (super.done() ? "" : "need_year_over"); }
  progress() { return null; }
  underway() { return false; }

  done() {
    const since = Date.UTC(this.store.year + 1, 0, 1) / 1000;
    return [...this.hand.everybody("leader"), ...this.hand.everybody("coordinator")].some((person) =>
      this.hand.heard(person).some((message) => message.document && message.date > since));
  }

  async go() {
    const summary = this.hand.heard(this.who()).find((message) => onePage(message, "tasks"));
    await this.hand.open(this.who(), summary);
  }

  async act() {
    const who = this.who();
    const sent = await this.hand.ask(who, "summary");
    const isPicture = (message) => message.photo && message.message_id > sent;
    await until(() => this.hand.heard(who).some(isPicture), PICTURE).catch(() => null);
    const whole = ({ args }) => args[0] === String(this.store.year);
    if (this.hand.find(who, "sp", whole, sent)) await this.hand.press(who, "sp", whole, sent);
    await this.hand.press(who, "sx", () => true, sent);
    await until(() => this.done());
  }
}

/** ISO day: the end of the quarter `today` lies in, kept inside the plan's year. */
export function quarterEnd(today, year) {
  const quarter = today.slice(0, 4) < String(year) ? 1 : Math.ceil(Number(today.slice(5, 7)) / 3);
  return new Date(Date.UTC(Math.max(year, Number(today.slice(0, 4))), quarter * 3, 0)).toISOString().slice(0, 10);
}

const STEPS = { activate: Activate, sign: Sign, report: Report, words: OwnWords, review: Review, summary: Drill, year: Year, files: Files };

/** The eight steps for a tour, as {key, step}. */
export const stepsOf = (tour) => Object.entries(STEPS).map(([key, Kind]) => ({ key, step: new Kind(tour) }));
