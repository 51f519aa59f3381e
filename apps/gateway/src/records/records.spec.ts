import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestGateway } from '../testing/test-gateway.js';

const CHANNEL = '/api/channels/host/h5';
const HOST = { host: 'localhost' };
let test: TestGateway;
let ids: readonly string[];

interface Page {
  readonly records: readonly { readonly id: string; readonly line: string }[];
  readonly first: string | null;
  readonly last: string | null;
  readonly more: boolean;
}

beforeAll(async () => {
  test = await TestGateway.create();
  await test.gateway.start();
  const line = (number: number) => JSON.stringify({ line: `line ${number}`, time: 1_000_000 + number });
  for (let from = 1; from <= 250; from += 50) {
    const payload = Array.from({ length: 50 }, (_, index) => line(from + index)).join('\n');
    const headers = { ...HOST, 'content-type': 'application/x-ndjson' };
    await test.gateway.app.inject({ method: 'POST', url: `${CHANNEL}/records`, headers, payload });
  }
  ids = (await page('limit=10000')).records.map(({ id }) => id);
  expect(ids).toHaveLength(250);
});

afterAll(async () => {
  await test[Symbol.asyncDispose]();
});

function get(query: string, channel = CHANNEL) {
  return test.gateway.app.inject({ url: `${channel}/records?${query}`, headers: HOST });
}

async function page(query: string): Promise<Page> {
  const answer = await get(query);
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  expect(answer.headers['cache-control']).toBe('no-store');
  return answer.json<Page>();
}

