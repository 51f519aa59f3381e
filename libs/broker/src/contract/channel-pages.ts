import type { ChannelName } from '@tailgate/protocol';
import { describe, expect, vi } from 'vitest';
import type { ChannelQuery, ChannelSummary, LogBroker } from '../log-broker.js';
import { Appender } from './appender.js';
import type { StoreFactory } from './broker-store.js';
import { channelOf, contractTest } from './contract-test.js';

/** How late a channel may be listed, at the most. */
const PATIENCE = { timeout: 15_000, interval: 20 };

/** In the order of their bytes. */
const NAMES = [
  'deployment/API',
  'deployment/api',
  'deployment/api-2',
  'deployment/api.1',
  'deployment/api_1',
  'deployment/web',
  'host-x/api',
  'host/api',
  'host/h1',
  'host/h10',
  'host/h2',
  'hosts/h1',
].map(channelOf);

export function describeChannelPages(factory: StoreFactory): void {
  const test = contractTest(factory);

  describe('channels', () => {
    test('are none at first', async ({ broker }) => {
      for (const order of ['name', 'recent'] as const)
        expect(await broker.channels({ order, limit: 10 })).toEqual({ channels: [] });
    });

    test('are listed by name, page by page, whatever the page\u2019s size', async ({ broker }) => {
      await make(broker, NAMES);
      for (const limit of [1, 2, 5, 6, 11, 12, 1000]) {
        const pages = await pagesOf(broker, { order: 'name', limit });
        expect(pages.flat()).toEqual(NAMES);
        expect(pages.map((page) => page.length).slice(0, -1)).toEqual(pages.slice(0, -1).map(() => limit));
      }
    });

    test('are filtered by kind, and by how the name begins', async ({ broker }) => {
      await make(broker, NAMES);
      const cases: readonly (readonly [Partial<ChannelQuery>, readonly string[]])[] = [
        [{ kind: 'host' }, ['host/api', 'host/h1', 'host/h10', 'host/h2']],
        [{ kind: 'host', prefix: '' }, ['host/api', 'host/h1', 'host/h10', 'host/h2']],
        [{ kind: 'host', prefix: 'h1' }, ['host/h1', 'host/h10']],
        [{ kind: 'host', prefix: 'h10' }, ['host/h10']],
        [{ kind: 'ost' }, []],
        [{ kind: 'host', prefix: 'x' }, []],
        [
          { prefix: 'api' },
          ['deployment/api', 'deployment/api-2', 'deployment/api.1', 'deployment/api_1', 'host-x/api', 'host/api'],
        ],
        [{ prefix: 'api.' }, ['deployment/api.1']],
        [{ prefix: '*' }, []],
        [{ prefix: '[a-z]' }, []],
        [{ prefix: 'zzz' }, []],
      ];
      for (const [filter, names] of cases) {
        for (const limit of [1, 2, 1000]) {
          expect((await pagesOf(broker, { ...filter, order: 'name', limit })).flat()).toEqual(names);
          const recent = (await pagesOf(broker, { ...filter, order: 'recent', limit })).flat();
          expect(recent.sort()).toEqual([...names].sort());
        }
      }
    });

    test('are those that the asker wants, and no page tells of another', async ({ broker }) => {
      await make(broker, NAMES);
      const wanted = new Set(['deployment/api', 'host/h1', 'host/h2', 'hosts/h1']);
      const where = (channel: ChannelName) => wanted.has(channel);
      for (const order of ['name', 'recent'] as const) {
        for (const limit of [1, 2, 3, 4, 5]) {
          const query = { order, limit, where };
          expect((await pagesOf(broker, query)).flat().sort()).toEqual([...wanted]);
          const { next = '' } = await broker.channels(query);
          for (const name of NAMES) expect(!wanted.has(name) && next.split(' ').includes(name)).toBe(false);
        }
        expect(await broker.channels({ order, limit: 1, where: () => false })).toEqual({ channels: [] });
      }
    });

    test('stay on their pages by name, though others appear and are appended to meanwhile', async ({ broker }) => {
      await make(broker, NAMES);
      const first = await broker.channels({ order: 'name', limit: 4 });
      await make(broker, ['deployment/a', 'deployment/zzz', 'hosts/zzz'].map(channelOf));
      await new Appender(broker, channelOf('host/h1'), 'other').append(['more']);
      const rest = (await pagesOf(broker, { order: 'name', limit: 4, ...cursorOf(first.next) })).flat();
      const later = [...NAMES.slice(4), 'deployment/zzz', 'hosts/zzz'].sort();
      expect(rest).toEqual(later);
    });

    test('are summed up as their bounds are', async ({ broker }) => {
      await make(broker, NAMES.slice(0, 3));
      await new Appender(broker, channelOf('host/empty')).append([]);
      await vi.waitFor(async () => {
        const { channels } = await broker.channels({ order: 'name', limit: 10 });
        expect(channels).toHaveLength(4);
        for (const summary of channels) expect(summary).toEqual(await summaryOf(broker, summary.channel));
      }, PATIENCE);
    });

    test('are listed by the last append, newest first, page by page', async ({ broker }) => {
      const appenders = NAMES.slice(0, 5).map((name) => new Appender(broker, name));
      for (const appender of appenders) {
        await appender.append(['first']);
        await nextMillisecond();
      }
      const newestFirst = NAMES.slice(0, 5).reverse();
      await vi.waitFor(async () => {
        expect((await pagesOf(broker, { order: 'recent', limit: 2 })).flat()).toEqual(newestFirst);
      }, PATIENCE);

      const [oldest] = appenders;
      await vi.waitFor(async () => {
        await oldest?.append(['again']);
        const { channels } = await broker.channels({ order: 'recent', limit: 1 });
        expect(channels.map(({ channel }) => channel)).toEqual([oldest?.channel]);
      }, PATIENCE);
      const moved = [...newestFirst.slice(-1), ...newestFirst.slice(0, -1)];
      expect((await pagesOf(broker, { order: 'recent', limit: 2 })).flat()).toEqual(moved);
    });

    test('by the last append are given once at most, though the last of a page moves to the front', async ({
      broker,
    }) => {
      await make(broker, NAMES);
      const first = await broker.channels({ order: 'recent', limit: 4 });
      const last = first.channels.at(-1)?.channel ?? channelOf('none/none');
      await new Appender(broker, last, 'other').append(['more']);
      const rest = (await pagesOf(broker, { order: 'recent', limit: 4, ...cursorOf(first.next) })).flat();
      const given = [...first.channels.map(({ channel }) => channel), ...rest];
      expect(new Set(given).size).toBe(given.length);
      expect(given.sort()).toEqual([...NAMES].sort());
    });
  });
}

