import { comparePositions } from '@tailgate/broker';
import { parsePosition, type Position } from '@tailgate/protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LineFilter } from '@tailgate/history';
import { readPage, type PageRequest, type RecordPage } from './record-page.js';
import { seekTime } from './seek-time.js';
import { isWanted, type Selection } from '@tailgate/history';
import { placedJson } from '@tailgate/history';
import { StoredChannel, type Told } from './testing/stored-channel.js';

interface Appended {
  readonly lines: readonly string[];
  readonly wait: number;
  readonly behind: number;
  readonly newEpoch: boolean;
}

const appends: fc.Arbitrary<readonly Appended[]> = fc.array(
  fc.record({
    lines: fc.array(fc.constantFrom('yes', 'no', '{"x":1}', 'é\n\u2028', ''), { minLength: 1, maxLength: 5 }),
    wait: fc.nat(50),
    behind: fc.constantFrom(0, 0, 7, 60),
    newEpoch: fc.boolean(),
  }),
  { maxLength: 15 },
);

const ends = fc.option(fc.record({ place: fc.nat(), by: fc.integer({ min: -2, max: 2 }) }), { nil: undefined });

const requests = fc.record({
  after: ends,
  before: ends,
  since: fc.option(fc.nat(400), { nil: undefined }),
  until: fc.option(fc.nat(400), { nil: undefined }),
  grep: fc.option(fc.constantFrom('yes', 'x', '^$'), { nil: undefined }),
  limit: fc.integer({ min: 1, max: 8 }),
  direction: fc.constantFrom('forward' as const, 'backward' as const),
});

async function filled(all: readonly Appended[], retainLines?: number): Promise<StoredChannel> {
  const stored = new StoredChannel(retainLines);
  for (const { lines, wait, behind, newEpoch } of all) {
    stored.now += wait;
    await stored.append(lines, behind, newEpoch && stored.records.length > 0);
  }
  return stored;
}

function at(id: string): Position {
  const position = parsePosition(id);
  if (!position) throw new Error(`${id} is no position`);
  return position;
}

function shown({ records }: RecordPage): Told[] {
  return records.map((record) => JSON.parse(placedJson(record)) as Told);
}

/** All pages from the first one on, as one list, oldest first. */
async function allPages(stored: StoredChannel, request: PageRequest): Promise<Told[]> {
  const found: Told[] = [];
  let range = request.range;
  for (let pages = 0; pages < 1000; pages += 1) {
    const page = await readPage(stored.broker, stored.channel, { ...request, range });
    const records = shown(page);
    expect(records.length).toBeLessThanOrEqual(request.limit);
    if (request.direction === 'forward') found.push(...records);
    else found.unshift(...records);
    if (!page.more) return found;
    const [first, last] = [page.first, page.last];
    if (!first || !last) throw new Error('there is more, and no place to go on from');
    range = request.direction === 'forward' ? { ...range, after: last } : { ...range, before: first };
  }
  throw new Error('the pages do not end');
}

it('finds, page by page and from either end, what a look at every record finds', async () => {
  await fc.assert(
    fc.asyncProperty(appends, requests, async (all, { after, before, since, until, grep, limit, direction }) => {
      const stored = await filled(all);
      const { records } = stored;
      const place = (end: typeof after): Position | undefined => {
        const id = end && records[end.place % Math.max(1, records.length)]?.id;
        if (id === undefined) return undefined;
        const { epoch, seq } = at(id);
        return at(`${epoch}-${Math.max(0, seq + (end?.by ?? 0))}`);
      };
      const [from, to] = [place(after), place(before)];
      const selection: Selection = {
        ...(since !== undefined && { since: 1_000_000 + since }),
        ...(until !== undefined && { until: 1_000_000 + until }),
        ...(grep !== undefined && { filter: new LineFilter({ grep }) }),
      };
      const wanted = records.filter(
        (record) =>
          (!from || comparePositions(at(record.id), from) > 0) &&
          (!to || comparePositions(at(record.id), to) < 0) &&
          isWanted(Buffer.from(JSON.stringify(record)), selection),
      );
      const range = { ...(from && { after: from }), ...(to && { before: to }) };
      expect(await allPages(stored, { range, selection, limit, direction })).toEqual(wanted);
    }),
    { numRuns: 500 },
  );
});

it('finds where a time begins: nothing of it is before, and all after it was appended then', async () => {
  await fc.assert(
    fc.asyncProperty(appends, fc.nat(500), fc.constantFrom(1, 4, 1000), async (all, time, retainLines) => {
      const stored = await filled(all, retainLines);
      const bounds = await stored.broker.bounds(stored.channel);
      if (!bounds) return;
      const since = 1_000_000 + time;
      const cursor = await seekTime(stored.broker, stored.channel, bounds, since);
      const after = await stored.broker.readAfter(stored.channel, cursor, { records: 1e6, bytes: 1e9 });
      const kept = await stored.broker.readAfter(stored.channel, at('0-0'), { records: 1e6, bytes: 1e9 });
      expect(after).toEqual(kept.filter((batch) => batch.time >= since));
    }),
    { numRuns: 500 },
  );
});

it('says whether there is more, exactly', async () => {
  const stored = await filled([{ lines: ['a', 'b', 'c'], wait: 0, behind: 0, newEpoch: false }]);
  const page = (limit: number, direction: 'forward' | 'backward') =>
    readPage(stored.broker, stored.channel, { range: {}, selection: {}, limit, direction });
  for (const direction of ['forward', 'backward'] as const) {
    expect((await page(2, direction)).more).toBe(true);
    expect((await page(3, direction)).more).toBe(false);
    expect((await page(4, direction)).more).toBe(false);
  }
  expect(shown(await page(2, 'backward')).map(({ line }) => line)).toEqual(['b', 'c']);
  expect(shown(await page(2, 'forward')).map(({ line }) => line)).toEqual(['a', 'b']);
});

it('ends a page that grows too large, and goes on behind it', async () => {
  const stored = new StoredChannel();
  for (let count = 0; count < 12; count += 1) await stored.append(['x'.repeat(1024 * 1024)]);
  const request = { range: {}, selection: {}, limit: 100, direction: 'backward' } as const;
  const page = await readPage(stored.broker, stored.channel, request);
  expect(page.more).toBe(true);
  expect(page.records).toHaveLength(4);
  expect((await allPages(stored, request)).map(({ id }) => id)).toEqual(stored.records.map(({ id }) => id));
});
