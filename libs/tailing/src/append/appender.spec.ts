import {
  BrokerError,
  MAX_BATCH_BYTES,
  MemoryBroker,
  type AppendAnswer,
  type AppendRequest,
  type LogBroker,
} from '@tailgate/broker';
import { parseChannel, type Position } from '@tailgate/protocol';
import { describe, expect, it, vi } from 'vitest';
import { NO_OBSERVER, type TailingObserver } from '../observer.js';
import { Appender, type PreparedBatch } from './appender.js';
import { KEPT_LIMITS, KeptBatches } from './kept-batches.js';

const SOURCE = { channel: parseChannel('host/h5') ?? raise(), path: '/var/log/h5.log', id: '/var/log/h5.log' };

function raise(): never {
  throw new Error('no channel');
}

/** A broker whose answers the test gives. */
class Asked {
  readonly requests: AppendRequest[] = [];
  readonly #answers: PromiseWithResolvers<AppendAnswer>[] = [];
  readonly #inner = new MemoryBroker();

  readonly broker: LogBroker = Object.assign(Object.create(this.#inner) as LogBroker, {
    append: (request: AppendRequest) => {
      this.requests.push(request);
      const answer = Promise.withResolvers<AppendAnswer>();
      this.#answers.push(answer);
      return answer.promise;
    },
  });

