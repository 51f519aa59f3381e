/** Questions to another process, which may die before it answers. */
export class Questions<Answer> {
  readonly #open = new Map<number, (answer: Answer | undefined) => void>();
  #next = 0;

  constructor(private readonly limitMs: number) {}

  /** Sends a question under a new number. Answers `undefined` where nothing comes in time, or nothing will. */
  async ask(send: (id: number) => void): Promise<Answer | undefined> {
    const id = this.#next;
    this.#next += 1;
    const { promise, resolve } = Promise.withResolvers<Answer | undefined>();
    this.#open.set(id, resolve);
    const timer = setTimeout(resolve, this.limitMs, undefined);
    try {
      send(id);
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#open.delete(id);
    }
  }

  /** What comes too late is nobody's any more. */
  answer(id: number, answer: Answer): void {
    this.#open.get(id)?.(answer);
  }

  /** Nothing more will come. */
  close(): void {
    for (const resolve of this.#open.values()) resolve(undefined);
  }
}