describe('records', () => {
  it('are the newest ones, without bounds', async () => {
    const { records, ...ends } = await page('');
    expect(records.map(({ line }) => line)).toEqual(Array.from({ length: 100 }, (_, index) => `line ${151 + index}`));
    expect(ends).toEqual({ first: ids[150], last: ids[249], more: true });
    expect(records[0]).toEqual({ id: ids[150], time: 1_000_151, line: 'line 151' });
  });

  it('are had page by page in both directions', async () => {
    const forward: string[] = [];
    for (let query = 'after=0-0&limit=60', more = true; more;) {
      const { records, ...next } = await page(query);
      forward.push(...records.map(({ id }) => id));
      query = `after=${next.last ?? ''}&limit=60`;
      more = next.more;
    }
    expect(forward).toEqual(ids);
    const { records, more } = await page(`before=${ids[150] ?? ''}&limit=60`);
    expect(records.map(({ id }) => id)).toEqual(ids.slice(90, 150));
    expect(more).toBe(true);
  });

  it('serve those who ask again and again', async () => {
    const last = ids[249] ?? '';
    expect(await page(`after=${last}`)).toEqual({ records: [], first: null, last: null, more: false });
  });

  it('are between two ends', async () => {
    const { records, more } = await page(`after=${ids[4] ?? ''}&before=${ids[8] ?? ''}`);
    expect(records.map(({ line }) => line)).toEqual(['line 6', 'line 7', 'line 8']);
    expect(more).toBe(false);
  });

  it('are of a time, and match', async () => {
    const iso = (number: number) => new Date(1_000_000 + number).toISOString();
    const { records } = await page(`since=${iso(9)}&until=${iso(21)}&grep=${encodeURIComponent('[13]$')}`);
    expect(records.map(({ line }) => line)).toEqual(['line 11', 'line 13', 'line 21']);
    expect((await page(`until=${iso(2)}`)).records).toHaveLength(2);
    expect((await page('since=1h')).records).toEqual([]);
    expect((await page('grep=LINE&grep_flags=i&limit=1')).records).toHaveLength(1);
    expect((await page('grep=line&invert=1')).records).toEqual([]);
    expect((await page('stream=stderr')).records).toEqual([]);
  });

  it('go on behind what a filter has not let through', async () => {
    const { records, first, more } = await page('grep=line+1%24&limit=1');
    expect(records.map(({ line }) => line)).toEqual(['line 1']);
    expect([first, more]).toEqual([ids[0], false]);
  });

  it.each([
    ['after=x', 'bad_position', 'after must be a position <epoch>-<seq>'],
    ['before=1-', 'bad_position', 'before must be'],
    ['after=1-1&after=1-2', 'bad_position', 'given once'],
    ['limit=0', 'bad_query', 'limit must be a whole number from 1 to 10000'],
    ['limit=10001', 'bad_query', ''],
    ['limit=', 'bad_query', ''],
    ['since=yesterday', 'bad_query', 'RFC 3339'],
    ['until=1', 'bad_query', 'until must be'],
    ['grep=(', 'bad_query', 'grep must be an RE2 expression'],
    ['grep=(?%3Dx)', 'bad_query', ''],
    [`grep=${'x'.repeat(1001)}`, 'bad_query', '1001 characters'],
    ['grep_flags=i', 'bad_query', 'which is missing'],
    ['grep=x&grep_flags=g', 'bad_query', 'grep_flags must be i'],
    ['grep=x&invert=yes', 'bad_query', 'invert must be 0 or 1'],
    ['stream=stdin', 'bad_query', 'stdout or stderr'],
    ['tail=5', 'bad_query', 'There is no parameter tail'],
    ['limit=x&after=y', 'bad_query', 'after must be'],
  ])('%s is %s', async (query, code, detail) => {
    const answer = await get(query);
    expect(answer.json()).toMatchObject({ status: 400, code });
    expect(answer.json<{ detail: string }>().detail).toContain(detail);
  });

  it('of an unknown channel are 404', async () => {
    expect((await get('', '/api/channels/host/h6')).json()).toMatchObject({ code: 'channel_not_found' });
    expect((await get('', '/api/channels/host/..')).json()).toMatchObject({ code: 'not_found' });
  });

  it('answer any query with a page or with an error of the catalogue: 2,000 of them', async () => {
    const name = fc.constantFrom('after', 'before', 'since', 'until', 'limit', 'grep', 'stream', 'invert', 'x', '');
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('0-0', ids[7] ?? '', '1m', '9'.repeat(20), '-1', '%', '(', 'a*', '2026-11-20T00:00:00Z', '5'),
    );
    const query = fc.array(fc.tuple(name, value), { maxLength: 4 });
    const raw = fc.string({ unit: fc.constantFrom(...Array.from('%&=+-0aZ#?;[]()*\\/é')), maxLength: 40 });
    const texts = fc.oneof(
      query.map((pairs) => pairs.map(([key, text]) => `${key}=${encodeURIComponent(text.toWellFormed())}`).join('&')),
      raw.map((text) => encodeURI(text.toWellFormed()).replaceAll('%25', '%')),
    );
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const answer = await get(text);
        statuses.add(answer.statusCode);
        if (answer.statusCode === 200) expect(answer.json<Page>().records.length).toBeLessThanOrEqual(250);
        else expect(answer.json()).toMatchObject({ status: 400, code: /^bad_(query|position)$/ });
      }),
      { numRuns: 2000 },
    );
    expect(statuses).toEqual(new Set([200, 400]));
  });
});

describe('a purge', () => {
  it('takes the records, and keeps the numbers', async () => {
    const channel = '/api/channels/host/purged';
    const send = (method: 'POST' | 'DELETE' | 'GET', url: string, payload?: string) =>
      test.gateway.app.inject({
        method,
        url,
        headers: { ...HOST, ...(payload !== undefined && { 'content-type': 'text/plain' }) },
        ...(payload !== undefined && { payload }),
      });
    expect((await send('DELETE', channel)).json()).toMatchObject({ code: 'channel_not_found' });
    const { last } = (await send('POST', `${channel}/records`, 'a secret\nanother')).json<{ last: string }>();
    const purged = await send('DELETE', channel);
    expect([purged.statusCode, purged.json()]).toMatchObject([200, { first: null, last, records: 0 }]);
    expect((await get('', channel)).json()).toMatchObject({ records: [], more: false });
    const next = (await send('POST', `${channel}/records`, 'new')).json<{ first: string }>();
    expect(next.first).toBe(last.replace(/2$/, '3'));
    expect((await get('', channel)).json<Page>().records.map(({ line }) => line)).toEqual(['new']);
  });
});
