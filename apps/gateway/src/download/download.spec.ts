import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { position, printRecord, type ChannelRecord } from '@tailgate/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { StoredRecord } from '@tailgate/history';
import { TestGateway } from '../testing/test-gateway.js';
import { contentCoding } from './content-coding.js';
import { NdjsonFormat, TextFormat, type FileFormat } from '@tailgate/history';

const CHANNEL = '/api/channels/host/h5';
let test: TestGateway;
let base: string;

beforeAll(async () => {
  test = await TestGateway.create();
  base = (await test.gateway.start()).url;
  for (let from = 1; from <= 300; from += 100) {
    const lines = Array.from({ length: 100 }, (_, index) => ({ line: `line ${from + index} é`, time: from + index }));
    await send(CHANNEL, lines.map((line) => JSON.stringify(line)).join('\n'), 'application/x-ndjson');
  }
});

afterAll(async () => {
  await test[Symbol.asyncDispose]();
});

function send(channel: string, payload: string, type = 'text/plain') {
  const headers = { host: 'localhost', 'content-type': type };
  return test.gateway.app.inject({ method: 'POST', url: `${channel}/records`, payload, headers });
}

function get(query = '', headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET') {
  const url = `${CHANNEL}/download?${query}`;
  return test.gateway.app.inject({ method, url, headers: { host: 'localhost', ...headers } });
}

const ALL = Array.from({ length: 300 }, (_, index) => `line ${1 + index} é\n`).join('');

describe('a download', () => {
  it('is the lines as they were, as a file', async () => {
    const answer = await get();
    expect(answer.body).toBe(ALL);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': 'attachment; filename="host-h5.log"',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      vary: 'Accept-Encoding',
    });
    expect(answer.headers).not.toHaveProperty('content-encoding');
  });

  it('may be the records, with their positions', async () => {
    const answer = await get('format=ndjson');
    expect(answer.headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
    expect(answer.headers['content-disposition']).toBe('attachment; filename="host-h5.ndjson"');
    const records = answer.body
      .trimEnd()
      .split('\n')
      .map((json) => JSON.parse(json) as { id: string });
    expect(records).toHaveLength(300);
    expect(records[41]).toEqual({ id: expect.stringMatching(/-42$/) as string, line: 'line 42 é', time: 42 });
  });

  it('is of a part, and of what matches', async () => {
    const ids = (await get('format=ndjson')).body.match(/\d+-\d+/g) ?? [];
    expect((await get(`after=${ids[4] ?? ''}&before=${ids[7] ?? ''}`)).body).toBe('line 6 é\nline 7 é\n');
    const times = 'since=1970-01-01T00:00:00.250Z&until=1970-01-01T00:00:00.270Z';
    expect((await get(`${times}&grep=5+%C3%A9%24`)).body).toBe('line 255 é\nline 265 é\n');
    expect((await get('grep=nothing')).body).toBe('');
  });

  it('is compressed as the client likes', async () => {
    const gzipped = await get('', { 'accept-encoding': 'gzip' });
    expect(gzipped.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(gzipped.rawPayload).toString()).toBe(ALL);
    const zstd = await get('', { 'accept-encoding': 'gzip;q=0.5, zstd' });
    expect(zstd.headers['content-encoding']).toBe('zstd');
    expect(zstdDecompressSync(zstd.rawPayload).toString()).toBe(ALL);
    expect(zstd.rawPayload.length).toBeLessThan(ALL.length / 3);
  });

  it('has the same headers without its body', async () => {
    const [head, body] = [
      await get('', { 'accept-encoding': 'gzip' }, 'HEAD'),
      await get('', { 'accept-encoding': 'gzip' }),
    ];
    expect([head.statusCode, head.body]).toEqual([200, '']);
    for (const name of ['content-type', 'content-disposition', 'content-encoding', 'vary', 'x-content-type-options']) {
      expect(head.headers[name]).toBe(body.headers[name]);
    }
    expect(head.headers).not.toHaveProperty('content-length');
    const unknown = {
      method: 'HEAD',
      url: '/api/channels/host/none/download',
      headers: { host: 'localhost' },
    } as const;
    expect((await test.gateway.app.inject(unknown)).statusCode).toBe(404);
  });

  it.each(['format=csv', 'limit=5', 'after=x', 'grep=(', 'since='])('%s is refused', async (query) => {
    expect((await get(query)).json()).toMatchObject({ status: 400 });
  });
});

