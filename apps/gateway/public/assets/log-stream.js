// @ts-check
// A channel's stream over the browser's own EventSource, and what is known of it.

/** @typedef {{ line: string, time: number, stream?: string, source?: string, partial?: true, continues?: string, truncated?: number }} LogRecord */
/** @typedef {{ notice: string, time: number, bytes: number | null }} Notice */
/** @typedef {{ from: string | null, to: string | null, lost: number | null, reason: string }} Gap */
/** @typedef {'connecting' | 'following' | 'waiting' | 'stalled' | 'unreachable' | 'disconnected'} State */

/** @typedef {{ channels: readonly { source?: string }[] }} Connected */
/** @typedef {{ state: State }} Status */

/**
 * @typedef {object} Listener
 * @property {(state: State, text: string) => void} onState on every change, and every second while it counts down to the next try
 * @property {(source: string | undefined) => void} onConnected
 * @property {(record: LogRecord, id: string) => void} onLog
 * @property {(notice: Notice) => void} onNotice
 * @property {(gap: Gap) => void} onGap
 * @property {() => void} onEpoch
 * @property {() => void} onLive everything that was there when the connection began has been sent
 */

/** The server says something every 15 s at least. Silence for longer than two of those is a dead connection that looks alive. */
const SILENCE_MS = 40_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** @type {Readonly<Record<string, string>>} */
const STATE_TEXTS = {
  following: 'live',
  waiting: 'waiting for a file',
  stalled: 'stalled: no sign of its tailer',
  unreachable: 'broker unreachable',
};

export class LogStream {
  /** @type {EventSource | undefined} */ #source;
  /** The cursor: what to go on from. */
  #lastId = '';
  /** @type {State} */ #channelState = 'following';
  #heard = 0;
  #pause = FIRST_PAUSE_MS;
  /** When the next try begins, while there is no connection and the browser makes none. */
  #nextTry = 0;

  /**
   * @param {string} channel
   * @param {number} tail lines of history to begin with
   * @param {Listener} listener
   */
  constructor(channel, tail, listener) {
    this.channel = channel;
    this.tail = tail;
    this.listener = listener;
    setInterval(() => this.#watch(), 1_000);
    addEventListener('online', () => this.#retryNow());
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.#retryNow();
    });
    // A page that the browser keeps for "back" must not hold a connection: there are only six to a server.
    addEventListener('pagehide', () => this.#source?.close());
    addEventListener('pageshow', (event) => {
      if (event.persisted) this.#open();
    });
    listener.onState('connecting', 'connecting…');
    this.#open();
  }

  #open() {
    this.#source?.close();
    this.#nextTry = 0;
    this.#heard = Date.now();
    const query = new URLSearchParams({ tail: String(this.tail) });
    if (this.#lastId !== '') query.set('after', this.#lastId);
    // A channel is written unescaped: its grammar has nothing that needs escaping.
    const source = new EventSource(`/api/stream?channel=${this.channel}&${query}`);
    this.#source = source;
    source.addEventListener('error', () => this.#onError());
    this.#on('connected', (/** @type {Connected} */ data) => {
      this.#pause = FIRST_PAUSE_MS;
      this.listener.onConnected(data.channels[0]?.source);
      this.#say();
    });
    this.#on('log', this.listener.onLog);
    this.#on('notice', this.listener.onNotice);
    this.#on('gap', this.listener.onGap);
    this.#on('epoch', this.listener.onEpoch);
    this.#on('live', this.listener.onLive);
    this.#on('ping', () => undefined);
    this.#on('closing', () => this.listener.onState('disconnected', 'the server ends the connection'));
    this.#on('status', (/** @type {Status} */ data) => {
      this.#channelState = data.state;
      this.#say();
    });
  }

  /**
   * @template Data what PROTOCOL.md says that this event carries
   * @param {string} name
   * @param {(data: Data, id: string) => void} take
   */
  #on(name, take) {
    this.#source?.addEventListener(name, (event) => {
      if (event.target !== this.#source) return;
      this.#heard = Date.now();
      if (event.lastEventId !== '') this.#lastId = event.lastEventId;
      take(JSON.parse(event.data), event.lastEventId);
    });
  }

  #say() {
    this.listener.onState(this.#channelState, STATE_TEXTS[this.#channelState] ?? this.#channelState);
  }

  /** The browser tries again by itself after a connection that broke, and never after an answer that it did not like. */
  #onError() {
    if (this.#source?.readyState === EventSource.CLOSED) this.#retryLater();
    else this.listener.onState('disconnected', 'disconnected, trying again…');
  }

  #retryLater() {
    // Spread, so that the viewers of a server that starts again don't all come at once.
    this.#nextTry = Date.now() + this.#pause * (0.5 + Math.random());
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
    this.#watch();
  }

  #retryNow() {
    if (this.#nextTry > 0) this.#open();
    else this.#watch();
  }

  #watch() {
    const now = Date.now();
    if (this.#nextTry > now) {
      this.listener.onState('disconnected', `disconnected, next try in ${Math.ceil((this.#nextTry - now) / 1000)} s`);
    } else if (this.#nextTry > 0 || now - this.#heard > SILENCE_MS) {
      this.listener.onState('disconnected', 'disconnected, trying again…');
      this.#open();
    }
  }
}
