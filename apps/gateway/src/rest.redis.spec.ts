import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startRedis } from '../../../test/support/redis/start-redis.ts';
import type { RedisServer } from '../../../test/support/redis/redis-server.ts';
import { TestGateway } from './testing/test-gateway.js';

// REST of two gateways with one Redis: what one of them was told, the other knows.

let server: RedisServer;
let gateways: readonly [TestGateway, TestGateway];
let urls: readonly string[];

beforeAll(async () => {
  server = await startRedis();
  const env = { REDIS_URL: server.url, FOLLOW: 'off' };
  gateways = [await TestGateway.create(env), await TestGateway.create(env)];
  urls = [(await gateways[0].gateway.start()).url, (await gateways[1].gateway.start()).url];
  await vi.waitFor(
    async () => {
      for (const url of urls) expect((await fetch(`${url}/readyz`)).status).toBe(200);
    },
    { timeout: 20_000 },
  );
});

afterAll(async () => {
  for (const gateway of gateways) await gateway[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

function post(gateway: number, channel: string, body: string, key?: string): Promise<Response> {
  const headers = { 'content-type': 'text/plain', ...(key !== undefined && { 'idempotency-key': key }) };
  return fetch(`${urls[gateway] ?? ''}/api/channels/${channel}/records`, { method: 'POST', headers, body });
}

async function linesOf(gateway: number, channel: string): Promise<readonly string[]> {
  const answer = await fetch(`${urls[gateway] ?? ''}/api/channels/${channel}/records?limit=1000`);
  const { records } = (await answer.json()) as { records: { line: string }[] };
  return records.map(({ line }) => line);
}

test('a key is one key at both gateways, also at one moment', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => post(index % 2, 'posted/both', 'a\nb', 'k')),
  );
  const bodies = await Promise.all(answers.map((answer) => answer.text()));
  expect(new Set(bodies).size).toBe(1);
  expect((await post(1, 'posted/both', 'other', 'k')).status).toBe(422);
  expect(await linesOf(1, 'posted/both')).toEqual(['a', 'b']);
});

test('a purge at one gateway takes the records from the other one too, and its viewers are told', async () => {
  await post(0, 'posted/secret', 'secret 1\nsecret 2');
  // So that the other gateway has them in memory.
  const stream = `${urls[1] ?? ''}/api/stream?channel=posted/secret&after=0-0`;
  const watching = new AbortController();
  const watched = await fetch(stream, { signal: watching.signal });
  const seen: string[] = [];
  const reading = (async () => {
    for await (const chunk of watched.body?.pipeThrough(new TextDecoderStream()) ?? []) seen.push(chunk);
  })().catch(() => undefined);
  await vi.waitFor(() => expect(seen.join('')).toContain('secret 2'), { timeout: 20_000 });

  expect((await fetch(`${urls[0] ?? ''}/api/channels/posted/secret`, { method: 'DELETE' })).status).toBe(200);
  expect(await linesOf(1, 'posted/secret')).toEqual([]);
  await post(0, 'posted/secret', 'new');
  await vi.waitFor(() => expect(seen.join('')).toContain('new'), { timeout: 20_000 });
  // Who had read it all is told nothing; who had not, is told what is gone, and given none of it.
  expect(seen.join('')).not.toContain('"purged"');
  await vi.waitFor(
    async () => {
      const late = await readUntil(stream, 'new');
      expect(late).toContain('"lost":2,"reason":"purged"');
      expect(late).not.toContain('secret 1');
    },
    { timeout: 20_000 },
  );
  watching.abort();
  await reading;
});

async function readUntil(url: string, text: string): Promise<string> {
  const answer = await fetch(url);
  let seen = '';
  for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    seen += chunk;
    if (seen.includes(text)) break;
  }
  return seen;
}
