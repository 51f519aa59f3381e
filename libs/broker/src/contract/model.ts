import { BEGINNING, position, type Position } from '@tailgate/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AppendRequest, LogBroker } from '../log-broker.js';
import { Appender, positionOf } from './appender.js';
import type { StoreFactory } from './broker-store.js';
import { ChannelModel } from './channel-model.js';
import { WEB } from './contract-test.js';
import { stepsBy, type Place, type Step } from './model-steps.js';
import { EVERYTHING, lineNames, moved, numberedFrom, recordsOf, spansOf } from './records.js';

const SOURCES = ['a.log', 'b.log', 'c.log'];

export function describeModel(factory: StoreFactory): void {
  describe('does as a simple model does', () => {
    for (const retainLines of [1, 7, 100_000]) {
      test(`in any sequence of appends, retries, conflicts and reads, with ${retainLines} lines retained`, async () => {
        const property = fc.asyncProperty(stepsBy(SOURCES.length), async (steps) => {
          await using store = await factory.open({ retainLines, retainBytes: 64 * 1024 * 1024 });
          const run = new Run(await store.connect(), new ChannelModel(retainLines));
          for (const step of steps) await run.take(step);
        });
        await fc.assert(property, { numRuns: 60 });
      });
    }
  });
}

/** One sequence of steps, taken by a broker and by the model. */
class Run {
  readonly #appenders: readonly Appender[];
  readonly #sent = new Map<Appender, AppendRequest>();
  /** Every record ever appended, as `recordsOf`. */
  readonly #records: string[] = [];
  /** How many of them were purged. */
  #gone = 0;

  constructor(
    readonly broker: LogBroker,
    readonly model: ChannelModel,
  ) {
    this.#appenders = SOURCES.map((source) => new Appender(broker, WEB, source));
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'append':
        await this.#append(this.#appender(step.source), step.lines, this.#at(step.seen));
        break;
      case 'putBack':
        await this.#putBack(this.#appender(step.source), step.lines, step.off);
        break;
      case 'retry':
        await this.#retry(this.#appender(step.source));
        break;
      case 'conflict':
        await this.#conflict(this.#appender(step.source), step.lines, this.#at(step.seen));
        break;
      case 'once':
        await this.#appendOnce(step.lines);
        break;
      case 'purge':
        expect(await this.broker.purge(WEB)).toEqual(this.model.purge());
        this.#gone = this.#records.length;
        break;
      case 'readAfter': {
        const from = this.#at(step.place) ?? BEGINNING;
        expect(spansOf(await this.broker.readAfter(WEB, from, step.limits))).toEqual(
          this.model.after(from, step.limits),
        );
        return;
      }
      case 'readBefore': {
        const from = this.#at(step.place) ?? BEGINNING;
        expect(spansOf(await this.broker.readBefore(WEB, from, step.limits))).toEqual(
          this.model.before(from, step.limits),
        );
        return;
      }
    }
    await this.#compare();
  }

  async #append(appender: Appender, count: number, seen: Position | undefined): Promise<void> {
    const lines = lineNames(`${this.#records.length}.`, count);
    await this.#send(appender, appender.request(lines, seen), lines);
  }

  async #appendOnce(count: number): Promise<void> {
    const lines = lineNames(`${this.#records.length}.`, count);
    const source = `once ${this.model.ends.length}`;
    const request = { ...new Appender(this.broker, WEB, source).request(lines), keepFor: 86_400_000 };
    const last = positionOf(await this.broker.append(request));
    this.model.append(request, last);
    this.#records.push(...numberedFrom(moved(last, 1 - lines.length), lines));
    expect(await this.broker.append(request)).toEqual({ outcome: 'appended', last });
    expect(await this.broker.append({ ...request, next: 'other' })).toMatchObject({ outcome: 'conflict' });
  }

  async #putBack(appender: Appender, count: number, off: number): Promise<void> {
    const { head } = this.model;
    const lines = lineNames(`${this.#records.length}.`, count);
    const request = { ...appender.request(lines), again: head ? moved(head, count + off) : position(1, count) };
    if (head && off === 0) return this.#send(appender, request, lines);
    expect((await this.broker.append(request)).outcome).toBe('conflict');
  }

  async #send(appender: Appender, request: AppendRequest, lines: readonly string[]): Promise<void> {
    const last = await appender.send(request);
    this.#sent.set(appender, request);
    this.model.append(request, last);
    this.#records.push(...numberedFrom(moved(last, 1 - lines.length), lines));
  }

  async #retry(appender: Appender): Promise<void> {
    const request = this.#sent.get(appender);
    if (!request) return;
    expect(positionOf(await this.broker.append(request))).toEqual(this.model.checkpoints.get(appender.source)?.last);
  }

  async #conflict(appender: Appender, count: number, seen: Position | undefined): Promise<void> {
    const request = { ...appender.request(lineNames('never ', count), seen), expected: 'not stored' };
    const stored = this.model.checkpoints.get(appender.source);
    expect(await this.broker.append(request)).toEqual(
      stored ? { outcome: 'conflict', stored } : { outcome: 'conflict' },
    );
  }

  /** All that can be asked without a position. */
  async #compare(): Promise<void> {
    const bounds = await this.broker.bounds(WEB);
    const expected = this.model.bounds();
    expect(bounds).toEqual(expected && { ...expected, updated: bounds?.updated });
    expect(await this.broker.checkpoints(WEB)).toEqual(this.model.checkpoints);
    const records = recordsOf(await this.broker.readAfter(WEB, BEGINNING, EVERYTHING));
    expect(records).toEqual(this.#records.slice(this.#records.length - records.length));
    expect(records).toHaveLength(expected?.records ?? 0);
    expect(records.length).toBeLessThanOrEqual(this.#records.length - this.#gone);
  }

  #appender(index: number): Appender {
    const appender = this.#appenders[index];
    if (!appender) throw new Error(`there is no source ${index}`);
    return appender;
  }

  /** The position that a place means, if any has been given. */
  #at(place: Place | undefined): Position | undefined {
    const { ends } = this.model;
    const end = place && ends[ends.length - 1 - Math.min(place.age, ends.length - 1)];
    return end && position(Math.max(0, end.epoch + place.epochs), Math.max(0, end.seq + place.records));
  }
}
