/** Whether entries are wanted at the moment. A transport looks at it before it takes more. */
export class Gate {
  readonly #shutBy = new Set<string>();
  readonly #watchers = new Set<() => void>();

  get isOpen(): boolean {
    return this.#shutBy.size === 0;
  }

  isShutBy(reason: string): boolean {
    return this.#shutBy.has(reason);
  }

  /** `reason` holds the gate shut until `open` is called with the same. */
  shut(reason: string): void {
    const wasOpen = this.isOpen;
    this.#shutBy.add(reason);
    if (wasOpen) this.#changed();
  }

  open(reason: string): void {
    if (this.#shutBy.delete(reason) && this.isOpen) this.#changed();
  }

  /** Calls after each change until the answer is called. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  #changed(): void {
    for (const watcher of this.#watchers) watcher();
  }
}
