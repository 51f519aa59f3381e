import type { ChannelSummary, LogBroker, SourceLeases, TailerSigns } from '@tailgate/broker';
import type { LineFilter } from '@tailgate/history';
import { BEGINNING, formatPosition, parsePosition, type ChannelName } from '@tailgate/protocol';
import type { JobQueue } from '../queue/job-queue.js';
import type { AlertEvent, Delivery, DeliveryProgress } from '../webhooks/webhook-queue.js';
import { count, countingFrom, parseCounting, printCounting } from './alert-counting.js';
import { filterOf, looksAt, type AlertRule } from './alert-rule.js';
import type { AlertStore } from './alert-store.js';

/** What a rule reads at a time, before it notes how far it is. */
const READ = { records: 1_000, bytes: 1024 * 1024 };

/** Channels of a page of the list. */
const PAGE = 100;

/** The list of channels may be so much behind: milliseconds. */
const LIST_LAG_MS = 10_000;

/** Every so many looks the whole list is looked at: what stands in it may be old where a tailer has died. */
const WHOLE_LIST_EVERY = 30;

/**
 * While so many alerts are on their way no more lines are looked at: they stay where they are, and the queue does not grow without end
 * because somebody's server does not answer.
 */
const MOST_UNDER_WAY = 500;

/** Noted once a rule has begun: what the channels had before does not count. No channel is named so. */
const BEGUN = 'begun';

export interface WatchParts {
  readonly broker: LogBroker & SourceLeases & TailerSigns;
  readonly store: AlertStore;
  readonly deliveries: JobQueue<Delivery, DeliveryProgress>;
  /** Is told of each alert that is new. */
  readonly onAlert: (event: AlertEvent) => void;
}

/**
 * One rule, as long as this process is the one that looks after it. How far it is with each channel is noted by comparison, and an alert
 * has an id that follows from where it is: whoever else looks after the rule meanwhile counts the same lines to the same alerts, and one
 * of the two finds that it is all done.
 */
export class AlertWatch {
  readonly #filter: LineFilter;
  #notes: Map<string, string> | undefined;
  /** What was appended to before this was looked at already: milliseconds since the Unix epoch. */
  #seen = -Infinity;
  #looks = 0;

  constructor(
    private readonly rule: AlertRule,
    private readonly parts: WatchParts,
  ) {
    this.#filter = filterOf(rule);
  }

  /** Looks at all that is new. Rejects as the broker and the store do, and may be asked again. */
  async look(signal: AbortSignal): Promise<void> {
    this.#notes ??= new Map(await this.parts.store.notes(this.rule.id));
    if (!this.#notes.has(BEGUN) && !(await this.#begin())) return;
    const since = this.#looks % WHOLE_LIST_EVERY === 0 ? -Infinity : this.#seen - LIST_LAG_MS;
    let newest = this.#seen;
    for await (const summary of this.#channels(since)) {
      signal.throwIfAborted();
      newest = Math.max(newest, summary.updated);
      await this.#catchUp(summary, signal);
    }
    this.#seen = newest;
    this.#looks += 1;
  }

  /** Leaves out what there is. False where files are still read for the first time, which is history, too. */
  async #begin(): Promise<boolean> {
    const heads: (readonly [ChannelName, string])[] = [];
    for await (const { channel, last } of this.#channels(-Infinity)) {
      const signs = await this.parts.broker.signs(channel);
      if (signs.some(({ state }) => state === 'reading')) return false;
      heads.push([channel, formatPosition(last)]);
    }
    for (const [channel, head] of heads) await this.#note(channel, printCounting(countingFrom(head)));
    return this.#note(BEGUN, 'yes');
  }

  async #catchUp({ channel, last }: ChannelSummary, signal: AbortSignal): Promise<void> {
    const noted = this.#notes?.get(channel);
    let counting = noted === undefined ? countingFrom(formatPosition(BEGINNING)) : parseCounting(noted);
    while (counting.cursor !== formatPosition(last)) {
      signal.throwIfAborted();
      if ((await this.parts.deliveries.open()) >= MOST_UNDER_WAY) return;
      const after = parsePosition(counting.cursor) ?? BEGINNING;
      const batches = await this.parts.broker.readAfter(channel, after, READ);
      if (batches.length === 0) return;
      const { counting: next, events } = await count(this.rule, this.#filter, channel, counting, batches);
      // First, since what is noted is not looked at again; what is sent twice is taken once.
      for (const event of events) await this.#send(event);
      if (!(await this.#note(channel, printCounting(next)))) return;
      counting = next;
    }
  }

  async #send(event: AlertEvent): Promise<void> {
    const { id, webhook, owner } = this.rule;
    const where = `${event.channel.replace('/', '_')}_${event.position}`;
    if (await this.parts.deliveries.add(`${id}_${where}`, { webhook, event, owner })) this.parts.onAlert(event);
  }

  /** False where somebody else has noted something: what is noted is read anew the next time. */
  async #note(key: string, text: string): Promise<boolean> {
    const isNoted = await this.parts.store.note(this.rule.id, key, this.#notes?.get(key), text);
    if (isNoted) this.#notes?.set(key, text);
    else this.#notes = undefined;
    return isNoted;
  }

  /** Those that the rule looks at, and that were appended to since then. */
  async *#channels(since: number): AsyncGenerator<ChannelSummary, void> {
    const query = {
      order: 'recent',
      limit: PAGE,
      where: (channel: ChannelName) => looksAt(this.rule, channel),
    } as const;
    let cursor: string | undefined;
    do {
      const page = await this.parts.broker.channels({ ...query, ...(cursor !== undefined && { cursor }) });
      for (const summary of page.channels) {
        if (summary.updated < since) return;
        yield summary;
      }
      cursor = page.next;
    } while (cursor !== undefined);
  }
}
