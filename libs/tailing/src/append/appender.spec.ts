import { BrokerError, MemoryBroker, type AppendAnswer, type AppendRequest, type LogBroker } from '@tailgate/broker';
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
    await vi.waitFor(() => expect(this.#answers).not.toEqual([]));
    return this.#answers.shift() ?? raise();
  }

  async appended(seq: number): Promise<void> {
    (await this.#next()).resolve({ outcome: 'appended', last: { epoch: 7, seq } as Position });
  }

  async conflict(checkpoint: string): Promise<void> {
    const stored = { checkpoint, last: { epoch: 7, seq: 99 } as Position };
    (await this.#next()).resolve({ outcome: 'conflict', stored });
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
}

function setting(): Setting {
  const asked = new Asked();
  const stopping = new AbortController();
  const told: string[] = [];
  const observer: TailingObserver = {
    ...NO_OBSERVER,
    appended: (_, records, bytes) => told.push(`appended ${records} of ${bytes}`),
    conflict: () => told.push('conflict'),
    appendFailed: (_, error) => told.push(`failed: ${error instanceof Error ? error.message : String(error)}`),
  };
  const kept = new KeptBatches({ ...KEPT_LIMITS, bytes: 0 }, () => 5).chain();
  const appender = new Appender(asked.broker, SOURCE, observer, stopping.signal, () => 5, kept);
  return { asked, appender, stopping, told };
}

function batch(next: string, settle: (last: Position) => void = () => undefined): PreparedBatch {
  const payload = Buffer.from(`{"line":"${next}","time":1}\n`);
  return { next, records: 1, payload, hash: { crc: 1, bytes: 10 }, bytes: 10, since: 0, settle };
}

const UNAVAILABLE = new BrokerError('unavailable', 'the broker is away');

describe('an appender', () => {
  it('appends one batch after the other, each after what the one before stored', async () => {
    const { asked, appender, told } = setting();
    const settled: number[] = [];
    appender.submit(batch('a', ({ seq }) => settled.push(seq)));
    appender.submit(batch('b', ({ seq }) => settled.push(seq)));
    expect(appender.expected).toBe('b');
    expect(appender.bytesInFlight).toBe(20);
    await asked.appended(1);
    await asked.appended(2);
    await appender.idle();
    expect(asked.requests.map(({ expected, next }) => [expected, next])).toEqual([
      [undefined, 'a'],
      ['a', 'b'],
    ]);
    expect(asked.requests[1]?.seen).toEqual({ epoch: 7, seq: 1 });
    expect(settled).toEqual([1, 2]);
    expect(told).toEqual(['appended 1 of 10', 'appended 1 of 10']);
    expect(appender.bytesInFlight).toBe(0);
  });

  it('tries the identical batch again while the broker is away, and takes no third one meanwhile', async () => {
    const { asked, appender, told } = setting();
    appender.submit(batch('a'));
    appender.submit(batch('b'));
    let room = false;
    const waiting = appender.room().then(() => (room = true));
    await asked.fails(UNAVAILABLE);
    await asked.fails(UNAVAILABLE);
    await vi.waitFor(() => expect(asked.requests).toHaveLength(3));
    expect(room).toBe(false);
    expect(asked.requests[1]).toBe(asked.requests[0]);
    expect(asked.requests[2]).toBe(asked.requests[0]);
    expect(appender.askedAt, 'the broker owes an answer').toBe(5);
    await asked.appended(1);
    await waiting;
    expect(told).toEqual(['failed: the broker is away', 'failed: the broker is away', 'appended 1 of 10']);
    await asked.appended(2);
    await appender.idle();
    expect(appender.askedAt).toBeUndefined();
  });

  it('drops what was submitted after a conflict, and goes on from what is stored', async () => {
    const { asked, appender, told } = setting();
    const settle = vi.fn();
    appender.submit(batch('a', settle));
    appender.submit(batch('b', settle));
    await asked.conflict('theirs');
    await appender.idle();
    expect(appender.conflict?.stored?.checkpoint).toBe('theirs');
    expect([asked.requests.length, settle.mock.calls.length, told]).toEqual([1, 0, ['conflict']]);
    appender.resume(appender.conflict?.stored);
    appender.submit(batch('c'));
    await asked.appended(100);
    await appender.idle();
    expect(asked.requests[1]).toMatchObject({ expected: 'theirs', next: 'c', seen: { seq: 99 } });
    expect(appender.conflict).toBeUndefined();
  });

  it('gives up what the broker will never take, and keeps its bound afterwards', async () => {
    const { asked, appender, told } = setting();
    const invalid = new BrokerError('invalid', 'too much');
    appender.submit(batch('a'));
    appender.submit(batch('b'));
    const waiting = appender.room();
    await asked.fails(invalid);
    await waiting;
    await appender.idle();
    expect(appender.failure).toBe(invalid);
    expect(told).toContain('failed: too much');
    appender.resume(undefined);
    expect(appender.failure).toBeUndefined();
    appender.submit(batch('c'));
    appender.submit(batch('d'));
    let room = false;
    const again = appender.room().then(() => (room = true));
    await Promise.resolve();
    expect(room, 'two are in flight again').toBe(false);
    await asked.appended(1);
    await again;
    await asked.appended(2);
    await appender.idle();
  });

  it('waits for no broker that never answers, once it is stopped, and says nothing of it', async () => {
    const { asked, appender, stopping, told } = setting();
    appender.submit(batch('a'));
    await vi.waitFor(() => expect(asked.requests).toHaveLength(1));
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
