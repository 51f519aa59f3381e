/** Notices silence: a connection whose other end is gone looks like one on which nothing happens. */
export class Watchdog {
  readonly #limitMs: number;
  readonly #bark: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(limitMs: number, bark: () => void) {
    this.#limitMs = limitMs;
    this.#bark = bark;
  }

  /** Something was heard; also begins. */
  heard(): void {
    this.stop();
    this.#timer = setTimeout(this.#bark, this.#limitMs);
  }

  /** Silence means nothing until something is heard. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}
