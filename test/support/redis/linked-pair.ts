import { connect, type Socket } from 'node:net';
import { Lane } from './lane.ts';

/** What a link does to what passes. */
export type LinkState =
  | { readonly kind: 'pass' | 'refuse' | 'silent' }
  | { readonly kind: 'delay'; readonly ms: number }
  /** Answers are lost: all, or of who has sent `to`. */
  | { readonly kind: 'mute'; readonly to?: Buffer };

/** A client's connection to a link, and the one that the link has to the server for it. */
export class LinkedPair {
  /** Settles when both are closed. */
  readonly closed: Promise<unknown>;
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #requests: Lane;
  readonly #replies: Lane;
  readonly #onLostReply: () => void;
  #state: LinkState;
  /** Something of it was lost, so that what follows would make no sense. */
  #broken = false;
  /** Whether the client has sent the bytes after which answers are lost, and the end of what it sent. */
  #muted = false;
  #sent = Buffer.alloc(0);

  constructor(client: Socket, target: number, state: LinkState, onLostReply: () => void) {
    this.#state = state;
    this.#onLostReply = onLostReply;
    this.#client = client;
    this.#server = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    this.#requests = new Lane(this.#client, this.#server);
    this.#replies = new Lane(this.#server, this.#client);
    this.closed = Promise.all([this.#watch(this.#requests), this.#watch(this.#replies)]);
    this.enter(state);
  }

  enter(state: LinkState): void {
    this.#state = state;
    this.#muted = false;
    this.#sent = Buffer.alloc(0);
    if (state.kind === 'refuse' || (state.kind !== 'silent' && state.kind !== 'mute' && this.#broken)) this.reset();
  }

  reset(): void {
    for (const lane of [this.#requests, this.#replies]) lane.close();
    this.#client.resetAndDestroy();
    this.#server.resetAndDestroy();
  }

  #watch(lane: Lane): Promise<void> {
    const { from } = lane;
    from.on('data', (bytes: Buffer) => this.#carry(lane, bytes));
    from.on('end', () => this.#carry(lane, undefined));
    // What follows is `close`.
    from.on('error', () => undefined);
    return new Promise((resolve) => {
      from.on('close', (hadError) => {
        if (this.#state.kind === 'silent') this.#broken = true;
        else if (hadError) this.reset();
        resolve();
      });
    });
  }

  /** `undefined`: the end of what the side sends. */
  #carry(lane: Lane, bytes: Buffer | undefined): void {
    const isReply = lane === this.#replies;
    if (this.#state.kind === 'silent' || (isReply && this.#loses(bytes))) {
      this.#broken = true;
      return;
    }
    if (!isReply && bytes) this.#lookFor(bytes);
    lane.send(bytes, this.#state.kind === 'delay' ? this.#state.ms : 0);
  }

  #loses(bytes: Buffer | undefined): boolean {
    if (this.#state.kind !== 'mute' || (this.#state.to && !this.#muted)) return false;
    if (bytes) this.#onLostReply();
    return true;
  }

  /** Looks for the bytes after which answers are lost, which may come in pieces. */
  #lookFor(bytes: Buffer): void {
    if (this.#state.kind !== 'mute' || !this.#state.to || this.#muted) return;
    const { to } = this.#state;
    const sent = Buffer.concat([this.#sent, bytes]);
    this.#muted = sent.includes(to);
    this.#sent = sent.subarray(Math.max(0, sent.length - to.length + 1));
  }
}
