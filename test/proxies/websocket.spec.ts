import { expect } from 'vitest';
import type { Proxy } from '../support/proxy/proxy.ts';
import { SocketClient } from '../support/socket-client.ts';
import { makeToken } from '../support/token.ts';
import { until } from '../support/until.ts';
import { behindEachProxy } from './support/behind-each-proxy.ts';

const headers = { authorization: `Bearer ${makeToken({ channels: ['deployment/*'] })}` };
const WEB = 'deployment/web';
const OTHER = 'deployment/other';

/** How a gateway goes, what its viewers are told before it does, and the close code: a proxy adds none of its own. */
const ENDINGS = [
  ['SIGTERM', [{ type: 'closing', reason: 'drain' }], 1001],
  ['SIGKILL', [], 1006],
] as const;

behindEachProxy((proxyTest) => {
  for (const [signal, told, code] of ENDINGS) {
    proxyTest(
      `WebSockets go on at the other gateway after ${signal}, each channel where it was`,
      async (proxy, gateways) => {
        using kept = await openAt(proxy, gateways.pid(0));
        using one = await openAt(proxy, gateways.pid(1));
        // A browser opens them over HTTP/1.1, also where a page came over HTTP/2.
        using pattern = await openAt(proxy, gateways.pid(1), proxy.tlsUrl);
        expect([kept, one, pattern].map(({ socket }) => socket.protocol)).toEqual(Array(3).fill('tailgate.v1'));
        for (const client of [kept, one]) client.say({ type: 'subscribe', channel: WEB, after: '0-0' });
        pattern.say({ type: 'subscribe', channel: 'deployment/*', cursors: {} });
        gateways.folder.append('web.log', '2\n3\n');
        gateways.folder.write('other.log', 'a\nb\n');
        for (const client of [kept, one, pattern]) await hasLines(client, WEB, 3);
        await hasLines(pattern, OTHER, 2);
        await hasPong(pattern);

        await gateways.end(1, signal);
        for (const client of [one, pattern]) {
          await until(
            () => client.closed !== undefined,
            () => 'the proxy tells that the gateway is gone',
          );
          expect([client.named('closing'), client.closed]).toEqual([told, code]);
        }
        // While nobody looks.
        gateways.folder.append('web.log', '4\n');
        gateways.folder.append('other.log', 'c\n');
        gateways.folder.write('late.log', 'A\nB\n');
        await hasLines(kept, WEB, 4);

        using oneMore = await openAt(proxy, gateways.pid(0));
        oneMore.say({ type: 'subscribe', channel: WEB, after: one.last(WEB) });
        using patternMore = await openAt(proxy, gateways.pid(0), proxy.tlsUrl);
        const cursors = { [WEB]: pattern.last(WEB), [OTHER]: pattern.last(OTHER) };
        patternMore.say({ type: 'subscribe', channel: 'deployment/*', cursors });
        await hasLines(patternMore, 'deployment/late', 2);
        gateways.folder.append('web.log', '5\n');
        await hasLines(kept, WEB, 5);
        for (const client of [oneMore, patternMore]) await hasLines(client, WEB, 2);
        await hasLines(patternMore, OTHER, 1);

        expect(kept.lines(WEB)).toEqual(['one', '2', '3', '4', '5']);
        expect([...one.lines(WEB), ...oneMore.lines(WEB)]).toEqual(kept.lines(WEB));
        expect([...pattern.lines(WEB), ...patternMore.lines(WEB)]).toEqual(kept.lines(WEB));
        expect([...pattern.lines(OTHER), ...patternMore.lines(OTHER)]).toEqual(['a', 'b', 'c']);
        expect(patternMore.lines('deployment/late')).toEqual(['A', 'B']);
        for (const client of [kept, oneMore, patternMore])
          for (const type of ['gap', 'epoch', 'error']) expect(client.named(type)).toEqual([]);
      },
    );
  }
});

/** A connection to the gateway of this process: without sticky sessions it takes some tries. */
async function openAt(proxy: Proxy, pid: number, url = proxy.url): Promise<SocketClient> {
  let found: SocketClient | undefined;
  await until(
    async () => {
      // Whoever finds no gateway is refused, and comes again.
      const client = await SocketClient.open(url, { headers, ca: proxy.ca }).catch(() => undefined);
      if (client === undefined) return false;
      await client.has('welcome');
      if (String(client.named('welcome')[0]?.['replica']).endsWith(`-${pid}`)) found = client;
      else client[Symbol.dispose]();
      return found !== undefined;
    },
    () => 'both gateways get some of the connections',
  );
  if (!found) throw new Error('no connection');
  return found;
}

async function hasLines(client: SocketClient, channel: string, count: number): Promise<void> {
  await until(
    () => client.lines(channel).length >= count,
    () => `${count} lines of ${channel} through the proxy, not ${client.lines(channel).length}`,
  );
}

async function hasPong(client: SocketClient): Promise<void> {
  client.say({ type: 'ping', time: 1 });
  await client.has('pong');
  expect(client.named('pong')).toEqual([{ type: 'pong', time: 1 }]);
}
