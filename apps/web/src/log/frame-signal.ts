/** Tells those who draw that there is something to draw: at most once a frame, or at once. */
export class FrameSignal {
  readonly #nextFrame: (callback: () => void) => () => void;
  readonly #prepare: () => void;
  readonly #listeners = new Set<() => void>();
  #cancel: (() => void) | undefined;
  #version = 0;

  /**
   * `nextFrame` calls back before the next frame is shown and answers how to call it off; `prepare` is called before the listeners
   * are.
   */
  constructor(nextFrame: (callback: () => void) => () => void, prepare: () => void) {
    this.#nextFrame = nextFrame;
    this.#prepare = prepare;
  }

  /** Another one each time that something is to be drawn. */
  get version(): number {
    return this.#version;
  }

  /** The answer takes the listener away. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** With the next frame. */
  request(): void {
    this.#cancel ??= this.#nextFrame(() => this.raise());
  }

  /** Now. */
  raise(): void {
    this.close();
    this.#prepare();
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }

  /** Calls off what was requested. */
  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
