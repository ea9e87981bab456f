// What the tour's steps have in common: whom they are about, and waiting for the message they are about.

import { until } from "./hand.js";
import { FAVOURITE, SAID } from "./words.js";

const STOPS = 6; // planned messages a step waits through at most for the one it is about

/** `tour`: {page, store, hand, memo}; `memo` lives as long as the tour and says who was chosen. */
export class Step {
  constructor(tour) {
    this.tour = tour;
    this.hand = tour.hand;
    this.store = tour.store;
  }

  who() { return null; }
  cannot() { return this.store.active ? "" : "need_active"; }
  done() { return false; }
  progress() { return null; }
  underway() { return false; }
  number() { return ""; }

  async go() {
    const who = this.who();
    if (who) await this.hand.open(who);
  }

  async act() {}

  /** Contacts with something to show for `look`, those with little to read first. */
  contacts(look, size) {
    const found = this.hand.everybody("contact").map((person) => ({ person, seen: look(person) })).filter(({ seen }) => seen);
    const rank = ({ person, seen }) => (FAVOURITE.test(person.title) ? 0 : size(seen));
    return found.sort((one, other) => rank(one) - rank(other));
  }

  /** Contacts who owe a report now; a single task before a list. */
  owing() {
    return this.contacts((person) => this.hand.owing(person), ({ tasks }) => tasks.length + 1);
  }

  async nextUntil(look) {
    for (let stop = 0; stop < STOPS && !look(); stop++) {
      if (!(await this.hand.next())) return;
      await until(look, 2500).catch(() => null);
    }
  }

  anyReport() {
    return this.hand.everybody("contact").some((person) => this.hand.wasTold(person, SAID.received));
  }
}
