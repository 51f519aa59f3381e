/** How long to wait before the next dial: milliseconds. */
export interface BackOffOptions {
  /** The longest first pause; default 1,000. Each next one may be twice as long. */
  readonly firstMs?: number;
  /** No pause is longer; default 5,000: who looks at a log waits no longer, and a gateway that has too many viewers says so itself. */
  readonly mostMs?: number;
}

/**
 * Full jitter: any pause from none to the ceiling is as likely as any other, so that the viewers of a gateway that went away come back
 * spread over the whole time.
 */
export class BackOff {
  readonly #firstMs: number;
  readonly #mostMs: number;
  #failures = 0;

  constructor({ firstMs = 1_000, mostMs = 5_000 }: BackOffOptions) {
    this.#firstMs = firstMs;
    this.#mostMs = mostMs;
  }

  /** The next pause; `floorMs`: what the server asks for, beside which the jitter comes. */
  next(floorMs = 0): number {
    const ceiling = Math.min(this.#mostMs, this.#firstMs * 2 ** this.#failures);
    this.#failures += 1;
    return floorMs + Math.random() * ceiling;
  }

  /** A connection has held. */
  reset(): void {
    this.#failures = 0;
  }
}
