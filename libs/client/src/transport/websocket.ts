import { closeOf, parseServerFrame, printFrame, SUBPROTOCOL, type ClientFrame } from '@tailgate/protocol';
import { ending, lost, refusedByFrame, type Ending } from '../client-error.js';
import { endingOf } from './closing.js';
import type { Dialled, Hear, Transport } from './transport.js';

/** What is needed of a `WebSocket`: the browser's, Node's from 22 on, or that of the package `ws`. */
export interface WebSocketLike {
  readonly readyState: number;
  send(data: string): void;
  close(code?: number): void;
  addEventListener(type: 'open' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { readonly code: number; readonly reason: string }) => void): void;
}

export type WebSocketClass = new (url: string, protocol: string) => WebSocketLike;

/** How often a sign of life is asked for. A browser hides the protocol's own pings. */
const PING_MS = 15_000;

/** The state of a `WebSocket` on which frames can be sent. */
const OPEN = 1;

/** What a client may say to end a connection that works: RFC 6455, 7.4.1. */
const NORMAL = 1000;

export function websocket(WebSocket: WebSocketClass): Transport {
  return async (dialled, hear) => {
    const { gate, watchdog, selectors } = dialled;
    const undo: (() => void)[] = [];
    try {
      const socket = new WebSocket(urlOf(dialled), SUBPROTOCOL);
      const send = (frame: ClientFrame): void => {
        if (socket.readyState === OPEN) socket.send(printFrame(frame));
      };
      const hold = (): void => {
        const type = gate.isOpen ? 'resume' : 'pause';
        for (const channel of selectors) send({ type, channel });
      };
      const ping = (): void => send({ type: 'ping', time: Date.now() });
      undo.push(
        () => socket.close(NORMAL),
        gate.watch((wish) => (wish === 'ping' ? ping() : hold())),
      );
      socket.addEventListener('open', () => {
        for (const frame of subscribing(dialled)) send(frame);
        if (!gate.isOpen) hold();
        const pings = setInterval(ping, PING_MS);
        undo.push(() => clearInterval(pings));
      });
      return await ended(socket, dialled, (frame) => {
        watchdog.heard();
        hear(frame);
      });
    } catch (cause) {
      // A page that came by `https:` may not use `ws:`.
      return lost(cause);
    } finally {
      for (const step of undo) step();
    }
  };
}

function subscribing({ selectors, beginnings, filter }: Dialled): ClientFrame[] {
  return selectors.map((channel, index) => ({ type: 'subscribe', channel, ...beginnings[index], ...filter }));
}

/** Hands on what the server says until it, or the caller, ends it. */
async function ended(socket: WebSocketLike, { signal }: Dialled, hear: Hear): Promise<Ending> {
  return new Promise((settle) => {
    signal.addEventListener('abort', () => settle(lost()));
    socket.addEventListener('message', ({ data }) => {
      const frame = parseServerFrame(String(data));
      if (!frame) return;
      if (frame.type === 'closing') settle(endingOf(frame.reason));
      else if (frame.type === 'error') settle(refusedByFrame(frame.code, frame.message));
      else hear(frame);
    });
    // What was wrong is not said; `close` always follows.
    socket.addEventListener('error', () => undefined);
    socket.addEventListener('close', ({ code, reason }) => settle(endingOfClose(code, reason)));
  });
}

function endingOfClose(code: number, reason: string): Ending {
  const { name, retry } = closeOf(code);
  return ending(retry, name, reason || `closed with ${code}`);
}

function urlOf({ base, ticket }: Dialled): string {
  const url = new URL('ws', base);
  url.protocol = base.protocol === 'https:' ? 'wss:' : 'ws:';
  if (ticket !== undefined) url.searchParams.set('ticket', ticket);
  return url.href;
}
