import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { expect } from 'vitest';
import { EventCollector, EventStream, parseData } from '../support/event-stream.ts';
import type { Proxy } from '../support/proxy/proxy.ts';
import { makeToken } from '../support/token.ts';
import { until } from '../support/until.ts';
import { behindEachProxy } from './support/behind-each-proxy.ts';

const bearer = { authorization: `Bearer ${makeToken({ channels: ['deployment/web'] })}` };
const fromBrowser = { ...bearer, accept: 'text/event-stream' };
const CHANNEL = '/api/stream?channel=deployment/web';

behindEachProxy((proxyTest) => {
  proxyTest('lines go on as they come, and a viewer goes on at the other gateway', async (proxy, gateways) => {
    using kept = await openAt(proxy, gateways.pid(0));
    using lost = await openAt(proxy, gateways.pid(1));
    for (let count = 2; count <= 5; count += 1) {
      gateways.folder.append('web.log', `${count}\n`);
      for (const stream of [kept, lost]) await hasLines(stream, count);
    }
    await gateways.end(1);
    await until(
      () => lost.ended,
      () => 'the proxy tells that the gateway is gone',
    );
    const last = { 'last-event-id': lost.events.findLast(({ event }) => event === 'log')?.id ?? '' };
    using resumed = await EventStream.open(proxy.url + CHANNEL, { ...fromBrowser, ...last });
    gateways.folder.append('web.log', '6\n');
    await hasLines(resumed, 1);
    await hasLines(kept, 6);
    expect(resumed.lines).toEqual(kept.lines.slice(5));
    expect(resumed.named('gap')).toEqual([]);
    await logs(proxy, '/api/stream');
  });

  proxyTest('lines go on as they come, compressed as the gateway has compressed them', async (proxy, { folder }) => {
    const end = new AbortController();
    const answer = await fetch(proxy.url + CHANNEL, { headers: fromBrowser, signal: end.signal });
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    const events = new EventCollector();
    const reading = answer.body?.pipeTo(new WritableStream<Uint8Array>({ write: (bytes) => void events.feed(bytes) }));
    await hasLines(events, 1);
    for (const step of [1, 200, 1]) {
      const count = events.lines.length + step;
      folder.append('web.log', 'a line among others\n'.repeat(step));
      await hasLines(events, count);
    }
    end.abort();
    await expect(reading).rejects.toThrow('aborted');
  });

  proxyTest('browsers have HTTP/2, over TLS, of which the gateways know', async (proxy) => {
    const session = connect(proxy.tlsUrl, { ca: proxy.ca });
    const stream = session.request({ ':path': `${CHANNEL}&after=0-0`, ...fromBrowser });
    const [headers] = (await once(stream, 'response')) as unknown[];
    expect(headers).toMatchObject({ ':status': 200, 'content-type': 'text/event-stream; charset=utf-8' });
    const events = new EventCollector();
    stream.on('data', (bytes: Buffer) => events.feed(bytes));
    await hasLines(events, 1);
    stream.close();
    session.close();

    const page = { ...bearer, origin: proxy.tlsUrl, 'sec-fetch-site': 'same-origin' };
    const signedIn = await post(`${proxy.tlsUrl}/api/session`, proxy.ca, page);
    expect(signedIn.statusCode).toBe(200);
    expect(String(signedIn.headers['set-cookie'])).toContain('; Secure');
    const evil = { ...bearer, origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' };
    expect((await post(`${proxy.tlsUrl}/api/session`, proxy.ca, evil)).statusCode).toBe(403);
    expect((await fetch(`${proxy.url}/metrics`, { headers: bearer })).status).toBe(404);
  });

  proxyTest('a ticket opens one stream, at whichever gateway', async (proxy, { ports }) => {
    const urls = [proxy.url, ...ports.map((port) => `http://127.0.0.1:${port}`)];
    for (let round = 0; round < 5; round += 1) {
      const body = '{"channels":["deployment/web"]}';
      const headers = { ...bearer, 'content-type': 'application/json' };
      const answer = await fetch(`${proxy.url}/api/tickets`, { method: 'POST', headers, body });
      const ticket = String(parseData(await answer.text())['ticket']);
      const tries = await Promise.all(
        Array.from({ length: 12 }, (_, i) => EventStream.open(`${urls[i % 3] ?? ''}${CHANNEL}&ticket=${ticket}`)),
      );
      const statuses = tries.map(({ response }) => response.statusCode ?? 0).sort();
      for (const each of tries) each[Symbol.dispose]();
      expect(statuses).toEqual([200, ...Array.from({ length: 11 }, () => 401)]);
    }
    await logs(proxy, '/api/tickets');
  });

  proxyTest('whoever wants a stream and finds no gateway is told when to come again', async (proxy, gateways) => {
    await gateways.end(0);
    await gateways.end(1);
    const answers = new Set<string>();
    for (let i = 0; i < 8; i += 1) {
      const answer = await fetch(`${proxy.url}${CHANNEL}`, { headers: fromBrowser });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
      answers.add(await answer.text());
    }
    for (const text of answers)
      expect(text).toMatch(/^retry: [1-4]\d{3}\n\nevent: closing\ndata: \{"reason":"too-many"\}\n\n$/);
    expect(answers.size).toBeGreaterThan(1);
    const other = await fetch(`${proxy.url}/api/channels?kind=deployment`, { headers: bearer });
    expect([other.status, await other.json()]).toMatchObject([503, { code: 'unavailable' }]);

    await gateways.run(0);
    await until(
      async () => {
        using stream = await EventStream.open(`${proxy.url}${CHANNEL}`, fromBrowser);
        await until(
          () => stream.events.length > 0,
          () => 'an event',
        );
        return stream.named('connected').length > 0;
      },
      () => 'the gateway is found again',
    );
    await logs(proxy, '/api/stream');
  });
});

/** A stream at the gateway of this process: without sticky sessions it takes some tries. */
async function openAt(proxy: Proxy, pid: number): Promise<EventStream> {
  let found: EventStream | undefined;
  await until(
    async () => {
      const stream = await EventStream.open(`${proxy.url}${CHANNEL}&after=0-0`, fromBrowser);
      await stream.has('live');
      const replica = String(parseData(stream.named('connected')[0]?.data ?? '')['replica']);
      if (replica.endsWith(`-${pid}`)) found = stream;
      else stream[Symbol.dispose]();
      return found !== undefined;
    },
    () => 'both gateways get some of the viewers',
  );
  if (!found) throw new Error('no stream');
  return found;
}

async function hasLines(stream: EventCollector, count: number): Promise<void> {
  await until(
    () => stream.lines.length >= count,
    () => `${count} lines through the proxy, not ${stream.lines.length}`,
  );
}

/** The path stands in the log, and no query does. */
async function logs(proxy: Proxy, path: string): Promise<void> {
  await until(
    async () => (await proxy.log()).includes(path),
    () => `${path} in the log`,
  );
  expect(await proxy.log()).not.toMatch(/channel=|ticket=|kind=/);
}

async function post(url: string, ca: string, headers: Readonly<Record<string, string>>): Promise<IncomingMessage> {
  const sent = httpsRequest(url, { method: 'POST', ca, headers, agent: false }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return response.resume();
}
