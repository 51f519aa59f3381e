import {
  BEGINNING,
  formatPosition,
  parseChannel,
  parseClientFrame,
  parsePosition,
  printFrame,
  type ChannelName,
  type ClosingReason,
  type Position,
  type ServerFrame,
} from '@tailgate/protocol';
import type { WebSocketClass, WebSocketLike } from '../transport/websocket.js';
import { FakeChannel } from './fake-channel.js';
import { encodeAsEvents } from './sse-text.js';

/** What happens to the channel before a connection is served. */
export type Change =
  | { readonly kind: 'append'; readonly count: number }
  | { readonly kind: 'trim'; readonly count: number }
  | { readonly kind: 'epoch'; readonly withdrawn: number };

/** How a connection goes wrong, at frame number `at` of those behind the greeting; where there are fewer, at their end. */
export type Fault =
  | { readonly kind: 'refuse' }
  | { readonly kind: 'cut' | 'silence' | 'skip' | 'garbage'; readonly at: number }
  | { readonly kind: 'repeat'; readonly at: number; readonly back: number }
  | { readonly kind: 'closing'; readonly at: number; readonly reason: ClosingReason };

export interface Scene {
  readonly changes: readonly Change[];
  readonly fault: Fault;
}

/** The server's side of one connection. */
interface Peer {
  send(frame: ServerFrame | 'garbage'): void;
  cut(): void;
}

/** Records in a frame at most. */
const BATCH = 7;

export const CHANNEL = channelNamed('host/h5');

/** A gateway with one channel that serves connection after connection as its scenes say, and honestly when there are none left. */
export class FakeGateway {
  readonly channel = new FakeChannel(CHANNEL);
  dials = 0;
  readonly #scenes: Scene[];
  #honest: { readonly peer: Peer; cursor: Position } | undefined;

  constructor(scenes: readonly Scene[] = []) {
    this.#scenes = [...scenes];
  }

  get isHonest(): boolean {
    return this.#scenes.length === 0;
  }

  /** Appends while an honest connection is open. */
  appendLive(count: number): void {
    this.channel.append(count);
    const open = this.#honest;
    if (!open) return;
    for (const frame of this.channel.after(open.cursor, BATCH)) open.peer.send(frame);
    open.cursor = this.channel.head;
  }

  /** In place of the global `fetch`: answers any URL as `/api/stream`. */
  readonly fetch = (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const { searchParams } = new URL(input instanceof Request ? input.url : input);
    const scene = this.#next();
    if (scene?.fault.kind === 'refuse') return Promise.reject(new TypeError('fetch failed'));
    const body = new FakeBody();
    init?.signal?.addEventListener('abort', () => body.cut());
    const peer: Peer = {
      send: (frame) => body.write(frame === 'garbage' ? 'event: lines\ndata: [{]\n\n' : encodeAsEvents(frame)),
      cut: () => body.cut(),
    };
    this.#serve(peer, searchParams.get('after'), searchParams.get('tail'), scene);
    return Promise.resolve(new Response(body.stream, { headers: { 'content-type': 'text/event-stream' } }));
  };

  /** In place of the global `WebSocket`. */
  get WebSocket(): WebSocketClass {
    const next = (): Scene | undefined => this.#next();
    const serve = (peer: Peer, after: string | null, tail: string | null, scene: Scene | undefined): void =>
      this.#serve(peer, after, tail, scene);
    return class extends FakeSocket {
      constructor() {
        const scene = next();
        super(scene?.fault.kind === 'refuse', (peer, after, tail) => serve(peer, after, tail, scene));
      }
    };
  }

