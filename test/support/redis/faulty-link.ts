import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { until } from '../until.ts';
import { LinkedPair, type LinkState } from './linked-pair.ts';

/**
 * A TCP link to a server on this machine that fails as it is told: put its `port` where the server's would be. Each of the methods
 * takes effect before it returns, for the connections there are and for new ones.
 */
export class FaultyLink implements AsyncDisposable {
  readonly #server: Server;
  readonly #target: number;
  readonly #pairs = new Set<LinkedPair>();
  #state: LinkState = { kind: 'pass' };
  #lostReplies = 0;

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
      const pair = new LinkedPair(client, this.#target, this.#state, () => (this.#lostReplies += 1));
      this.#pairs.add(pair);
      pair.closed.then(
        () => this.#pairs.delete(pair),
        () => undefined,
      );
    });
  }

  /** A link to this port of loopback. */
  static async to(target: number): Promise<FaultyLink> {
    const link = new FaultyLink(target);
    await once(link.#server.listen(0, '127.0.0.1'), 'listening');
    return link;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the link is closed');
    return address.port;
  }

  /** The connections that have not been closed on both sides. */
  get connections(): number {
    return this.#pairs.size;
  }

  /** Everything goes through again. Connections that have lost bytes can't go on: they are reset. */
  pass(): void {
    this.#set({ kind: 'pass' });
  }

  /** Resets (RST) the connections there are, on both sides; new ones are as before. */
  cut(): void {
    for (const pair of this.#pairs) pair.reset();
  }

  /** Resets the connections there are, and each new one at once. */
  refuse(): void {
    this.#set({ kind: 'refuse' });
  }

  /**
   * Half-open: what either side sends, and that it closes, vanishes without a sign. New connections are taken, and answer nothing.
   */
  blackHole(): void {
    this.#set({ kind: 'silent' });
  }

  /** The same for the connections there are, as when a host has vanished; new ones are as before. */
  silence(): void {
    for (const pair of this.#pairs) pair.enter({ kind: 'silent' });
  }

  /** Each piece arrives so much later, in order, in both directions. */
  delay(ms: number): void {
    this.#set({ kind: 'delay', ms });
  }

  /**
   * Requests go through, and their answers are lost; with `to`, only on connections that from now on send these bytes, from then on.
   * Cut the link, or the client waits for ever.
   */
  dropReplies(to?: string): void {
    this.#lostReplies = 0;
    this.#set({ kind: 'mute', ...(to !== undefined && { to: Buffer.from(to) }) });
  }

  /** Waits until an answer was lost since `dropReplies`: the server has carried out what it was asked. */
  async replyLost(): Promise<void> {
    await until(
      () => this.#lostReplies > 0,
      () => 'an answer was lost',
    );
  }

  /** Loses the next answer to what has these bytes, and then its connection; resolves when that has happened. */
  async loseReply(to: string): Promise<void> {
    this.dropReplies(to);
    try {
      await this.replyLost();
    } finally {
      this.pass();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.cut();
    await closed;
  }

  #set(state: LinkState): void {
    this.#state = state;
    for (const pair of this.#pairs) pair.enter(state);
  }
}
