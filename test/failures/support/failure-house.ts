import { RedisBroker } from '@tailgate/broker';
import { parseChannel, position, type ChannelName } from '@tailgate/protocol';
import { NO_OBSERVER, parseLogTemplate, Tailing, type TailingOptions } from '@tailgate/tailing';
import { ChannelFeeds } from '../../../apps/gateway/src/feed/channel-feeds.ts';
import { systemClock } from '../../../apps/gateway/src/feed/clock.ts';
import { Rounds } from '../../../apps/gateway/src/feed/rounds.ts';
import { Sessions } from '../../../apps/gateway/src/session/sessions.ts';
import { silentObserver } from '../../../apps/gateway/src/stream/stream-observer.ts';
import { TempFolder } from '../../support/temp-folder.ts';
import { Watcher } from './watcher.ts';

/** What a tailer has reported. */
interface Report {
  putBack: number;
  conflicts: number;
  failures: number;
}

export interface RunningTailer extends AsyncDisposable {
  readonly report: Report;
}

/** The core of a gateway on a real Redis, a folder of logs, and as many tailers as a test starts. */
export class FailureHouse implements AsyncDisposable {
  readonly folder = new TempFolder();
  readonly channel: ChannelName;
  readonly #broker: RedisBroker;
  readonly #opened = new AsyncDisposableStack();
  readonly #sessions: Sessions;

  private constructor(
    readonly url: string,
    broker: RedisBroker,
  ) {
    this.#broker = broker;
    const channel = parseChannel('host/h5');
    if (!channel) throw new Error('not a channel');
    this.channel = channel;
    const rounds = new Rounds(systemClock);
    this.#opened.use(this.folder);
    this.#opened.use(broker);
    const feeds = { broker, signs: broker, clock: systemClock, rounds, observer: silentObserver };
    this.#sessions = this.#opened.use(new Sessions(new ChannelFeeds(feeds), feeds));
  }

  static async open(url: string): Promise<FailureHouse> {
    return new FailureHouse(url, await RedisBroker.connect({ url }));
  }

  /** A viewer, which leaves with the house. */
  watch(after?: string): Watcher {
    return this.#opened.use(new Watcher(this.#sessions, this.channel, after));
  }

  /** Appends lines to a file of the folder. */
  write(name: string, ...lines: readonly string[]): void {
    this.folder.append(name, lines.map((line) => `${line}\n`).join(''));
  }

  /** Opens an epoch as a Redis does whose clock is ahead by so many milliseconds. */
  async openEpoch(aheadMs: number): Promise<void> {
    const seen = position(Date.now() + aheadMs, 0);
    const request = { channel: this.channel, source: 'clock', expected: undefined, next: '', records: 0, seen };
    await this.#broker.append({ ...request, payload: Buffer.alloc(0) });
  }

  /** Follows `name` (a pattern) for the channel, as the tailer's process does; it ends with the house, or when it is disposed of. */
  async tail(name = '*.log', options: Partial<TailingOptions> = {}, url = this.url): Promise<RunningTailer> {
    const report: Report = { putBack: 0, conflicts: 0, failures: 0 };
    const observer = {
      ...NO_OBSERVER,
      putBack: (_source: unknown, records: number) => void (report.putBack += records),
      conflict: () => void (report.conflicts += 1),
      appendFailed: () => void (report.failures += 1),
    };
    const templates = [parseLogTemplate(`${this.folder.join(name)}=${this.channel}`)];
    const opened = new AsyncDisposableStack();
    const running: { tailing?: Tailing } = {};
    const told = { lost: () => undefined, unfit: () => undefined, connected: () => running.tailing?.compareSoon() };
    const broker = opened.use(await RedisBroker.connect({ url, observer: told }));
    const tailing = new Tailing(broker, broker, { templates, maxLineBytes: 65_536, ...options }, observer);
    running.tailing = opened.use(tailing);
    await tailing.start();
    let ended: Promise<void> | undefined;
    return this.#opened.use({ report, [Symbol.asyncDispose]: () => (ended ??= opened.disposeAsync()) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync();
  }
}

/** `<prefix><from>` to `<prefix><to>`. */
export function linesOf(prefix: string, from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `${prefix}${from + index}`);
}
