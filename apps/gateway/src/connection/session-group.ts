import type { Session } from '../session/session.js';

/** The sessions of one connection, which is full for all of them or for none. */
export class SessionGroup {
  /** In the order in which they are given way: who has filled the connection goes to the end. */
  #sessions: Session[] = [];

  get size(): number {
    return this.#sessions.length;
  }

  add(session: Session): void {
    // Most have one: an array that grows would have room for sixteen more.
    this.#sessions = this.#sessions.concat(session);
  }

  /** Ends one of them. */
  end(session: Session): void {
    this.#sessions = this.#sessions.filter((other) => other !== session);
    session.detach();
  }

  endAll(): void {
    for (const session of this.#sessions) session.detach();
    this.#sessions = [];
  }

  /** The connection is full. */
  block(): void {
    for (const session of this.#sessions) session.block();
  }

  /** The connection can take more, until `isFull`. Whoever fills it is the last to have its turn next time. */
  drained(isFull: () => boolean): void {
    const waiting = [...this.#sessions];
    for (const [index, session] of waiting.entries()) {
      session.drained();
      if (!isFull()) continue;
      this.#sessions = [...waiting.slice(index + 1), ...waiting.slice(0, index + 1)];
      return;
    }
  }
}