  /** The next question that was not answered yet. */
  async #next(): Promise<PromiseWithResolvers<AppendAnswer>> {
    await vi.waitFor(() => expect(this.#answers).not.toEqual([]), { timeout: 20_000 });
    return this.#answers.shift() ?? raise();
  }

  async appended(seq: number): Promise<void> {
    (await this.#next()).resolve({ outcome: 'appended', last: { epoch: 7, seq } as Position });
  }

  async conflict(checkpoint: string | undefined): Promise<void> {
    const stored = checkpoint !== undefined && { stored: { checkpoint, last: { epoch: 7, seq: 99 } as Position } };
    (await this.#next()).resolve({ outcome: 'conflict', ...stored });
  }

  /** There is never an answer. */
  async nothing(): Promise<void> {
    await this.#next();
  }

  async fails(error: unknown): Promise<void> {
    (await this.#next()).reject(error);
  }
}

interface Setting {
  readonly asked: Asked;
  readonly appender: Appender;
  readonly stopping: AbortController;
  readonly told: string[];
  readonly kept: KeptBatches;
}

function setting(bytes = 0): Setting {
  const asked = new Asked();
  const stopping = new AbortController();
  const told: string[] = [];
  const observer: TailingObserver = {
    ...NO_OBSERVER,
    appended: (_, records, bytes) => told.push(`appended ${records} of ${bytes}`),
    conflict: () => told.push('conflict'),
    appendFailed: (_, error) => told.push(`failed: ${error instanceof Error ? error.message : String(error)}`),
  };
  const kept = new KeptBatches({ ...KEPT_LIMITS, bytes }, () => 5);
  const appender = new Appender(asked.broker, SOURCE, observer, stopping.signal, () => 5, kept.chain());
  return { asked, appender, stopping, told, kept };
}

function batch(next: string, settle: (last: Position) => void = () => undefined): PreparedBatch {
  const payload = Buffer.from(`{"line":"${next}","time":1}\n`);
  return { next, records: 1, payload, hash: { crc: 1, bytes: 10 }, bytes: 10, since: 0, settle };
}

const UNAVAILABLE = new BrokerError('unavailable', 'the broker is away');

describe('an appender', () => {
  it('appends batches in order, each after what the one before stores, the second before the first was answered', async () => {
    const { asked, appender, told } = setting();
    const settled: number[] = [];
    appender.submit(batch('a', ({ seq }) => settled.push(seq)));
    appender.submit(batch('b', ({ seq }) => settled.push(seq)));
    expect(appender.expected).toBe('b');
    expect(appender.bytesInFlight).toBe(20);
    appender.submit(batch('c', ({ seq }) => settled.push(seq)));
    const sent = () => asked.requests.map(({ expected, next }) => [expected, next]);
    await vi.waitFor(() => expect(sent()).toHaveLength(2), { timeout: 20_000 });
    await asked.appended(1);
    await vi.waitFor(() => expect(sent()).toHaveLength(3), { timeout: 20_000 });
    await asked.appended(2);
    await asked.appended(3);
    await appender.idle();
    expect(sent()).toEqual([
      [undefined, 'a'],
      ['a', 'b'],
      ['b', 'c'],
    ]);
    expect(asked.requests.map(({ seen }) => seen?.seq)).toEqual([undefined, undefined, 1]);
    expect(settled).toEqual([1, 2, 3]);
    expect(told).toEqual(['appended 1 of 10', 'appended 1 of 10', 'appended 1 of 10']);
    expect(appender.bytesInFlight).toBe(0);
  });

  it('tries the second again in its turn, where the first one was not there when it came', async () => {
    const { asked, appender, told } = setting();
    appender.submit(batch('a'));
    appender.submit(batch('b'));
    await asked.fails(UNAVAILABLE);
    await asked.conflict('older');
    await asked.appended(1);
    await vi.waitFor(() => expect(asked.requests.map(({ next }) => next)).toEqual(['a', 'b', 'a', 'b']), {
      timeout: 20_000,
    });
    expect(asked.requests[3]).toMatchObject({ expected: 'a', seen: { seq: 1 } });
    await asked.appended(2);
    await appender.idle();
    expect(told).toEqual(['failed: the broker is away', 'appended 1 of 10', 'appended 1 of 10']);
    expect(appender.conflict).toBeUndefined();
  });

  it('tries the identical batch again while the broker is away, and takes no fourth one meanwhile', async () => {
    const { asked, appender, told } = setting();
    for (const next of ['a', 'b', 'c']) appender.submit(batch(next));
    let room = false;
    const waiting = appender.room().then(() => (room = true));
    await asked.fails(UNAVAILABLE);
    await asked.fails(UNAVAILABLE);
    await asked.fails(UNAVAILABLE);
    await vi.waitFor(() => expect(asked.requests).toHaveLength(4), { timeout: 20_000 });
    expect(room).toBe(false);
    expect(asked.requests.map(({ next }) => next)).toEqual(['a', 'b', 'a', 'a']);
    expect(asked.requests[2]).toBe(asked.requests[0]);
    expect(asked.requests[3]).toBe(asked.requests[0]);
    expect(appender.askedAt, 'the broker owes an answer').toBe(5);
    await asked.appended(1);
    await waiting;
    expect(told).toEqual(['failed: the broker is away', 'failed: the broker is away', 'appended 1 of 10']);
    for (const seq of [2, 3]) await asked.appended(seq);
    await appender.idle();
    expect(appender.askedAt).toBeUndefined();
  });

  it('drops what was submitted after a conflict, and goes on from what is stored', async () => {
    const { asked, appender, told } = setting();
    const settle = vi.fn();
    appender.submit(batch('a', settle));
    appender.submit(batch('b', settle));
    await asked.conflict('theirs');
    await asked.conflict('theirs');
    await appender.idle();
    expect(appender.conflict?.stored?.checkpoint).toBe('theirs');
    expect([asked.requests.length, settle.mock.calls.length, told]).toEqual([2, 0, ['conflict']]);
    appender.resume(appender.conflict?.stored);
    appender.submit(batch('c'));
    await asked.appended(100);
    await appender.idle();
    expect(asked.requests[2]).toMatchObject({ expected: 'theirs', next: 'c', seen: { seq: 99 } });
    expect(appender.conflict).toBeUndefined();
  });

  it('gives up what the broker will never take, and keeps its bound afterwards', async () => {
    const { asked, appender, told } = setting();
    const invalid = new BrokerError('invalid', 'too much');
    appender.submit(batch('a'));
    appender.submit(batch('b'));
    const waiting = appender.room();
    await asked.fails(invalid);
    await asked.conflict('older');
    await waiting;
    await appender.idle();
    expect(appender.failure).toBe(invalid);
    expect(told).toContain('failed: too much');
    appender.resume(undefined);
    expect(appender.failure).toBeUndefined();
    for (const next of ['c', 'd', 'e']) appender.submit(batch(next));
    let room = false;
    const again = appender.room().then(() => (room = true));
    await Promise.resolve();
    expect(room, 'there are three again').toBe(false);
    await asked.appended(1);
    await again;
    for (const seq of [2, 3]) await asked.appended(seq);
    await appender.idle();
  });

  it.each([
    ['was answered', 0],
    ['had failed before, and may be on its way', 1],
  ])('uses the memory of a batch that %s again only where nobody else has it', async (_, failures) => {
    const { asked, appender, kept } = setting();
    const { payload, ...about } = { ...batch('a'), payload: kept.memory.take(MAX_BATCH_BYTES) };
    appender.submit({ ...about, payload });
    for (let failed = 0; failed < failures; failed += 1) await asked.fails(UNAVAILABLE);
    await asked.appended(1);
    await appender.idle();
    expect(kept.memory.take(MAX_BATCH_BYTES).buffer === payload.buffer).toBe(failures === 0);
  });

  it('does not use the memory of a batch again of which an earlier try was never answered', async () => {
    const { asked, appender, kept } = setting(KEPT_LIMITS.bytes);
    const [first, second] = [kept.memory.take(MAX_BATCH_BYTES), kept.memory.take(MAX_BATCH_BYTES)];
    appender.submit(batch('z'));
    await asked.appended(1);
    await appender.idle();
    appender.submit({ ...batch('a'), payload: first });
    appender.submit({ ...batch('b'), payload: second });
    // What is put back before it is tried again.
    await asked.conflict(undefined);
    await asked.nothing();
    for (const seq of [1, 2, 3]) await asked.appended(seq);
    await appender.idle();
    expect(asked.requests.map(({ next }) => next)).toEqual(['z', 'a', 'b', 'z', 'a', 'b']);
    appender.resume(undefined);
    const free = [1, 2].map(() => kept.memory.take(MAX_BATCH_BYTES).buffer);
    expect([first, second].map(({ buffer }) => free.includes(buffer))).toEqual([true, false]);
  });

  it('waits for no broker that never answers, once it is stopped, and says nothing of it', async () => {
    const { asked, appender, stopping, told } = setting();
    appender.submit(batch('a'));
    await vi.waitFor(() => expect(asked.requests).toHaveLength(1), { timeout: 20_000 });
    stopping.abort();
    await appender.idle();
    expect(told).toEqual([]);
  });

  it('waits for no next try either', async () => {
    const { asked, appender, stopping } = setting();
    appender.submit(batch('a'));
    await asked.fails(UNAVAILABLE);
    stopping.abort();
    await appender.idle();
    expect(asked.requests).toHaveLength(1);
  });
});
