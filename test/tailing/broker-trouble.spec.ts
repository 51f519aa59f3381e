import { appendFileSync, writeFileSync } from 'node:fs';
import { BrokerError, type LogBroker } from '@tailgate/broker';
import { describe, expect, it } from 'vitest';
import { FollowedFolder, until } from './followed-folder.js';

/** A broker that can be taken away: it refuses, or never answers. */
class Failing {
  state: 'well' | 'away' | 'hanging' = 'well';
  /** Bytes of the largest number of appends that were begun at a time. */
  refused = 0;
  readonly broker: LogBroker;

  constructor(inner: LogBroker, only = '') {
    const guarded = async <T>(channel: string, ask: () => Promise<T>): Promise<T> => {
      if (this.state === 'well' || !channel.includes(only)) return ask();
      this.refused++;
      if (this.state === 'hanging') return new Promise<T>(() => undefined);
      throw new BrokerError('unavailable', 'the broker is away');
    };
    this.broker = Object.assign(Object.create(inner) as LogBroker, {
      append: (request: Parameters<LogBroker['append']>[0]) => guarded(request.channel, () => inner.append(request)),
      checkpoints: (channel: Parameters<LogBroker['checkpoints']>[0]) =>
        guarded(channel, () => inner.checkpoints(channel)),
    });
  }
}

const LINE = 'x'.repeat(99);
const BYTES = 4 * 1024 * 1024;

// Most of their time they wait for the next sign, which comes every two seconds.
describe.concurrent('a broker that is away', () => {
  it('stops the reading: the file is the buffer, its growth is told, and nothing is lost', async () => {
    await using folder = new FollowedFolder();
    const failing = new Failing(folder.memory);
    writeFileSync(folder.at('a.log'), 'first\n');
    const tailing = await folder.follow(['{name}.log'], {}, failing.broker);
    await folder.has('deployment/a', 'first');
    failing.state = 'away';
    const lag = () => folder.beats.findLast(({ channel }) => channel === 'deployment/a')?.lagBytes ?? 0;
    appendFileSync(folder.at('a.log'), `${LINE}\n`);
    await until(() => expect(failing.refused).toBeGreaterThan(1));
    const heap = process.memoryUsage().arrayBuffers;
    appendFileSync(folder.at('a.log'), `${LINE}\n`.repeat(BYTES / 100));
    await until(() => expect(lag()).toBeGreaterThan(BYTES - 100));
    expect(tailing.lag.bytes).toBeGreaterThan(BYTES - 100);
    const { seconds } = tailing.lag;
    expect(seconds).toBeGreaterThan(0);
    await until(() => expect(tailing.lag.seconds).toBeGreaterThan(seconds + 0.5));
    expect(process.memoryUsage().arrayBuffers - heap).toBeLessThan(BYTES);
    expect(await folder.lines('deployment/a')).toEqual(['first']);

    failing.state = 'well';
    const all = ['first', ...Array.from({ length: 1 + Math.floor(BYTES / 100) }, () => LINE)];
    await until(async () => expect(await folder.lines('deployment/a')).toHaveLength(all.length));
    expect(await folder.lines('deployment/a')).toEqual(all);
    await until(() => expect(lag()).toBe(0));
    expect(tailing.lag).toEqual({ bytes: 0, seconds: 0 });
    expect(folder.told.filter((event) => !event.startsWith('failed '))).toEqual(['found a.log']);
  });

  it('from the start is a trouble that is told once, and over when it is back', async () => {
    await using folder = new FollowedFolder();
    const failing = new Failing(folder.memory);
    failing.state = 'away';
    writeFileSync(folder.at('a.log'), 'first\n');
    await folder.follow(['{name}.log'], {}, failing.broker);
    await until(() => expect(failing.refused).toBeGreaterThan(1));
    failing.state = 'well';
    await folder.has('deployment/a', 'first');
    expect(folder.told).toEqual(['found a.log', 'trouble a.log: the broker is away', 'recovered a.log']);
  });
});

describe.concurrent('a broker that never answers', () => {
  it.each(['append', 'checkpoints'])(
    'takes the sign from the source that asked it (%s), and from no other',
    async (ask) => {
      await using folder = new FollowedFolder();
      const failing = new Failing(folder.memory, 'stuck');
      let skipped = 0;
      writeFileSync(folder.at('stuck.log'), 'one\n');
      writeFileSync(folder.at('fine.log'), 'one\n');
      if (ask === 'checkpoints') failing.state = 'hanging';
      await folder.follow(['{name}.log'], { clock: () => performance.now() + skipped }, failing.broker);
      await folder.has('deployment/fine', 'one');
      failing.state = 'hanging';
      appendFileSync(folder.at('stuck.log'), 'two\n');
      await until(() => expect(failing.refused).toBe(1));
      skipped = 10_000;
      const from = folder.beats.length;
      await until(() => {
        const signs = folder.beats.slice(from).map(({ channel }) => channel);
        expect(signs.filter((channel) => channel === 'deployment/fine').length).toBeGreaterThan(1);
        expect(signs).not.toContain('deployment/stuck');
      });
      appendFileSync(folder.at('fine.log'), 'two\n');
      await folder.has('deployment/fine', 'one', 'two');
    },
  );

  it('keeps nobody from stopping', async () => {
    await using folder = new FollowedFolder();
    const failing = new Failing(folder.memory, 'stuck');
    writeFileSync(folder.at('stuck.log'), 'one\n');
    const tailing = await folder.follow(['{name}.log'], {}, failing.broker);
    await folder.has('deployment/stuck', 'one');
    failing.state = 'hanging';
    appendFileSync(folder.at('stuck.log'), 'two\n');
    await until(() => expect(failing.refused).toBe(1));
    await tailing[Symbol.asyncDispose]();
    failing.state = 'well';
    await folder.follow(['{name}.log'], {}, failing.broker);
    await folder.has('deployment/stuck', 'one', 'two');
  });
});
