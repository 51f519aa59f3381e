import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { OriginRule } from './origin-rule.js';
import { TrustedProxies } from './trusted-proxies.js';

const rule = new OriginRule(['https://app.example'], new TrustedProxies([]));
const behindProxy = new OriginRule([], new TrustedProxies(['loopback']));

function request(headers: Readonly<Record<string, string>>, method = 'POST', address = '127.0.0.1') {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: address });
  return { method, socket, headers: { host: 'localhost:8080', ...headers } };
}

function isRefused(by: OriginRule, ...parts: Parameters<typeof request>): boolean {
  try {
    by.check(request(...parts));
    return false;
  } catch {
    return true;
  }
}

describe('a page that may do more than read', () => {
  it.each([
    [{}],
    [{ origin: 'http://localhost:8080' }],
    [{ origin: 'http://localhost:8080', 'sec-fetch-site': 'same-origin' }],
    [{ origin: 'https://localhost:8080' }],
    [{ origin: 'http://logs.example', host: 'logs.example:80' }],
    [{ origin: 'https://logs.example', host: 'LOGS.example' }],
    [{ origin: 'http://[::1]:8080', host: '[::1]:8080' }],
    [{ origin: 'https://app.example', 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'none' }],
  ])('%j', (headers) => {
    expect(isRefused(rule, headers)).toBe(false);
  });
});

describe('a foreign page', () => {
  const foreign = [
    { origin: 'null' },
    { origin: '' },
    { origin: 'https://evil.example' },
    { origin: 'http://localhost:3000' },
    { origin: 'http://localhost' },
    { origin: 'http://localhost:8080.evil.example' },
    { origin: 'http://localhost:8080@evil.example' },
    { origin: 'http://127.0.0.1:8080' },
    { origin: 'https://app.example:444' },
    { origin: 'http://app.example' },
    { origin: 'https://app.example.evil.example' },
    { origin: 'HTTPS://APP.EXAMPLE' },
    { origin: 'https://app.example, https://evil.example' },
    { origin: 'http://localhost:8080 https://evil.example' },
    { origin: 'file://' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' },
  ];

  it.each(foreign)('%j may not write, nor open a WebSocket', (headers) => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'BREW'])
      expect(isRefused(rule, headers, method)).toBe(true);
    expect(isRefused(rule, { ...headers, upgrade: 'websocket' }, 'GET')).toBe(true);
  });

  it.each(foreign)('%j may send reads, and is not told that it may see the answer', (headers) => {
    expect(isRefused(rule, headers, 'GET')).toBe(false);
    expect(isRefused(rule, headers, 'HEAD')).toBe(false);
    expect(rule.headersFor(request(headers))).toEqual({ vary: 'Origin' });
  });
});

it('compares with what a trusted proxy was asked for', () => {
  const said = { host: 'gateway:8080', 'x-forwarded-host': 'logs.example', 'x-forwarded-proto': 'https' };
  expect(isRefused(behindProxy, { ...said, origin: 'https://logs.example' })).toBe(false);
  expect(isRefused(behindProxy, { ...said, origin: 'http://logs.example' })).toBe(true);
  expect(isRefused(behindProxy, { ...said, origin: 'https://gateway:8080' })).toBe(true);
  expect(isRefused(behindProxy, { ...said, origin: 'https://logs.example' }, 'POST', '203.0.113.9')).toBe(true);
});

describe('CORS', () => {
  it('echoes exact origins, without credentials', () => {
    expect(rule.headersFor(request({ origin: 'https://app.example' }))).toEqual({
      vary: 'Origin',
      'access-control-allow-origin': 'https://app.example',
      'access-control-expose-headers': 'Retry-After',
    });
    expect(behindProxy.headersFor(request({ origin: 'https://app.example' }))).toEqual({});
  });

  it('answers preflights, and nothing that only looks like one', () => {
    const asked = { origin: 'https://app.example', 'access-control-request-method': 'DELETE' };
    expect(rule.preflight(request(asked, 'OPTIONS'), ['DELETE', 'GET'])).toMatchObject({
      'access-control-allow-methods': 'DELETE, GET',
    });
    expect(rule.preflight(request(asked, 'GET'), [])).toBeUndefined();
    expect(rule.preflight(request({}, 'OPTIONS'), [])).toBeUndefined();
  });
});