describe('a client that does not read', () => {
  /** Asks for the download of a channel of some 40 MB, and reads nothing. */
  async function asked(): Promise<Socket> {
    const socket = connect(Number(new URL(base).port), '127.0.0.1').pause();
    await once(socket, 'connect');
    socket.write('GET /api/channels/posted/large/download HTTP/1.1\r\nhost: localhost\r\n\r\n');
    return socket;
  }

  it('has nothing more read for it, and when it leaves nothing at all', async () => {
    for (let count = 0; count < 40; count += 1) await send('/api/channels/posted/large', 'x'.repeat(1024 * 1023));
    const reads = vi.spyOn(test.gateway.broker, 'readAfter');
    const socket = await asked();
    let seen = -1;
    await vi.waitFor(
      () => {
        const { length } = reads.mock.calls;
        const isQuiet = length > 0 && length === seen;
        seen = length;
        if (!isQuiet) throw new Error('still reading');
      },
      { timeout: 20_000, interval: 300 },
    );
    // The buffers of the two ends of a connection hold some megabytes.
    expect(seen).toBeLessThan(20);
    socket.destroy();
    const connections = () =>
      new Promise<number>((resolve) => test.gateway.app.getHttpServer().getConnections((_, count) => resolve(count)));
    await vi.waitFor(async () => expect(await connections()).toBe(0), { timeout: 20_000 });
    expect(reads.mock.calls.length).toBeLessThanOrEqual(seen + 1);
    reads.mockRestore();
  });

  it('gets all of it once it reads', async () => {
    const answer = await fetch(`${base}/api/channels/posted/large/download`);
    expect((await answer.arrayBuffer()).byteLength).toBe(40 * (1024 * 1023 + 1));
  });

  it('sees that it is no whole file where the broker goes away on the way', async () => {
    const answer = await fetch(`${base}/api/channels/posted/large/download`);
    const broken = vi.spyOn(test.gateway.broker, 'readAfter').mockRejectedValue(new Error('away'));
    await expect(answer.text()).rejects.toThrow();
    broken.mockRestore();
  });
});

function stored(records: readonly ChannelRecord[]): StoredRecord[] {
  return records.map((record, index) => ({ position: position(7, index + 1), json: Buffer.from(printRecord(record)) }));
}

function written(records: readonly ChannelRecord[], format: FileFormat = new TextFormat()): string {
  return `${stored(records)
    .map((record) => format.write(record))
    .join('')}${format.end()}`;
}

describe('the text', () => {
  it('puts lines together that came in parts', () => {
    const records: ChannelRecord[] = [
      { line: 'a', time: 1, partial: true },
      { line: 'b', time: 1, continues: '7-1', partial: true },
      { line: 'c', time: 1, continues: '7-2' },
      { line: 'd', time: 1, partial: true },
      { line: 'other', time: 1 },
      { line: 'e', time: 1, continues: '7-4' },
      { line: 'f', time: 1, partial: true },
    ];
    expect(written(records)).toBe('abc\nd\nother\ne\nf\n');
  });

  it('shows what is missing', () => {
    const records: ChannelRecord[] = [
      { line: 'a', time: 1, partial: true },
      { notice: 'file-truncated', time: 1, bytes: 12 },
      { notice: 'bytes-skipped', time: 1, bytes: null },
    ];
    expect(written(records)).toBe('a\n[file-truncated: 12 bytes]\n[bytes-skipped: nobody knows how many bytes]\n');
  });

  it('as NDJSON is every record as it was: 500 times', () => {
    const record = fc.record({ line: fc.string({ unit: 'binary' }), time: fc.integer() });
    fc.assert(
      fc.property(fc.array(record), (records) => {
        const lines = written(records, new NdjsonFormat()).split('\n').slice(0, -1);
        expect(lines.map((json) => JSON.parse(json) as unknown)).toEqual(
          records.map((each, index) => ({ id: `7-${index + 1}`, ...each })),
        );
      }),
      { numRuns: 500 },
    );
  });
});

describe('the coding', () => {
  it.each([
    [undefined, 'identity'],
    ['', 'identity'],
    ['gzip, deflate, br, zstd', 'gzip'],
    ['br', 'identity'],
    ['*', 'zstd'],
    ['zstd;q=0.1, gzip;q=0.2', 'gzip'],
    ['gzip;q=0', 'identity'],
    ['identity;q=0', 'identity'],
    ['GZIP', 'gzip'],
    ['\u0000;;q=x,,', 'identity'],
  ])('of %j is %s', (header, coding) => {
    expect(contentCoding(header === undefined ? {} : { 'accept-encoding': header })).toBe(coding);
  });
});
