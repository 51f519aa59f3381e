import { afterAll, beforeAll, expect, it } from 'vitest';
import { EventStream, parseData, parseId } from '../support/event-stream.ts';
import { numberedLine, numberOf } from '../support/numbered-line.ts';
import { Product } from '../support/product.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

// Positions that are old, foreign, of the future or none at all, and channels that do not exist. PROTOCOL, "SSE".

const LINES = 60_000;

let folder: TempFolder;
let product: Product;
/** Of `host/long`, which keeps only its newest lines. */
let epoch: number;
let first: number;

beforeAll(async () => {
  folder = new TempFolder();
  folder.write('long.log', Array.from({ length: LINES }, (_, i) => numberedLine(i + 1)).join(''));
  const args = ['--logs', './{name}.log=host/{name}', '--retain-lines', '1000'];
  product = await Product.start({ folder: folder.path, args });
  using stream = await EventStream.open(product.stream('host/long', '&tail=0'));
  await stream.has('live');
  const { channels } = parseData(stream.named('connected')[0]?.data ?? '');
  const bounds = JSON.stringify(channels);
  const [, oldest = ''] = /"first":"([^"]+)"/.exec(bounds) ?? [];
  ({ epoch, seq: first } = parseId(oldest));
  expect(bounds).toContain(`"last":"${epoch}-${LINES}"`);
  expect(first).toBeGreaterThan(1);
});

afterAll(async () => {
  await product[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

/** The stream until it is live, with each event's name but those of records. */
async function streamFrom(query = '', headers: Readonly<Record<string, string>> = {}): Promise<EventStream> {
  const stream = await EventStream.open(product.stream('host/long', query), headers);
  expect(stream.response.statusCode).toBe(200);
  await stream.has('live');
  return stream;
}

function expectLines(stream: EventStream, from: number): void {
  expect(stream.lines[0]?.seq).toBe(from);
  expect(stream.lines.every(({ seq, line }, i) => seq === from + i && numberOf(line) === seq)).toBe(true);
  expect(stream.lines.at(-1)?.seq).toBe(LINES);
}

it.each([
  { way: 'after', query: '&after=E-17', header: '' },
  { way: 'Last-Event-ID', query: '', header: 'E-17' },
  { way: 'Last-Event-ID, which wins over after', query: '&after=1-1', header: 'E-17' },
])('a trimmed position goes on at the first record left, after an exact gap: $way', async ({ query, header }) => {
  const [after, lastEventId] = [query, header].map((text) => text.replace('E', String(epoch)));
  using stream = await streamFrom(after, { 'last-event-id': lastEventId ?? '' });
  expect(stream.named('gap').map(({ data, id }) => ({ id, ...parseData(data) }))).toEqual([
    {
      id: `${epoch}-${first - 1}`,
      channel: 'host/long',
      from: `${epoch}-18`,
      to: `${epoch}-${first - 1}`,
      lost: first - 18,
      reason: 'trimmed',
    },
  ]);
  expectLines(stream, first);
});

it('0-0 is before everything', async () => {
  using stream = await streamFrom('&after=0-0');
  expect(parseData(stream.named('gap')[0]?.data ?? '')).toMatchObject({
    to: `${epoch}-${first - 1}`,
    reason: 'trimmed',
  });
  expectLines(stream, first);
});

it('a position of an epoch that nobody remembers gets the last lines, after a gap', async () => {
  using stream = await streamFrom('&tail=20', { 'last-event-id': '1500000000000-41' });
  const [gap] = stream.named('gap');
  expect(gap?.id).toBe(`${epoch}-${LINES - 20}`);
  expect(parseData(gap?.data ?? '')).toMatchObject({ from: null, to: null, lost: null, reason: 'epoch' });
  expectLines(stream, LINES - 19);
});

it('the head itself is a position like any other', async () => {
  using stream = await streamFrom(`&after=${epoch}-${LINES}`);
  expect(stream.lines).toEqual([]);
  expect(stream.named('gap')).toEqual([]);
});

it('a position beyond the head is waited for, and then given up with a gap', async () => {
  using beyond = await EventStream.open(product.stream('host/long', `&after=${epoch}-${LINES + 1_000}`));
  using foreign = await EventStream.open(product.stream('host/long', `&after=${epoch + 5}-1`));
  for (const stream of [beyond, foreign]) {
    expect(stream.response.statusCode).toBe(200);
    await stream.has('live', 30_000);
    expect(stream.lines).toEqual([]);
    const [gap] = stream.named('gap');
    expect(gap?.id).toBe(`${epoch}-${LINES}`);
    expect(parseData(gap?.data ?? '')).toMatchObject({ from: null, to: null, lost: null, reason: 'unknown-position' });
  }
});

it('a channel that does not exist yet streams, waits, and begins with its first record', async () => {
  using stream = await EventStream.open(product.stream('host/later', '&tail=1'));
  using stale = await EventStream.open(product.stream('host/later'), { 'last-event-id': '1500000000000-41' });
  expect(stream.response.statusCode).toBe(200);
  expect(stale.response.statusCode).toBe(200);
  await stream.has('live');
  expect(stream.events.map(({ event, id }) => [event, id])).toEqual([
    ['connected', '0-0'],
    ['status', undefined],
    ['live', undefined],
  ]);
  expect(stream.events[0]?.data).toContain('{"channel":"host/later","first":null,"last":null}');
  expect(parseData(stream.events[1]?.data ?? '')).toMatchObject({ channel: 'host/later', state: 'waiting' });
  folder.write('later.log', 'one\ntwo\nthree\n');
  for (const each of [stream, stale]) {
    await until(
      () => each.lines.length === 3,
      () => 'three lines',
    );
    expect(each.lines).toMatchObject([
      { seq: 1, line: 'one' },
      { seq: 2, line: 'two' },
      { seq: 3, line: 'three' },
    ]);
  }
  expect(parseData(stale.named('gap')[0]?.data ?? '')).toMatchObject({ reason: 'epoch' });
  await until(
    () => stream.named('status').some(({ data }) => data.includes('"following"')),
    () => 'following',
  );
});

it.each(['41', '1-', '-1', '1-1,2-2', '1-1x', 'null'])(
  '%s is no position: 400, which a retry can’t mend',
  async (text) => {
    for (const [query, headers] of [
      [`&after=${text}`, {}],
      ['', { 'last-event-id': text }],
    ] as const) {
      const answer = await fetch(product.stream('host/long', query), { headers });
      expect(answer.status).toBe(400);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(await answer.json()).toMatchObject({ code: 'bad_position', status: 400 });
    }
  },
);
