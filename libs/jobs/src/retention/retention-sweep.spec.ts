import { MemoryBroker } from '@tailgate/broker';
import { parseChannel } from '@tailgate/protocol';
import { expect, it } from 'vitest';
import { LocalQueue } from '../queue/local-queue.js';
import { RETENTION, type RetentionProgress } from './retention-queue.js';
import { scheduleRetention } from './retention-schedule.js';
import { retentionSweep } from './retention-sweep.js';

const HOUR = 3_600_000;

let time = 0;

async function append(broker: MemoryBroker, name: string): Promise<void> {
  const channel = parseChannel(name) ?? expect.fail(name);
  const payload = Buffer.from('{"line":"x","time":1}\n');
  const source = String((time += 1));
  await broker.append({ channel, source, expected: undefined, next: '1', records: 1, payload });
}

async function held(broker: MemoryBroker): Promise<Readonly<Record<string, number>>> {
  const { channels } = await broker.channels({ order: 'name', limit: 1000 });
  return Object.fromEntries(channels.map(({ channel, records }) => [channel, records]));
}

it('a sweep empties what is idle for too long, leaves the rest, and goes on where an earlier worker was', async () => {
  let now = 1e12;
  await using broker = new MemoryBroker({ clock: () => now });
  for (let index = 100; index < 550; index += 1) await append(broker, `host/h${index}`);
  now += 2 * HOUR;
  await append(broker, 'host/h101');
  await append(broker, 'host/new');
  const stop = new AbortController();
  const reports: RetentionProgress[] = [];
  const run = { id: 'x', data: { retainIdle: HOUR }, progress: undefined, signal: stop.signal };
  const broken = retentionSweep(
    broker,
    () => now,
  )({
    ...run,
    report: (progress) => {
      reports.push(progress);
      stop.abort();
      return Promise.resolve();
    },
  });
  await expect(broken).rejects.toThrow('aborted');
  const [progress] = reports;
  expect(progress).toMatchObject({ cursor: 'host/h299', looked: 200, emptied: 199 });
  const after = { ...run, progress, signal: new AbortController().signal };
  await retentionSweep(broker, () => now)({ ...after, report: (more) => Promise.resolve(void reports.push(more)) });
  expect(reports.at(-1)).toMatchObject({ looked: 400 });
  const left = Object.entries(await held(broker)).filter(([, records]) => records > 0);
  expect(left).toEqual([
    ['host/h101', 2],
    ['host/new', 1],
  ]);
});

it('without an end for idle channels nothing is emptied', async () => {
  await using broker = new MemoryBroker();
  await append(broker, 'host/a');
  const report = () => Promise.resolve();
  const run = { id: 'x', data: {}, progress: undefined, signal: new AbortController().signal, report };
  await retentionSweep(broker, () => 1e15)(run);
  expect(await held(broker)).toEqual({ 'host/a': 1 });
});

it('of what several processes ask for at a time one sweep is made', async () => {
  const queue = new LocalQueue(RETENTION);
  const schedules = [1, 2, 3].map(() => scheduleRetention(queue, {}, (error) => expect.fail(error.message)));
  using _all = { [Symbol.dispose]: () => schedules.forEach((schedule) => schedule[Symbol.dispose]()) };
  await expect.poll(async () => (await queue.list()).length).toBeGreaterThan(0);
  // Two, where the time of one has just ended.
  expect((await queue.list()).length).toBeLessThan(3);
});
