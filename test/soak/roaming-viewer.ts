import type { Random } from '../support/viewing/random.ts';
import type { Reading } from './reading.ts';

/** A connection of a viewer; `close` as a browser does, `cut` as a network that goes away. */
export interface Connection {
  close(): void;
  cut(): void;
}

/** Opens a connection that goes on behind the reading's cursor, and says once when it has ended. */
type Dial = (gateway: string, reading: Reading, onEnd: () => void) => Connection;

interface RoamingOptions {
  readonly reading: Reading;
  readonly gateways: readonly string[];
  readonly dial: Dial;
  readonly random: Random;
  /** How long a connection lasts: half of it at least, one and a half times it at most. */
  readonly stayMs: number;
  /** Whether gateways may end connections, too: it goes on elsewhere then. */
  readonly mayEnd: boolean;
}

/** Watches a channel at one gateway after the other, and leaves each after a while. */
export class RoamingViewer implements Disposable {
  readonly reading: Reading;
  connections = 0;
  readonly #options: RoamingOptions;
  #connection: Connection | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RoamingOptions) {
    this.reading = options.reading;
    this.#options = options;
    this.#connect();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.cut();
  }

  #connect(): void {
    const { reading, gateways, dial, random, stayMs, mayEnd } = this.#options;
    const gateway = gateways[this.connections++ % gateways.length] ?? '';
    const connection = dial(gateway, reading, () => {
      if (this.#connection !== connection) return;
      if (!mayEnd) reading.fail(`${gateway} has ended the connection`);
      this.#reconnect();
    });
    this.#connection = connection;
    this.#timer = setTimeout(() => this.#leave(), random.between(stayMs / 2, stayMs * 1.5));
  }

  #leave(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    if (this.#options.random.chance(0.5)) connection?.close();
    else connection?.cut();
    this.#reconnect();
  }

  #reconnect(): void {
    clearTimeout(this.#timer);
    this.#connection = undefined;
    this.#timer = setTimeout(() => this.#connect(), this.#options.random.between(20, 400));
  }
}