/** Makes the channels known, and waits until they are listed. */
async function make(broker: LogBroker, names: readonly ChannelName[]): Promise<void> {
  // Backwards, so that the order of their making is not the one that is asked for.
  for (const name of [...names].reverse()) await new Appender(broker, name).append(['line']);
  await vi.waitFor(async () => {
    const listed = (await pagesOf(broker, { order: 'name', limit: 1000 })).flat();
    expect(listed).toEqual(expect.arrayContaining([...names]));
  }, PATIENCE);
}

async function pagesOf(broker: LogBroker, query: ChannelQuery): Promise<ChannelName[][]> {
  const pages: ChannelName[][] = [];
  let { cursor } = query;
  do {
    const page = await broker.channels({ ...query, ...cursorOf(cursor) });
    pages.push(page.channels.map(({ channel }) => channel));
    cursor = page.next;
  } while (cursor !== undefined);
  return pages;
}

function cursorOf(cursor: string | undefined): { cursor?: string } {
  return cursor === undefined ? {} : { cursor };
}

async function summaryOf(broker: LogBroker, channel: ChannelName): Promise<ChannelSummary | undefined> {
  const bounds = await broker.bounds(channel);
  if (!bounds) return undefined;
  const { first, last, records, updated } = bounds;
  return { channel, first, last, records, updated };
}

/** Servers order by their milliseconds: two appends within one have no order. */
async function nextMillisecond(): Promise<void> {
  const now = Date.now();
  await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(now + 1), { timeout: 20_000, interval: 1 });
}
