import { parseSelector, type ChannelSelector } from '@tailgate/protocol';
import { expect, test, vi } from 'vitest';
import { startRedis } from '../../../test/support/redis/start-redis.ts';
import { TestGateway } from './testing/test-gateway.js';
import { WsClient } from './ws/testing/ws-client.js';

test('a gateway stays ready, though its Redis went away just after the first contact', async () => {
  await using server = await startRedis();
  await using test = await TestGateway.create({ REDIS_URL: server.url, FOLLOW: 'off' });
  const { url } = await test.gateway.start();
  await server.stop();
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
});

test('patterns, filters and times are served from a Redis as from memory', async () => {
  await using server = await startRedis();
  await using gateway = await TestGateway.create({ REDIS_URL: server.url });
  const text = Array.from({ length: 3_000 }, (_, index) => `line ${index + 1}\n`).join('');
  for (const name of ['a', 'b']) gateway.write(name, text);
  const { url } = await gateway.gateway.start();
  const has = (client: WsClient, channel: string, lines: readonly string[]) =>
    vi.waitFor(() => expect(client.records(channel).map(({ line }) => line)).toEqual(lines), { timeout: 20_000 });
  // What is listed when a client comes is there already; what is listed later comes from its first record.
  await vi.waitFor(
    async () => {
      const { channels } = (await (await fetch(`${url}/api/channels`)).json()) as { channels: { records: number }[] };
      expect(channels.map(({ records }) => records)).toEqual([3_000, 3_000]);
    },
    { timeout: 20_000 },
  );

  using everything = await WsClient.open(url);
  everything.send({ type: 'subscribe', channel: selector('deployment/*'), tail: 2 });
  await has(everything, 'deployment/b', ['line 2999', 'line 3000']);
  gateway.write('late', 'one\ntwo\n');
  await has(everything, 'deployment/late', ['one', 'two']);

  using filtered = await WsClient.open(url);
  filtered.send({ type: 'subscribe', channel: selector('deployment/a'), tail: 2, grep: '^line \\d+1$' });
  await has(filtered, 'deployment/a', ['line 2981', 'line 2991']);

  using recent = await WsClient.open(url);
  recent.send({ type: 'subscribe', channel: selector('deployment/a'), since: '1h' });
  await has(recent, 'deployment/a', text.trimEnd().split('\n'));
  using none = await WsClient.open(url);
  none.send({ type: 'subscribe', channel: selector('deployment/a'), since: '2100-01-01T00:00:00Z' });
  await vi.waitFor(() => expect(none.of('live')).toHaveLength(1), { timeout: 20_000 });
  expect(none.of('records')).toEqual([]);
});

function selector(text: string): ChannelSelector {
  return parseSelector(text) ?? expect.fail(text);
}
