import { formatHash, hashAfter, NOTHING_HASHED } from '@tailgate/protocol';
import fc from 'fast-check';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { TestGateway } from '../testing/test-gateway.js';

const MEBIBYTE = 1024 * 1024;
let test: TestGateway;
let names = 0;

beforeAll(async () => {
  test = await TestGateway.create();
  await test.gateway.start();
});

afterAll(async () => {
  await test[Symbol.asyncDispose]();
});

/** A channel that no other test has. */
function newChannel(): string {
  return `/api/channels/posted/c${(names += 1)}`;
}

async function post(channel: string, payload: string | Buffer, headers: Record<string, string> = {}) {
  const options: InjectOptions = { method: 'POST', url: `${channel}/records`, payload };
  const all = { host: 'localhost', 'content-type': 'text/plain', ...headers };
  return test.gateway.app.inject({ ...options, headers: all });
}

interface Page {
  readonly records: readonly {
    readonly id: string;
    readonly line: string;
    readonly time: number;
    readonly hash?: string;
  }[];
}

async function recordsOf(channel: string): Promise<Page['records']> {
  const url = `${channel}/records?limit=10000`;
  return (await test.gateway.app.inject({ url, headers: { host: 'localhost' } })).json<Page>().records;
}

async function linesOf(channel: string): Promise<readonly string[]> {
  return (await recordsOf(channel)).map(({ line }) => line);
}

const ndjson = { 'content-type': 'application/x-ndjson' };

describe('lines that are sent', () => {
  it('become records, in order, under consecutive numbers', async () => {
    const channel = newChannel();
    const answer = await post(channel, 'one\ntwo\r\n\nfour');
    expect(answer.statusCode).toBe(200);
    const [epoch] = answer.json<{ first: string }>().first.split('-');
    expect(answer.json()).toEqual({ first: `${epoch}-1`, last: `${epoch}-4`, count: 4 });
    expect(await linesOf(channel)).toEqual(['one', 'two', '', 'four']);
    expect((await post(channel, 'five\n')).json()).toEqual({ first: `${epoch}-5`, last: `${epoch}-5`, count: 1 });
  });

  it('are in the running hash of the channel, which comes with the last record of each post', async () => {
    const channel = newChannel();
    await post(channel, 'one\ntwo\r\n\nfour');
    await post(channel, `${JSON.stringify({ line: 'a\nb \ud800' })}\n{"line":"größer"}`, ndjson);
    const records = await recordsOf(channel);
    const marks = records.map((_, index) => formatHash(records.slice(0, index + 1).reduce(hashAfter, NOTHING_HASHED)));
    expect(records.map(({ hash }) => hash)).toEqual(
      marks.map((mark, index) => ([3, 5].includes(index) ? mark : undefined)),
    );
  });

  it('may be records, which say more', async () => {
    const channel = newChannel();
    const records = [
      { line: 'a', time: 5, stream: 'stderr', level: 'error', source: 'pod-1' },
      { line: 'b\nof two', time: -1 },
    ];
    const body = `${records.map((record) => JSON.stringify(record)).join('\r\n')}\r\n\n{"line":"c","id":"1-1","what":1}`;
    expect((await post(channel, body, ndjson)).json()).toMatchObject({ count: 3 });
    const stored = await recordsOf(channel);
    expect(stored).toMatchObject([...records, { line: 'c' }]);
    expect(Object.keys(stored[2] ?? {})).toEqual(['id', 'hash', 'time', 'line']);
    expect(Math.abs(Date.now() - (stored[2]?.time ?? 0))).toBeLessThan(60_000);
  });

  it.each([
    ['', {}, 400, 'bad_request', 'no record'],
    ['\n \n', ndjson, 400, 'bad_request', 'no record'],
    ['{"line":"a"}\n{"line":1}', ndjson, 400, 'bad_request', 'Line 2 of the body is no record, line: '],
    ['{"line":"a"}\n\n[]', ndjson, 400, 'bad_request', 'Line 3'],
    ['{"line":"a"}\nnot json', ndjson, 400, 'bad_request', 'Line 2 of the body is no record, it is no JSON'],
    ['{"line":"a","time":1.5}', ndjson, 400, 'bad_request', 'time: '],
    ['{"notice":"file-truncated","time":1,"bytes":1}', ndjson, 400, 'bad_request', 'line: '],
    ['{"line":"a","stream":"stdin"}', ndjson, 400, 'bad_request', 'stream: '],
    ['{}', { 'content-type': 'application/json' }, 415, 'unsupported_media_type', 'x-ndjson or text/plain'],
    ['<a/>', { 'content-type': 'text/html' }, 415, 'unsupported_media_type', ''],
    ['a', { 'content-type': '' }, 415, 'unsupported_media_type', ''],
    ['a', { 'idempotency-key': '' }, 400, 'bad_request', 'Idempotency-Key'],
    ['a', { 'idempotency-key': 'a b' }, 400, 'bad_request', 'Idempotency-Key'],
    ['a', { 'idempotency-key': 'x'.repeat(256) }, 400, 'bad_request', 'Idempotency-Key'],
  ])('%j with %j: %i %s', async (body, headers, status, code, detail) => {
    const channel = newChannel();
    const answer = await post(channel, body, headers);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({ status, code });
    expect(answer.json<{ detail?: string }>().detail ?? '').toContain(detail);
    expect((await test.gateway.app.inject({ url: channel, headers: { host: 'localhost' } })).statusCode).toBe(404);
  });

  it('may have a mebibyte, and no byte more', async () => {
    const channel = newChannel();
    const line = `${'x'.repeat(99)}\n`;
    const body = line.repeat(Math.ceil(MEBIBYTE / line.length)).slice(0, MEBIBYTE);
    expect((await post(channel, body)).json()).toMatchObject({ count: 10_486 });
    expect((await post(channel, 'x'.repeat(MEBIBYTE))).json()).toMatchObject({ count: 1 });
    expect((await post(channel, `${body}x`)).json()).toMatchObject({ status: 413, code: 'payload_too_large' });
    // A million empty lines are more than one batch can be.
    expect((await post(channel, '\n'.repeat(MEBIBYTE))).json()).toMatchObject({
      status: 413,
      code: 'payload_too_large',
    });
  });

  it('arrive as they were sent, whatever they are: 1,000 of them', async () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()),
      fc.constantFrom('x\n\nevent: evil', '\u001b[31m', '\0', '<script>', '"}\n{', '\u2028', '\r', '{"line":"x"}'),
    );
    const all = fc.sample(line, 1000);
    const channel = newChannel();
    await post(channel, all.map((text) => JSON.stringify({ line: text })).join('\n'), ndjson);
    expect(await linesOf(channel)).toEqual(all);
    const plain = newChannel();
    const lines = all.map((text) => text.replace(/[\r\n]/g, ''));
    await post(plain, lines.map((text) => `${text}\n`).join(''));
    expect(await linesOf(plain)).toEqual(lines);
  });

  it('that are no UTF-8 have U+FFFD in the place of what is not', async () => {
    const channel = newChannel();
    await post(channel, Buffer.from([0x61, 0xff, 0x62, 0x0a, 0xc3, 0x0a]));
    expect(await linesOf(channel)).toEqual(['a\ufffdb', '\ufffd']);
  });
});

