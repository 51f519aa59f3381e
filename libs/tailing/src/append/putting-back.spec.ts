import type { AppendAnswer, AppendRequest, LogBroker, StoredCheckpoint } from '@tailgate/broker';
import { MemoryBroker } from '@tailgate/broker';
import { parseChannel, position, type Position } from '@tailgate/protocol';
import { describe, expect, it } from 'vitest';
import { NO_OBSERVER } from '../observer.js';
import { Appender } from './appender.js';
import { KEPT_LIMITS, KeptBatches } from './kept-batches.js';

const EPOCH = 5;

/** Answers as told: one answer for each request, in order. */
class ScriptedBroker {
  readonly requests: AppendRequest[] = [];
  readonly #answers: AppendAnswer[];
  readonly broker: LogBroker;

  constructor(...answers: readonly AppendAnswer[]) {
    this.#answers = [...answers];
    this.broker = Object.assign(new MemoryBroker(), {
      append: (request: AppendRequest): Promise<AppendAnswer> => {
        this.requests.push(request);
        const answer = this.#answers.shift();
        return answer ? Promise.resolve(answer) : Promise.reject(new Error('no more was to be asked'));
      },
    });
  }

  /** What was asked: `<expected> <next> <again>`, and what was seen. */
  get asked(): string[] {
    return this.requests.map(({ expected, next, again, seen }) => `${expected}>${next} ${shown(again)} ${shown(seen)}`);
  }
}

function shown(at: Position | undefined): string {
  return at ? String(at.seq) : '-';
}

const appended = (seq: number): AppendAnswer => ({ outcome: 'appended', last: position(EPOCH, seq) });
const storedAt = (seq: number): StoredCheckpoint => ({ checkpoint: `c${seq}`, last: position(EPOCH, seq) });
const conflictWith = (stored: StoredCheckpoint): AppendAnswer => ({ outcome: 'conflict', stored });
const conflict = (seq: number): AppendAnswer => conflictWith(storedAt(seq));

function appenderOn({ broker }: ScriptedBroker) {
  const channel = parseChannel('host/h5');
  if (!channel) throw new Error('not a channel');
  const report = { putBack: 0, conflicts: 0 };
  const observer = {
    ...NO_OBSERVER,
    putBack: (_source: unknown, records: number) => void (report.putBack += records),
    conflict: () => void (report.conflicts += 1),
  };
  const kept = new KeptBatches(KEPT_LIMITS, () => 0);
  const source = { channel, path: '/a.log', id: '/a.log' };
  const appender = new Appender(broker, source, observer, new AbortController().signal, () => 0, kept.chain());
  appender.resume(undefined);
  const submit = async (...steps: readonly number[]) => {
    for (const step of steps) {
      const payload = Buffer.from(`{"line":"${step}"}\n`);
      appender.submit({
        next: `c${step}`,
        records: 1,
        payload,
        hash: { crc: step, bytes: 2 },
        bytes: 2,
        since: 0,
        settle: () => undefined,
      });
      await appender.idle();
    }
  };
  return { appender, report, submit };
}

describe('an appender whose broker has forgotten', () => {
  it('puts back what it has kept, in order and byte for byte, and then goes on', async () => {
    const script = new ScriptedBroker(
      ...[appended(1), appended(2), appended(3), conflict(1)],
      ...[appended(2), appended(3), appended(4)],
    );
    const { appender, report, submit } = appenderOn(script);
    await submit(1, 2, 3, 4);
    expect(script.asked.slice(3)).toEqual(['c3>c4 - 3', 'c1>c2 2 -', 'c2>c3 3 -', 'c3>c4 - 3']);
    const [, second, third, , secondAgain, thirdAgain] = script.requests;
    expect([secondAgain?.payload, thirdAgain?.payload]).toEqual([second?.payload, third?.payload]);
    expect([secondAgain?.hash, thirdAgain?.hash]).toEqual([second?.hash, third?.hash]);
    expect(report).toEqual({ putBack: 2, conflicts: 0 });
    expect(appender.known?.stored).toEqual(storedAt(4));
  });

  it('leaves a conflict where that is refused, and says then what it has seen', async () => {
    const script = new ScriptedBroker(
      ...[appended(1), appended(2), appended(3), conflict(1)],
      ...[appended(2), conflict(2), appended(3)],
    );
    const { appender, report, submit } = appenderOn(script);
    await submit(1, 2, 3, 4);
    expect(appender.conflict).toEqual({ stored: storedAt(2) });
    expect(report).toEqual({ putBack: 0, conflicts: 1 });
    appender.resume(storedAt(2));
    await submit(5);
    expect(script.asked.at(-1)).toBe('c2>c5 - 3');
  });

  it('leaves a conflict at once where somebody else has appended, or what is stored is older than what it has', async () => {
    for (const stored of [storedAt(9), { ...storedAt(1), last: position(EPOCH + 1, 1) }]) {
      const script = new ScriptedBroker(appended(1), appended(2), conflictWith(stored));
      const { appender, submit } = appenderOn(script);
      await submit(1, 2, 3);
      expect(appender.conflict).toEqual({ stored });
      expect(script.requests).toHaveLength(3);
    }
  });

  it('does the same when it is told so, while it has nothing to append', async () => {
    const script = new ScriptedBroker(appended(1), appended(2), appended(2), { outcome: 'conflict' });
    const { appender, report, submit } = appenderOn(script);
    await submit(1, 2);
    const { known } = appender;
    expect(known?.stored).toEqual(storedAt(2));
    appender.found(storedAt(1));
    expect(appender.known).toBeUndefined();
    await appender.idle();
    expect(report).toEqual({ putBack: 1, conflicts: 0 });
    expect(appender.known).toBe(known);

    appender.found(undefined);
    await appender.idle();
    expect(script.asked.at(-1)).toBe('undefined>c1 1 -');
    expect(appender.conflict).toEqual({ stored: undefined });
  });
});
