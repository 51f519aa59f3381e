/** `hold`: the gate has been shut or opened. `ping`: the server is to be asked for a sign of life. */
type Wish = 'hold' | 'ping';

/** What is wanted of the connection at the moment: entries or none, and now and then a ping. A transport looks at it before it takes more. */
export class Gate {
  readonly #shutBy = new Set<string>();
  readonly #watchers = new Set<(wish: Wish) => void>();

  get isOpen(): boolean {
    return this.#shutBy.size === 0;
  }

  isShutBy(reason: string): boolean {
    return this.#shutBy.has(reason);
  }

  /** `reason` holds the gate shut until it is said to do so no more. */
  hold(reason: string, isShut: boolean): void {
    const wasOpen = this.isOpen;
    if (isShut) this.#shutBy.add(reason);
    else this.#shutBy.delete(reason);
    if (wasOpen !== this.isOpen) this.tell('hold');
  }

  /** Calls with each wish until the answer is called. */
  watch(watcher: (wish: Wish) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  tell(wish: Wish): void {
    for (const watcher of this.#watchers) watcher(wish);
  }
}
