import type { Places } from '../connections.js';

/** So many in all, from wherever. */
export class CountedPlaces implements Places {
  #taken = 0;

  constructor(private readonly most: number) {}

  take(): Disposable | undefined {
    if (this.#taken >= this.most) return undefined;
    this.#taken += 1;
    let isTaken = true;
    return {
      [Symbol.dispose]: () => {
        if (isTaken) this.#taken -= 1;
        isTaken = false;
      },
    };
  }
}