  #next(): Scene | undefined {
    this.dials += 1;
    const scene = this.#scenes.shift();
    for (const change of scene?.changes ?? []) {
      if (change.kind === 'append') this.channel.append(change.count);
      else if (change.kind === 'trim') this.channel.trim(change.count);
      else this.channel.beginEpoch(change.withdrawn);
    }
    return scene;
  }

  #serve(peer: Peer, after: string | null, tail: string | null, scene: Scene | undefined): void {
    const cursor = after === null ? this.channel.tail(Number(tail ?? 50)) : (parsePosition(after) ?? BEGINNING);
    const at = formatPosition(cursor);
    peer.send({ type: 'welcome', replica: 'fake', version: 1 });
    peer.send({ type: 'subscribed', channel: CHANNEL, cursor: at, ...this.channel.bounds });
    const frames = [...this.channel.after(cursor, BATCH), { type: 'live', channel: CHANNEL } as const];
    if (scene) {
      misbehave(peer, frames, scene.fault, this.channel);
    } else {
      for (const frame of frames) peer.send(frame);
      this.#honest = { peer, cursor: this.channel.head };
    }
  }
}

function misbehave(peer: Peer, frames: readonly ServerFrame[], fault: Fault, channel: FakeChannel): void {
  const at = fault.kind === 'refuse' ? 0 : Math.min(fault.at, frames.length);
  for (const frame of frames.slice(0, at)) peer.send(frame);
  if (fault.kind === 'silence') return;
  if (fault.kind === 'closing') peer.send({ type: 'closing', reason: fault.reason });
  if (fault.kind === 'garbage') peer.send('garbage');
  if (fault.kind === 'repeat') {
    const { epoch, seq } = channel.head;
    const first = Math.max(1, seq - fault.back);
    if (seq > 0 && channel.bounds.first !== null) peer.send(channel.records(epoch, first, seq - first + 1));
  }
  if (fault.kind !== 'cut' && fault.kind !== 'closing') {
    for (const frame of frames.slice(fault.kind === 'skip' || fault.kind === 'garbage' ? at + 1 : at)) peer.send(frame);
  }
  peer.cut();
}

/** A body that comes in pieces, each event in two, and breaks off behind the last. */
class FakeBody {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #pieces: Uint8Array[] = [];
  #isCut = false;
  #wake: (() => void) | undefined;

  constructor() {
    this.stream = new ReadableStream({ pull: (controller) => this.#pull(controller) }, { highWaterMark: 0 });
  }

  write(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.#pieces.push(bytes.subarray(0, bytes.length >> 1), bytes.subarray(bytes.length >> 1));
    this.#wake?.();
  }

  cut(): void {
    this.#isCut = true;
    this.#wake?.();
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    while (this.#pieces.length === 0 && !this.#isCut) await new Promise<void>((resolve) => (this.#wake = resolve));
    const piece = this.#pieces.shift();
    if (piece) controller.enqueue(piece);
    else controller.error(new TypeError('terminated'));
  }
}

class FakeSocket implements WebSocketLike {
  readyState = 0;
  readonly #serve: (peer: Peer, after: string | null, tail: string | null) => void;
  readonly #target = new EventTarget();

  constructor(isRefused: boolean, serve: (peer: Peer, after: string | null, tail: string | null) => void) {
    this.#serve = serve;
    queueMicrotask(() => {
      if (isRefused) {
        this.#close(1006);
        return;
      }
      this.readyState = 1;
      this.#target.dispatchEvent(new Event('open'));
    });
  }

  send(data: string): void {
    const result = parseClientFrame(data);
    if (!result.ok) throw new Error(result.message);
    const { frame } = result;
    if (frame.type !== 'subscribe') return;
    const tail = frame.tail === undefined ? null : String(frame.tail);
    this.#serve({ send: (each) => this.#receive(each), cut: () => this.#close(1006) }, frame.after ?? null, tail);
  }

  close(): void {
    this.#close(1000);
  }

  addEventListener(type: string, listener: (event: never) => void): void {
    this.#target.addEventListener(type, listener as (event: Event) => void);
  }

  #receive(frame: ServerFrame | 'garbage'): void {
    const data = frame === 'garbage' ? '{"type":"records","channel":' : printFrame(frame);
    this.#target.dispatchEvent(Object.assign(new Event('message'), { data }));
  }

  #close(code: number): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.#target.dispatchEvent(Object.assign(new Event('close'), { code, reason: '' }));
  }
}

function channelNamed(text: string): ChannelName {
  const channel = parseChannel(text);
  if (!channel) throw new Error(text);
  return channel;
}
