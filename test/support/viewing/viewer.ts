import { request, type ClientRequest } from 'node:http';
import { EventReader, type StreamEvent } from './event-reader.ts';
import { Judgement } from './judgement.ts';
import type { Random } from './random.ts';

/** Pings come every 15 s at most: a connection that is silent for longer is given up. */
const SILENT_MS = 20_000;

/** Where a viewer may connect to now. */
export type FindGateway = (random: Random) => string | undefined;

/** Watches one channel over plain HTTP, and goes on at any gateway with the last id that it was given, whatever happens. */
export class Viewer implements Disposable {
  readonly judgement: Judgement;
  /** When it was connected, each time: milliseconds, as `performance.now()` says. */
  readonly connectedAt: number[] = [];
  readonly #query: string;
  readonly #random: Random;
  readonly #gateway: FindGateway;
  #lastId: string | undefined;
  #request: ClientRequest | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** `query`: what goes behind the channel. */
  constructor(channel: string, query: string, random: Random, gateway: FindGateway) {
    this.judgement = new Judgement(channel);
    this.#query = query;
    this.#random = random;
    this.#gateway = gateway;
  }

  connect(): void {
    const url = this.#gateway(this.#random);
    if (url === undefined) {
      this.#again();
      return;
    }
    const headers = this.#lastId === undefined ? {} : { 'Last-Event-ID': this.#lastId };
    const path = `${url}/api/stream?channel=${this.judgement.channel}&after=0-0${this.#query}`;
    const sent = request(path, { headers, agent: false, timeout: SILENT_MS });
    this.#request = sent;
    const reader = new EventReader((event) => {
      // What was read of a connection that is given up counts no more: the next one begins where this one stood.
      if (this.#request === sent) this.#take(event);
    });
    sent.on('response', (response) => {
      this.connectedAt.push(performance.now());
      if (response.statusCode !== 200) this.judgement.fail(`answered with ${String(response.statusCode)}`);
      response.on('data', (bytes: Buffer) => reader.read(bytes));
      response.on('error', () => undefined);
    });
    sent.on('timeout', () => sent.destroy());
    sent.on('error', () => undefined);
    sent.on('close', () => {
      if (this.#request === sent) this.#again();
    });
    sent.end();
  }

  /** As when a network goes away. */
  cut(): void {
    this.#request?.destroy();
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#request?.destroy();
  }

  #take(event: StreamEvent): void {
    if (event.id !== undefined) this.#lastId = event.id;
    this.judgement.take(event);
  }

  #again(): void {
    this.#request = undefined;
    if (!this.#closed) this.#timer = setTimeout(() => this.connect(), this.#random.between(20, 400));
  }
}
