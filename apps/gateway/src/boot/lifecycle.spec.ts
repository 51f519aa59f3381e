import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { TestGateway } from '../testing/test-gateway.js';
import { ListenFailure } from '@tailgate/runtime';

/** A stream whose first event has come. */
async function openStream(url: string): Promise<IncomingMessage> {
  const call = request(`${url}/api/stream?channel=deployment/web`, { agent: false }).end();
  const [answer] = (await once(call, 'response')) as [IncomingMessage];
  await once(answer, 'data');
  return answer;
}

/** Sockets, servers, watches and timers of this process. */
function openResources(): string[] {
  return process.getActiveResourcesInfo().filter((name) => name !== 'Immediate');
}

/** Waits until nothing is open that was not before, with a limit. */
async function expectNothingMoreThan(before: readonly string[]): Promise<void> {
  const deadline = Date.now() + 5_000;
  let more: string[];
  do {
    await setImmediate();
    const allowed = [...before];
    more = openResources().filter(
      (name) => !allowed.includes(name) || allowed.splice(allowed.indexOf(name), 1).length === 0,
    );
  } while (more.length > 0 && Date.now() < deadline);
  expect(more).toEqual([]);
}

describe('the gateway', () => {
  it('leaves nothing open', async () => {
    const before = openResources();
    {
      await using test = await TestGateway.create({ METRICS_PORT: '0' });
      test.write('web', 'hello\n');
      const { url, metricsUrl } = await test.gateway.start();
      expect((await once(request(metricsUrl, { agent: false }).end(), 'response'))[0]).toMatchObject({
        statusCode: 200,
      });
      const streams = await Promise.all([openStream(url), openStream(url), openStream(url)]);
      expect(openResources().length).toBeGreaterThan(before.length);
      const ended = streams.map((stream) => once(stream.resume(), 'close'));
      test.gateway.refuse();
      await test.gateway.drain();
      await Promise.all(ended);
    }
    await expectNothingMoreThan(before);
  });

  it('tells viewers that it goes, and takes no new ones', async () => {
    await using test = await TestGateway.create();
    const { url } = await test.gateway.start();
    const stream = await openStream(url);
    let text = '';
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const ended = once(stream, 'end');
    test.gateway.refuse();
    await expect(openStream(url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await test.gateway.drain();
    await ended;
    expect(text).toContain('event: closing\ndata: {"reason":"drain"}');
  });

  it('is ready when it listens, and not while it drains', async () => {
    await using test = await TestGateway.create();
    const ready = async () => (await test.gateway.app.inject({ url: '/readyz' })).statusCode;
    expect(await ready()).toBe(503);
    await test.gateway.start();
    expect(await ready()).toBe(200);
    test.gateway.refuse();
    expect(await ready()).toBe(503);
    expect((await test.gateway.app.inject({ url: '/healthz' })).statusCode).toBe(200);
  });

  it('has its metrics on a port of their own where told so', async () => {
    await using test = await TestGateway.create({ METRICS_PORT: '0' });
    const { url, metricsUrl } = await test.gateway.start();
    expect((await fetch(`${url}/metrics`)).status).toBe(404);
    expect(await (await fetch(metricsUrl)).text()).toContain('tailgate_sessions 0');
  });

  it('can be closed with viewers on it that read nothing', async () => {
    const before = openResources();
    {
      await using test = await TestGateway.create();
      const { url } = await test.gateway.start();
      for (let i = 0; i < 3; i += 1) (await openStream(url)).on('error', () => undefined).pause();
    }
    await expectNothingMoreThan(before);
  });
});

describe('a port that is not to be had', () => {
  it('is told in a sentence', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const PORT = String(typeof address === 'object' ? address?.port : address);
    for (const [name, env] of [
      ['--port', { PORT }],
      ['--metrics-port', { METRICS_PORT: PORT }],
    ] as const) {
      await using test = await TestGateway.create(env);
      const failure = await test.gateway.start().catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(ListenFailure);
      expect(String(failure)).toContain(`Port ${PORT} of 127.0.0.1 is in use by another process`);
      expect(String(failure)).toContain(name);
    }
    taken.close();
  });

  it('names an address that this machine does not have', async () => {
    await using test = await TestGateway.create({ HOST: '192.0.2.1', ALLOW_UNAUTHENTICATED: '1' });
    await expect(test.gateway.start()).rejects.toThrow('192.0.2.1 is no address of this machine');
  });

  it('names rights that are missing', () => {
    const denied = Object.assign(new Error('listen EACCES'), { code: 'EACCES' });
    expect(new ListenFailure('127.0.0.1', 80, 'PORT', denied).message).toContain(
      "needs rights that this process doesn't have",
    );
    expect(
      new ListenFailure('nowhere', 80, 'PORT', Object.assign(new Error(), { code: 'ENOTFOUND' })).message,
    ).toContain('has no address');
    expect(new ListenFailure('h', 1, 'PORT', new Error('odd')).message).toContain("can't be listened on: odd");
  });
});
