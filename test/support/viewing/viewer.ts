import { carryByHttp, type Carried, type Carry } from './carrier.ts';
import { EventReader, type StreamEvent } from './event-reader.ts';
import { Judgement } from './judgement.ts';
import type { Random } from './random.ts';

/** Where a viewer may connect to now. */
export type FindGateway = (random: Random) => string | undefined;

export interface ViewerOptions {
  /** The position that it begins after; default: the beginning of everything. */
  readonly after?: string;
  /** How it connects; default: plain HTTP of this process. */
  readonly carry?: Carry;
}

/** Watches one channel as an event stream, and goes on at any gateway with the last id that it was given, whatever happens. */
export class Viewer implements Disposable {
  readonly judgement: Judgement;
  /** When it was connected, each time: milliseconds, as `performance.now()` says. */
  readonly connectedAt: number[] = [];
  readonly #query: string;
  readonly #options: Required<ViewerOptions>;
  readonly #random: Random;
  readonly #gateway: FindGateway;
  #lastId: string | undefined;
  #connection: Carried | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** `query`: what goes behind the channel. */
  constructor(channel: string, query: string, random: Random, gateway: FindGateway, options: ViewerOptions = {}) {
    this.judgement = new Judgement(channel);
    this.#query = query;
    this.#options = { after: '0-0', carry: carryByHttp, ...options };
    this.#random = random;
    this.#gateway = gateway;
  }

  connect(): void {
    const gateway = this.#gateway(this.#random);
    if (gateway === undefined) {
      this.#again();
      return;
    }
    const { after, carry } = this.#options;
    const url = `${gateway}/api/stream?channel=${this.judgement.channel}&after=${after}${this.#query}`;
    let isOver = false;
    const reader = new EventReader((event) => {
      // What was read of a connection that is given up counts no more: the next one begins where this one stood.
      if (!isOver) this.#take(event);
    });
    this.#connection = carry(url, this.#lastId, {
      open: (status) => {
        this.connectedAt.push(performance.now());
        if (status !== 200) this.judgement.fail(`answered with ${status}`);
      },
      bytes: (bytes) => reader.read(bytes),
      end: () => {
        if (isOver) return;
        isOver = true;
        this.#again();
      },
    });
  }

  /** As when a network goes away. */
  cut(): void {
    this.#connection?.close();
  }

  /** Reads nothing more of the connection that there is, until the answer is called. */
  hold(): () => void {
    return this.#connection?.hold() ?? (() => undefined);
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#connection?.close();
  }

  #take(event: StreamEvent): void {
    if (event.id !== undefined) this.#lastId = event.id;
    this.judgement.take(event);
  }

  #again(): void {
    this.#connection = undefined;
    if (!this.#closed) this.#timer = setTimeout(() => this.connect(), this.#random.between(20, 400));
  }
}
