import { BEGINNING, formatPosition } from '@tailgate/protocol';
import { describe, expect, vi } from 'vitest';
import type { Batch } from '../batch.js';
import type { LogBroker } from '../log-broker.js';
import { Appender } from './appender.js';
import type { BrokerStore, StoreFactory } from './broker-store.js';
import { contractTest, WEB } from './contract-test.js';
import { EVERYTHING, lineNames, payloadOf, recordOf, recordsOf } from './records.js';

export function describeConcurrency(factory: StoreFactory): void {
  const test = contractTest(factory);

  describe('concurrent appenders', () => {
    test('of many sources leave no hole, and each source in its order', async ({ store, broker }) => {
      const live: Batch[] = [];
      await broker.follow(WEB, (batch) => live.push(batch));
      const ends = await endsOf(store, 4);
      const sources = lineNames('source ', 12);
      await Promise.all(
        sources.map(async (source, index) => {
          const appender = new Appender(ends[index % ends.length] ?? broker, WEB, source);
          for (let step = 0; step < 25; step += 1) {
            await appender.append(lineNames(`${source} step ${step} line `, (step + index) % 4));
          }
        }),
      );
      const stored = await broker.readAfter(WEB, BEGINNING, EVERYTHING);
      const records = recordsOf(stored);
      const epoch = stored[0]?.first.epoch ?? 0;
      expect(records.map((record) => record.split(' ', 1)[0])).toEqual(
        records.map((_, index) => `${epoch}-${index + 1}`),
      );
      for (const [index, source] of sources.entries()) {
        const own = records.map(withoutPosition).filter((text) => text.includes(`"${source} step`));
        const sent = Array.from({ length: 25 }, (_, step) =>
          lineNames(`${source} step ${step} line `, (step + index) % 4),
        ).flat();
        expect(own).toEqual(sent.map(recordOf));
      }
      await vi.waitFor(() => expect(live.length).toBe(stored.length), { timeout: 20_000 });
      expect(live).toEqual(stored);
    });

    test('of one source: exactly one wins each step, and the others learn what it stored', async ({ store }) => {
      const ends = await endsOf(store, 3);
      let expected: string | undefined;
      for (let step = 0; step < 15; step += 1) {
        const answers = await Promise.all(
          lineNames('racer ', 6).map(async (racer, index) => {
            const next = `${step} by ${racer}`;
            const payload = payloadOf([next]);
            const request = { channel: WEB, source: 'raced', expected, next, records: 1, payload };
            return { next, answer: await (ends[index % ends.length] ?? fail()).append(request) };
          }),
        );
        const winners = answers.flatMap(({ next, answer }) =>
          answer.outcome === 'appended' ? [{ next, last: answer.last }] : [],
        );
        const [winner] = winners;
        expect(winners).toHaveLength(1);
        const stored = { checkpoint: winner?.next, last: winner?.last };
        for (const { next, answer } of answers) {
          if (next !== winner?.next) expect(answer).toEqual({ outcome: 'conflict', stored });
        }
        expect(winner?.last.seq).toBe(step + 1);
        expected = winner?.next;
      }
    });

    test('on one file, each with batches of its own size, append it exactly once', async ({ store, broker }) => {
      const file = lineNames('line ', 120);
      const ends = await endsOf(store, 2);
      const tailers = [1, 2, 3].map((size, index) => tail(ends[index % ends.length] ?? broker, file, size));
      await Promise.all(tailers);
      const records = recordsOf(await broker.readAfter(WEB, BEGINNING, EVERYTHING));
      expect(records.map(withoutPosition)).toEqual(file.map(recordOf));
    });

    test('that send the very same append are all told that it succeeded, and it did once', async ({
      store,
      broker,
    }) => {
      const ends = await endsOf(store, 3);
      const request = new Appender(broker).request(['1', '2']);
      const answers = await Promise.all([...ends, ...ends].map((end) => end.append(request)));
      const positions = answers.map((answer) =>
        answer.outcome === 'appended' ? formatPosition(answer.last) : 'conflict',
      );
      expect(new Set(positions).size).toBe(1);
      expect(await broker.bounds(WEB)).toMatchObject({ records: 2, last: { seq: 2 } });
    });

    test('that have seen too much open one epoch, and not one each', async ({ store, broker }) => {
      const head = await new Appender(broker).append(['1']);
      const ends = await endsOf(store, 3);
      const seen = { ...head, seq: head.seq + 1 };
      await Promise.all(
        lineNames('source ', 6).map((name, index) =>
          new Appender(ends[index % 3] ?? broker, WEB, name).append(['2'], seen),
        ),
      );
      expect(await broker.bounds(WEB)).toMatchObject({ records: 7, last: { seq: 6 }, epochs: [{ closed: 1 }, {}] });
    });
  });
}

/** Follows `file` as a tailer does: from the stored checkpoint, rewinding at each conflict. Its checkpoints are `<line> <size>`. */
async function tail(broker: LogBroker, file: readonly string[], size: number): Promise<void> {
  let expected: string | undefined;
  for (let at = 0; at < file.length;) {
    const lines = file.slice(at, at + size);
    const next = `${at + lines.length} ${size}`;
    const base = { channel: WEB, source: 'file', records: lines.length, payload: payloadOf(lines) };
    const answer = await broker.append({ ...base, expected, next });
    expected = answer.outcome === 'appended' ? next : answer.stored?.checkpoint;
    at = Number(expected?.split(' ', 1)[0] ?? 0);
  }
}

async function endsOf(store: BrokerStore, count: number): Promise<LogBroker[]> {
  return Promise.all(Array.from({ length: count }, () => store.connect()));
}

function withoutPosition(record: string): string {
  return record.slice(record.indexOf(' ') + 1);
}

function fail(): never {
  throw new Error('no such end');
}
