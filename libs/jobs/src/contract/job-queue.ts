import * as z from 'zod';
import { describe, expect, test, vi } from 'vitest';
import { JobFailure } from '../queue/job-failure.js';
import type { JobQueue, JobRun, QueueRules } from '../queue/job-queue.js';
import type { JobsEnds } from './jobs-ends.js';

const RULES = {
  name: 'sums',
  data: z.object({ to: z.number() }),
  progress: z.object({ at: z.number() }),
  atOnce: 2,
  attempts: 3,
  backOffMs: 20,
  kept: 5,
} satisfies QueueRules<unknown, unknown>;

type Sums = JobQueue<{ to: number }, { at: number }>;
type Run = JobRun<{ to: number }, { at: number }>;

/** Longer than any test. */
const LONG_MS = 3_600_000;

const PATIENCE = { timeout: 20_000, interval: 20 };

/** The contract of `JobQueue`, as tests that every adapter must pass unchanged. To be called from a spec. */
export function describeJobQueue(name: string, open: () => Promise<JobsEnds>): void {
  describe(`${name}: the contract of JobQueue`, () => {
    const queueTest = (title: string, body: (one: Sums, other: Sums) => Promise<void>) =>
      test(title, async () => {
        await using ends = await open();
        const one = ends.one.queue(RULES);
        await body(one, ends.one === ends.other ? one : ends.other.queue(RULES));
      });

    queueTest('what was added is worked on, and says how far it is', async (one, other) => {
      expect(await one.add('a', { to: 3 })).toBe(true);
      expect(await one.get('a')).toMatchObject({ id: 'a', data: { to: 3 }, state: 'open', failures: 0 });
      expect([await one.open(), await other.open()]).toEqual([1, 1]);
      const gate = Promise.withResolvers<undefined>();
      await using _worker = other.work(async ({ data, progress, report }) => {
        expect([data, progress]).toEqual([{ to: 3 }, undefined]);
        await report({ at: 1 });
        await gate.promise;
      });
      await until(one, 'a', { state: 'open', progress: { at: 1 } });
      expect(await one.open()).toBe(1);
      gate.resolve(undefined);
      await until(one, 'a', { state: 'finished', progress: { at: 1 }, failures: 0 });
      expect(await other.open()).toBe(0);
    });

    queueTest('an id is given once; the newest is listed first; numbers are ids, too', async (one, other) => {
      expect(await one.list()).toEqual([]);
      expect(await one.get('7')).toBeUndefined();
      const answers = await Promise.all([one.add('7', { to: 1 }), other.add('7', { to: 2 })]);
      expect(answers.toSorted()).toEqual([false, true]);
      await later();
      await one.add('8', { to: 8 });
      expect((await other.list()).map(({ id }) => id)).toEqual(['8', '7']);
    });

    queueTest('an id that is none is refused', async (one) => {
      for (const id of ['', 'a:b', 'x'.repeat(257)])
        await expect(one.add(id, { to: 1 })).rejects.toMatchObject({ code: 'invalid' });
    });

    queueTest('what fails is tried again, and fails for good after the last try', async (one) => {
      const seen: unknown[] = [];
      await using _worker = one.work(async ({ progress, report }) => {
        seen.push(progress);
        await report({ at: seen.length });
        throw new Error('no');
      });
      await one.add('a', { to: 1 });
      await until(one, 'a', { state: 'failed', failures: 3, failure: { code: 'error', message: 'no' } });
      expect(seen).toEqual([undefined, { at: 1 }, { at: 2 }]);
      expect(await one.open()).toBe(0);
    });

    test('what waits for its next try is open', async () => {
      await using ends = await open();
      const queue = ends.one.queue({ ...RULES, backOffMs: LONG_MS });
      await using _worker = queue.work(() => Promise.reject(new Error('no')));
      await queue.add('a', { to: 1 });
      await until(queue, 'a', { state: 'open', failures: 1, failure: { message: 'no' } });
      expect(await queue.open()).toBe(1);
    });

    queueTest('what fails twice is finished by the third try', async (one) => {
      let tries = 0;
      await using _worker = one.work(() => {
        tries += 1;
        return tries < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve();
      });
      await one.add('a', { to: 1 });
      await until(one, 'a', { state: 'finished' });
      expect(tries).toBe(3);
    });

    queueTest('a failure that is final is not tried again, unless somebody asks for it', async (one) => {
      let tries = 0;
      await using _worker = one.work(() => {
        tries += 1;
        return tries === 1 ? Promise.reject(new JobFailure('taken', 'It is somebody’s.')) : Promise.resolve();
      });
      await one.add('a', { to: 1 });
      await until(one, 'a', { state: 'failed', failure: { code: 'taken', message: 'It is somebody’s.' } });
      expect(tries).toBe(1);
      expect([await one.retry('a'), await one.retry('b')]).toEqual([true, false]);
      await until(one, 'a', { state: 'finished' });
      expect(await one.retry('a')).toBe(false);
    });

    queueTest(
      'a worker that is closed puts back what it works on, and the next one goes on from there',
      async (one, other) => {
        await one.add('a', { to: 2 });
        const first = one.work(async ({ report, signal }) => {
          await report({ at: 1 });
          await aborted(signal);
        });
        await until(other, 'a', { progress: { at: 1 } });
        await first[Symbol.asyncDispose]();
        expect(await other.get('a')).toMatchObject({ state: 'open', failures: 0 });
        const seen: unknown[] = [];
        await using _second = other.work(({ progress }) => {
          seen.push(progress);
          return Promise.resolve();
        });
        await until(one, 'a', { state: 'finished' });
        expect(seen).toEqual([{ at: 1 }]);
      },
    );

    queueTest('so many are worked on at a time, by all workers together, and each by one', async (one, other) => {
      const begun: string[] = [];
      let now = 0;
      let most = 0;
      // Nobody goes on before there are two.
      const two = Promise.withResolvers<undefined>();
      const handler = async ({ id }: Run) => {
        begun.push(id);
        most = Math.max(most, (now += 1));
        if (now === 2) two.resolve(undefined);
        await two.promise;
        await later();
        now -= 1;
      };
      await using _first = one.work(handler);
      await using _second = other.work(handler);
      const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
      for (const id of ids) await one.add(id, { to: 1 });
      await vi.waitFor(() => expect([begun.toSorted(), now]).toEqual([ids, 0]), PATIENCE);
      expect(most).toBe(2);
    });

    queueTest('of those that have ended the last ones are kept', async (one) => {
      await using _worker = one.work(() => Promise.resolve());
      for (let index = 0; index < 9; index += 1) {
        await one.add(`job-${index}`, { to: 1 });
        await until(one, `job-${index}`, { state: 'finished' });
      }
      expect((await one.list()).map(({ id }) => id).toSorted()).toEqual(['job-4', 'job-5', 'job-6', 'job-7', 'job-8']);
    });

    queueTest('what waits or has ended is removed, what is worked on is not', async (one, other) => {
      await one.add('a', { to: 1 });
      expect([await other.remove('a'), await other.remove('a'), await one.get('a')]).toEqual([true, false, undefined]);
      expect(await one.add('a', { to: 1 })).toBe(true);
      const gate = Promise.withResolvers<undefined>();
      await using _worker = one.work(async ({ report }) => {
        await report({ at: 0 });
        await gate.promise;
      });
      await until(other, 'a', { progress: { at: 0 } });
      expect(await other.remove('a')).toBe(false);
      gate.resolve(undefined);
      await until(other, 'a', { state: 'finished' });
      expect(await other.remove('a')).toBe(true);
    });
  });
}

async function until(queue: Sums, id: string, what: object): Promise<void> {
  await vi.waitFor(async () => expect(await queue.get(id)).toMatchObject(what), PATIENCE);
}

/** Rejects as the signal is aborted. */
async function aborted(signal: AbortSignal): Promise<never> {
  signal.throwIfAborted();
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('told to stop')), { once: true });
  });
}

function later(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}
