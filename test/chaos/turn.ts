/** Something that one at a time may have; who comes meanwhile does without. */
export class Turn {
  #isTaken = false;

  /** Whoever gets it gives it back by disposing of it; `undefined` where somebody else has it. */
  take(): Disposable | undefined {
    if (this.#isTaken) return undefined;
    this.#isTaken = true;
    return { [Symbol.dispose]: () => void (this.#isTaken = false) };
  }
}