describe('a key', () => {
  it('is answered again as it was, and appends once, also at the same moment', async () => {
    const channel = newChannel();
    await post(channel, 'before');
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post(channel, 'a\nb', { 'idempotency-key': '"k"' })),
    );
    await post(channel, 'after');
    answers.push(await post(channel, 'a\nb', { 'idempotency-key': '"k"' }));
    for (const answer of answers) expect([answer.statusCode, answer.body]).toEqual([200, answers[0]?.body]);
    expect(answers[0]?.json()).toMatchObject({ count: 2 });
    expect(await linesOf(channel)).toEqual(['before', 'a', 'b', 'after']);
  });

  it('is refused with another body, or another type of it', async () => {
    const channel = newChannel();
    await post(channel, '{"line":"a"}', { 'idempotency-key': 'k' });
    for (const answer of [
      await post(channel, '{"line":"b"}', { 'idempotency-key': 'k' }),
      await post(channel, '{"line":"a"}', { ...ndjson, 'idempotency-key': 'k' }),
    ]) {
      expect(answer.json()).toMatchObject({ status: 422, code: 'idempotency_conflict' });
    }
    expect(await linesOf(channel)).toEqual(['{"line":"a"}']);
  });

  it('is each channel’s own, and without one every post counts', async () => {
    const [one, two] = [newChannel(), newChannel()];
    for (const channel of [one, two, one]) await post(channel, 'a', { 'idempotency-key': 'k' });
    for (const channel of [two, two]) await post(channel, 'a');
    expect([await linesOf(one), await linesOf(two)]).toEqual([['a'], ['a', 'a', 'a']]);
  });
});

it('does not disturb the file of the same channel', async () => {
  const channel = '/api/channels/deployment/mixed';
  const until = (lines: readonly string[]) =>
    vi.waitFor(async () => expect(await linesOf(channel)).toEqual(lines), { timeout: 20_000 });
  test.write('mixed', 'file 1\n');
  await until(['file 1']);
  await post(channel, 'post 1', { 'idempotency-key': 'k' });
  test.write('mixed', 'file 2\n');
  await until(['file 1', 'post 1', 'file 2']);
  await post(channel, 'post 2');
  expect(await linesOf(channel)).toEqual(['file 1', 'post 1', 'file 2', 'post 2']);
});
