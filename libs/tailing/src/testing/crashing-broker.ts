import type { AppendAnswer, AppendRequest, LogBroker } from '@tailgate/broker';

/** A broker whose answer to one append never comes: whoever waits for it can only be killed. */
export class CrashingBroker {
  #armed: 'before' | 'after' | undefined;
  #crashed = Promise.withResolvers<'crashed'>();

  constructor(private readonly inner: LogBroker) {}

  /** The next append is the last: it has its effect (`after`), or none (`before`). */
  arm(when: 'before' | 'after'): void {
    this.#armed = when;
    this.#crashed = Promise.withResolvers();
  }

  disarm(): void {
    this.#armed = undefined;
  }

  /** Resolves when that append was called. */
  get crashed(): Promise<'crashed'> {
    return this.#crashed.promise;
  }

  get broker(): LogBroker {
    const { inner } = this;
    return {
      append: (request) => this.#append(request),
      checkpoints: (channel) => inner.checkpoints(channel),
      bounds: (channel) => inner.bounds(channel),
      purge: (channel) => inner.purge(channel),
      readAfter: (...args) => inner.readAfter(...args),
      readBefore: (...args) => inner.readBefore(...args),
      follow: (...args) => inner.follow(...args),
      channels: (query) => inner.channels(query),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }

  async #append(request: AppendRequest): Promise<AppendAnswer> {
    const when = this.#armed;
    if (when === 'before') return this.#hang();
    const answer = await this.inner.append(request);
    return when === 'after' ? this.#hang() : answer;
  }

  #hang(): Promise<never> {
    this.#crashed.resolve('crashed');
    return new Promise(() => undefined);
  }
}
