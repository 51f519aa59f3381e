import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countedAddress, TrustedProxies } from './trusted-proxies.js';

function requestFrom(address: string, headers: Readonly<Record<string, string>> = {}): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: address });
  return Object.assign(new IncomingMessage(socket), { headers });
}

const proxies = new TrustedProxies(['10.0.0.0/8', 'fd00::/8', '192.168.1.1']);

describe('the address of a client', () => {
  it.each([
    ['203.0.113.9', undefined, '203.0.113.9'],
    ['203.0.113.9', '198.51.100.1', '203.0.113.9'],
    ['10.1.2.3', '198.51.100.1', '198.51.100.1'],
    ['::ffff:10.1.2.3', '198.51.100.1', '198.51.100.1'],
    ['10.1.2.3', '1.1.1.1, 198.51.100.1', '198.51.100.1'],
    ['10.1.2.3', '1.1.1.1, 198.51.100.1, 10.9.9.9, 192.168.1.1', '198.51.100.1'],
    ['10.1.2.3', '10.4.4.4', '10.4.4.4'],
    ['10.1.2.3', undefined, '10.1.2.3'],
    ['10.1.2.3', 'nonsense', '10.1.2.3'],
    ['10.1.2.3', '198.51.100.1, nonsense', '10.1.2.3'],
    ['10.1.2.3', '', '10.1.2.3'],
    ['10.1.2.3', '198.51.100.1, 2', '10.1.2.3'],
    ['10.1.2.3', '198.51.100.1, 10.1', '10.1.2.3'],
    ['10.1.2.3', '198.51.100.1, 0x0a.1', '10.1.2.3'],
    ['fd00::1', '2001:db8::5', '2001:db8::5'],
    ['192.168.1.2', '198.51.100.1', '192.168.1.2'],
  ])('from %s with X-Forwarded-For %j is %s', (peer, forwarded, expected) => {
    const request = requestFrom(peer, forwarded === undefined ? {} : { 'x-forwarded-for': forwarded });
    expect(proxies.addressOf(request)).toBe(expected);
  });

  it('is never one that the client has made up, 1,000 times', () => {
    const made = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.string(),
      fc.constantFrom('10.0.0.1', 'unknown', '127.0.0.1', ',', ''),
    );
    fc.assert(
      fc.property(fc.array(made, { maxLength: 5 }), (claims) => {
        const forwarded = { 'x-forwarded-for': claims.join(', ') };
        expect(proxies.addressOf(requestFrom('203.0.113.9', forwarded))).toBe('203.0.113.9');
        // The proxy has appended whom it saw.
        const appended = { 'x-forwarded-for': [...claims, '203.0.113.9'].join(', ') };
        expect(proxies.addressOf(requestFrom('10.1.2.3', appended))).toBe('203.0.113.9');
      }),
      { numRuns: 1000 },
    );
  });
});

describe('scheme and host', () => {
  const said = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'logs.example', host: 'gateway:8080' };

  it('are what a trusted proxy says', () => {
    const request = requestFrom('10.1.2.3', said);
    expect([proxies.schemeOf(request), proxies.authorityOf(request)]).toEqual(['https', 'logs.example']);
  });

  it('are not what anybody else says', () => {
    const request = requestFrom('203.0.113.9', said);
    expect([proxies.schemeOf(request), proxies.authorityOf(request)]).toEqual([undefined, 'gateway:8080']);
    const none = new TrustedProxies([]);
    expect(none.trusts(requestFrom('127.0.0.1', said))).toBe(false);
  });

  it('are those of the nearest proxy, and http or https', () => {
    expect(proxies.schemeOf(requestFrom('10.1.2.3', { 'x-forwarded-proto': 'https, http' }))).toBe('http');
    expect(proxies.schemeOf(requestFrom('10.1.2.3', { 'x-forwarded-proto': 'javascript' }))).toBeUndefined();
  });
});

describe('what counts as one address', () => {
  it.each([
    ['198.51.100.1', '198.51.100.1'],
    ['::ffff:198.51.100.1', '198.51.100.1'],
    ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::', '2001:db8:1:2::/64'],
    ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['nonsense', 'unknown'],
    ['', 'unknown'],
  ])('of %s is %s', (address, expected) => {
    expect(countedAddress(address)).toBe(expected);
  });

  it('is the same for every address of a /64, 1,000 times', () => {
    const part = fc.nat(0xffff).map((number) => number.toString(16));
    const four = fc.tuple(part, part, part, part).map((parts) => parts.join(':'));
    fc.assert(
      fc.property(four, four, four, (network, one, other) => {
        // Those of IPv4 in IPv6 clothes are another matter.
        fc.pre(!/^[0:]*$/.test(network));
        expect(countedAddress(`${network}:${one}`)).toBe(countedAddress(`${network}:${other}`));
      }),
      { numRuns: 1000 },
    );
  });
});
