import type { Writable } from 'node:stream';
import type { ChannelFeeds } from '../feed/channel-feeds.js';
import type { Clock } from '../feed/clock.js';
import type { SessionContext } from '../session/session-context.js';
import { Session } from '../session/session.js';
import { SseConnection } from './sse-connection.js';
import { LinesEvents, RecordEvents } from './sse-encoder.js';
import type { StreamObserver } from './stream-observer.js';
import type { StreamQuery } from './stream-query.js';

/** While draining, a viewer is told to go every so many milliseconds, unless there are too many for the time there is. */
const DRAIN_STEP_MS = 5;

/** What a connection may take to send its last bytes after all were told to close: milliseconds. Then it is cut. */
const LAST_BYTES_MS = 500;

/** Those who can't be served now come back after this many milliseconds, or up to `1 + RETRY_SPREAD` times as many: not all at once. */
const REFUSED_RETRY_MS = 1_000;
const RETRY_SPREAD = 4;

export interface StreamRegistryContext extends SessionContext {
  readonly clock: Clock;
  readonly observer: StreamObserver;
  readonly maxStreams: number;
  readonly isStarting: () => boolean;
}

/** All event streams of this process: opens them, counts them, and ends them. */
export class StreamRegistry implements AsyncDisposable {
  readonly #feeds: ChannelFeeds;
  readonly #context: StreamRegistryContext;
  readonly #streams = new Map<Session, Writable>();
  // One for all streams, since the encoded batches are shared.
  readonly #recordEvents = new RecordEvents();
  readonly #linesEvents = new LinesEvents();
  #draining = false;
  #onEmpty: (() => void) | undefined;

  constructor(feeds: ChannelFeeds, context: StreamRegistryContext) {
    this.#feeds = feeds;
    this.#context = context;
  }

  /** How many streams are open. */
  get size(): number {
    return this.#streams.size;
  }

  /** Serves one viewer on a connection, on which the answer's headers were sent, until either side ends it. */
  serve(output: Writable, { channel, start, lines }: StreamQuery): void {
    const { observer } = this.#context;
    // What is wrong with a connection ends in its `close`.
    output.on('error', () => undefined);
    const connection = new SseConnection(output, lines ? this.#linesEvents : this.#recordEvents, observer);
    const reason = this.#refusal();
    if (reason) {
      // Of the reasons that the protocol knows, "go elsewhere, and come back" is the one of a gateway that has no broker yet.
      connection.refuse(
        reason === 'starting' ? 'drain' : reason,
        Math.round(REFUSED_RETRY_MS * (1 + Math.random() * RETRY_SPREAD)),
      );
      observer.streamRefused(reason);
      return;
    }
    const session = new Session(this.#feeds.of(channel), connection, start, this.#context);
    this.#streams.set(session, output);
    output.on('drain', () => session.drained());
    output.once('close', () => this.#closed(session));
    connection.begin();
    session.open();
  }

  /**
   * Tells every viewer to go on elsewhere and ends its stream, spread over at most `seconds`; from now on new ones are turned away.
   * Answers when all connections are closed; those that take no last bytes are cut.
   */
  async drain(seconds: number): Promise<void> {
    const { clock } = this.#context;
    this.#draining = true;
    const sessions = [...this.#streams.keys()];
    if (sessions.length === 0) return;
    const empty = new Promise<void>((resolve) => (this.#onEmpty = resolve));
    const spread = Math.min(seconds * 1000, sessions.length * DRAIN_STEP_MS);
    const begun = clock.elapsed();
    let told = 0;
    using timers = new DisposableStack();
    const step = (): void => {
      const due = spread > 0 ? Math.ceil((sessions.length * (clock.elapsed() - begun)) / spread) : sessions.length;
      for (const session of sessions.slice(told, due)) session.close('drain');
      told = Math.max(told, due);
    };
    timers.use(clock.every(DRAIN_STEP_MS, step));
    timers.use(clock.after(Math.max(seconds * 1000, spread) + LAST_BYTES_MS, () => this.#cut()));
    await empty;
  }

  /** Cuts every stream. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#draining = true;
    this.#cut();
    return this.#feeds[Symbol.asyncDispose]();
  }

  /** Why a new viewer can't be served now. */
  #refusal(): 'starting' | 'drain' | 'too-many' | undefined {
    if (this.#draining) return 'drain';
    if (this.#context.isStarting()) return 'starting';
    return this.#streams.size >= this.#context.maxStreams ? 'too-many' : undefined;
  }

  #cut(): void {
    for (const [session, output] of this.#streams) {
      session.detach();
      output.destroy();
    }
  }

  #closed(session: Session): void {
    session.detach();
    this.#streams.delete(session);
    if (this.#streams.size === 0) this.#onEmpty?.();
  }
}
