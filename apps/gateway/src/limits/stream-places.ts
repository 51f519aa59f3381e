import type { LimitName, Limits } from './limit-table.js';

/** How many viewers there are, in all and of each address. */
export class StreamPlaces {
  readonly #byAddress = new Map<string, number>();
  #taken = 0;

  /** `onRefused` is told of each viewer for whom there is no place, and which limit that was. */
  constructor(
    private readonly limits: Pick<Limits, 'maxStreams' | 'maxStreamsPerAddress'>,
    private readonly onRefused: (limit: LimitName) => void = () => undefined,
  ) {}

  /** How many have one. */
  get taken(): number {
    return this.#taken;
  }

  /** A place for one viewer of this address (as `countedAddress` has it), to be disposed of once; `undefined` where there is none. */
  take(address: string): Disposable | undefined {
    const ofAddress = this.#byAddress.get(address) ?? 0;
    const isFull = this.#taken >= this.limits.maxStreams;
    if (isFull || ofAddress >= this.limits.maxStreamsPerAddress) {
      this.onRefused(isFull ? 'streams' : 'streams_per_address');
      return undefined;
    }
    this.#taken += 1;
    this.#byAddress.set(address, ofAddress + 1);
    return { [Symbol.dispose]: () => this.#leave(address) };
  }

  #leave(address: string): void {
    this.#taken -= 1;
    const left = (this.#byAddress.get(address) ?? 0) - 1;
    if (left > 0) this.#byAddress.set(address, left);
    else this.#byAddress.delete(address);
  }
}
