import { describe, it } from 'vitest';
import { CADDY, findProxy, HAPROXY, NGINX, Proxy } from '../../support/proxy/proxy.ts';
import { TwoGateways } from './two-gateways.ts';

const LIMIT = { timeout: 90_000 };

/** A test with a proxy, and the two gateways behind it. */
export type ProxyTest = (title: string, body: (proxy: Proxy, gateways: TwoGateways) => Promise<void>) => void;

/** Each test with each proxy that we have a configuration for; skipped where the proxy is not there. */
export function behindEachProxy(tests: (proxyTest: ProxyTest) => void): void {
  for (const kind of [NGINX, HAPROXY, CADDY]) {
    describe(`${kind.program} with ${kind.file}, in front of two gateways`, () => {
      tests((title, body) => {
        it(title, LIMIT, async ({ skip }) => {
          const found = await findProxy(kind);
          if ('missing' in found) return skip(found.missing);
          await using gateways = await TwoGateways.start();
          await using proxy = await Proxy.start(found.path, kind, gateways.ports);
          await body(proxy, gateways);
        });
      });
    });
  }
}
