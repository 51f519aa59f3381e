import { isPattern, type ChannelSelector, type ServerFrame } from '@tailgate/protocol';
import { prove } from './access.js';
import { BackOff } from './back-off.js';
import { ending, type ClientError, type Ending } from './client-error.js';
import type { ConnectionState, TransportName } from './connection-state.js';
import type { Gate } from './gate.js';
import type { Verdict } from './ledger.js';
import type { ConnectOptions } from './options.js';
import { sse } from './transport/sse.js';
import type { Beginning, Filter, Transport } from './transport/transport.js';
import { websocket } from './transport/websocket.js';
import { Watchdog } from './watchdog.js';

/** Of a server that pings every 15 s. */
const SILENCE_MS = 40_000;

/** A connection that has held for this long was a success: milliseconds. */
const STABLE_MS = 5_000;

/** What a dialer works for. */
export interface Caller {
  readonly base: URL;
  readonly selectors: readonly ChannelSelector[];
  readonly filter: Filter;
  readonly gate: Gate;
  /** Ends it all. */
  readonly signal: AbortSignal;
  /** Where the next connection begins. */
  beginnings(): readonly Beginning[];
  /** `missing`: the connection is to be given up, and the next one to begin where this one left something out. */
  hear(frame: ServerFrame): Verdict;
  readonly onState: (state: ConnectionState) => void;
}

/** Holds one connection: dials, and dials again as PROTOCOL says under "Close codes". */
export class Dialer {
  readonly #options: ConnectOptions;
  readonly #caller: Caller;
  readonly #backOff: BackOff;
  /** What has worked once; until then both are tried in turn. */
  #proven: TransportName | undefined;
  #dials = 0;
  /** The last token was refused: another one is tried, but no third. */
  #wasUnauthorized = false;
  /** Which gateway answers, and which channels have not reached their head on this connection. */
  #replica = '';
  #behind = new Set<string>();
  /** When the connection's first frame came. */
  #welcomed = Infinity;
  /** Somebody asked for a new connection: no pause. */
  #isHurried = false;
  /** Ends the dial that is under way, or the pause. */
  #current = new AbortController();

  constructor(options: ConnectOptions, caller: Caller) {
    this.#options = options;
    this.#caller = caller;
    this.#backOff = new BackOff(options.backOff ?? {});
  }

  /** Dials now: ends a pause, or the connection that there is. */
  redial(): void {
    this.#isHurried = true;
    this.#current.abort();
  }

  /** Settles when it is over, with the reason where that was not the caller's wish. Never rejects. */
  async run(): Promise<ClientError | undefined> {
    const { signal } = this.#caller;
    const stop = (): void => this.#current.abort();
    signal.addEventListener('abort', stop);
    try {
      for (;;) {
        const name = this.#choose();
        const end = await this.#dial(name);
        if (!this.#isHurried && !signal.aborted) {
          if (this.#isFinal(end, name)) return end.error;
          await this.#pause(end);
        }
        if (signal.aborted) return undefined;
        this.#isHurried = false;
      }
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  async #dial(name: TransportName): Promise<Ending> {
    const { base, selectors, gate, filter, onState } = this.#caller;
    this.#dials += 1;
    this.#current = new AbortController();
    const { signal } = this.#current;
    onState({ phase: 'connecting', transport: name });
    let given: Ending | undefined;
    const giveUp = (code: string, message: string): void => {
      given ??= ending('back-off', code, message);
      this.#current.abort();
    };
    const { silenceMs = SILENCE_MS } = this.#options;
    const watchdog = new Watchdog(silenceMs, () => giveUp('silent', 'silent connection'));
    watchdog.heard();
    const proof = await prove(this.#options, base, selectors, name === 'websocket', signal);
    const beginnings = this.#caller.beginnings();
    const dialled = { base, selectors, beginnings, filter, watchdog, gate, signal };
    this.#welcomed = Infinity;
    const end =
      'retry' in proof
        ? proof
        : await this.#transport(name)({ ...dialled, ...proof }, (frame) => {
            if (signal.aborted) return;
            this.#follow(frame, name);
            if (this.#caller.hear(frame) === 'missing') giveUp('missing', 'number missing');
          });
    // Whatever still comes on this connection is too late.
    this.#current.abort();
    watchdog.stop();
    if (Date.now() - this.#welcomed >= STABLE_MS) this.#held();
    return given ?? end;
  }

  /** Tells how far the connection has got. */
  #follow(frame: ServerFrame, transport: TransportName): void {
    const { onState, selectors } = this.#caller;
    if (frame.type === 'welcome') {
      this.#proven = transport;
      this.#welcomed = Date.now();
      this.#replica = frame.replica;
      // What is not subscribed to yet is behind, too. Which channels match a pattern is not known.
      this.#behind = new Set(selectors.filter((selector) => !isPattern(selector)));
      onState({ phase: 'open', transport, replica: this.#replica });
    } else if (frame.type === 'subscribed') {
      this.#behind.add(frame.channel);
    } else if (frame.type === 'live' && this.#behind.delete(frame.channel) && this.#behind.size === 0) {
      onState({ phase: 'live', transport, replica: this.#replica });
    }
  }

  #held(): void {
    this.#backOff.reset();
    this.#wasUnauthorized = false;
  }

  #isFinal({ retry }: Ending, name: TransportName): boolean {
    // Something that knows no WebSockets answers what it likes; the other transport learns the truth.
    if (name === 'websocket' && this.#proven === undefined && this.#choose() === 'sse') return false;
    if (retry !== 'new-token') return retry === 'never';
    const again = this.#wasUnauthorized;
    this.#wasUnauthorized = true;
    return again;
  }

  /** Waits until it is time for the next dial, or somebody asks for it. */
  async #pause({ error, pauseMs, retry }: Ending): Promise<void> {
    const wait = retry === 'new-token' ? 0 : this.#backOff.next(pauseMs);
    this.#current = new AbortController();
    const { signal } = this.#current;
    this.#caller.onState({ phase: 'disconnected', error, retryAt: Date.now() + wait });
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, wait);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #choose(): TransportName {
    const { transport = 'auto' } = this.#options;
    if (transport !== 'auto') return transport;
    if (this.#caller.selectors.some(isPattern)) return 'websocket';
    if (this.#proven !== undefined) return this.#proven;
    return this.#webSocket !== undefined && this.#dials % 2 === 0 ? 'websocket' : 'sse';
  }

  #transport(name: TransportName): Transport {
    if (name === 'sse') return sse(this.#options.fetch ?? globalThis.fetch);
    const WebSocket = this.#webSocket;
    if (WebSocket) return websocket(WebSocket);
    return () => Promise.resolve(ending('never', 'unreachable', 'no WebSocket'));
  }

  get #webSocket(): ConnectOptions['WebSocket'] {
    return this.#options.WebSocket ?? globalThis.WebSocket;
  }
}
