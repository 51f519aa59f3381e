import type { TailingObserver } from './observer.js';

/** Tells a trouble once until it changes or is over, however often it is met. */
export class Troubles {
  readonly #current = new Map<string, string>();

  constructor(private readonly observer: Pick<TailingObserver, 'trouble' | 'recovered'>) {}

  trouble(path: string, message: string): void {
    if (this.#current.get(path) === message) return;
    this.#current.set(path, message);
    this.observer.trouble(path, message);
  }

  recovered(path: string): void {
    if (this.#current.delete(path)) this.observer.recovered(path);
  }
}
