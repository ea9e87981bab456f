// What the server has said so far: people, their messages, the revision. Nothing here is guessed.

import { dayOf, useZone } from "./words.js";

export const people = new Map(); // chat id -> person or group as the server describes it
const threads = new Map(); // chat id -> Thread
const listeners = [];
const PAGE = 80; // messages fetched on scrolling up

/** One chat's messages in order; older ones may still be on the server. */
class Thread {
  list = [];
  known = new Map();
  more = false;
  #fetching = null;

  place(id) {
    let low = 0;
    let high = this.list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.list[middle].message_id < id) low = middle + 1; else high = middle;
    }
    return low;
  }

  put(message) {
    const id = message.message_id;
    const known = this.known.has(id);
    if (!known && this.more && this.list.length && id < this.list[0].message_id) return; // comes with its neighbours
    message.day = dayOf(message.date);
    this.list.splice(this.place(id), known ? 1 : 0, message);
    this.known.set(id, message);
  }

  drop(id) {
    if (this.known.delete(id)) this.list.splice(this.place(id), 1);
  }

  /** Fetch older messages, one request at a time; true when some came. */
  fetch(chat, limit = PAGE) {
    this.#fetching ??= this.#older(chat, limit).finally(() => { this.#fetching = null; });
    return this.#fetching;
  }

  async #older(chat, limit) {
    if (!this.more || !this.list.length) return false;
    const answer = await fetch(`/control/messages?chat=${chat}&before=${this.list[0].message_id}&limit=${limit}`);
    if (!answer.ok) return false;
    const { messages, more } = await answer.json();
    this.more = false; // what comes now has its neighbours
    for (const message of messages.reverse()) this.put(message);
    this.more = more;
    return messages.length > 0;
  }
}

const EMPTY = new Thread();
export const thread = (id) => threads.get(id) || EMPTY;
export const messagesOf = (id) => thread(id).list;
export const newest = (id) => thread(id).list.at(-1);
export const unreadInAll = () => [...people.values()].reduce((sum, person) => sum + person.unread, 0);

/** `listener(state, chats)`: after each state is taken; `chats` are the ids of those whose messages changed. */
export function onState(listener) { listeners.push(listener); }

function take(state) {
  useZone(state.clock.zone);
  const changed = new Set();
  for (const person of state.users) {
    if (!threads.has(person.id)) threads.set(person.id, Object.assign(new Thread(), { more: false }));
    people.set(person.id, person);
  }
  for (const message of state.messages) {
    const its = threads.get(message.chat_id);
    if (message.deleted) its.drop(message.message_id); else its.put(message);
    changed.add(message.chat_id);
  }
  for (const id of state.more || []) threads.get(id).more = true;
  for (const listener of listeners) {
    try { listener(state, changed); } catch (error) { console.error(error); }
  }
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** Follow the server for ever. `onConnection(true | false)` when it is lost or found again. */
export async function follow(onConnection) {
  let revision = 0;
  let run = "";
  let failures = 0;
  for (;;) {
    try {
      const answer = await fetch(`/control/state?since=${revision}&wait=${revision && !failures ? 25 : 0}`);
      if (answer.status === 401) { location.reload(); return; } // the password is asked for again
      if (!answer.ok) throw new Error(String(answer.status));
      const state = await answer.json();
      if (run && (state.run !== run || state.revision < revision)) { location.reload(); return; } // another world began
      if (failures) onConnection(true);
      failures = 0;
      ({ revision, run } = state);
      take(state);
      await pause(40); // a year played fast changes hundreds of times a second
    } catch (error) {
      if (!failures++) onConnection(false);
      await pause(Math.min(4000, 400 * 2 ** failures));
    }
  }
}
