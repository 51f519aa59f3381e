/** A wait that can be ended early, also before it was begun. */
export class Pause {
  #ended = false;
  #end: (() => void) | undefined;

  /** Ends the wait that is under way, or else the next one. */
  end(): void {
    this.#ended = true;
    this.#end?.();
  }

  /** Waits so many milliseconds at the most. */
  async take(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(resolve, Math.max(0, ms), undefined);
    this.#end = () => {
      resolve(undefined);
    };
    if (this.#ended) resolve(undefined);
    await promise;
    clearTimeout(timer);
    this.#ended = false;
    this.#end = undefined;
  }
}
