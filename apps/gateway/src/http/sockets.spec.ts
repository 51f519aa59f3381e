import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestGateway } from '../testing/test-gateway.js';

let test: TestGateway;
let port: number;

beforeAll(async () => {
  test = await TestGateway.create();
  port = Number(new URL((await test.gateway.start()).url).port);
});

afterAll(async () => {
  await test[Symbol.asyncDispose]();
});

/** All that comes back for these bytes, until the server closes the connection. */
async function exchange(bytes: string): Promise<string> {
  const socket: Socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  socket.write(bytes);
  await once(socket, 'close');
  return answer;
}

function request(target: string, ...headers: string[]): string {
  return [`GET ${target} HTTP/1.1`, ...headers, 'Connection: close', '', ''].join('\r\n');
}

function statusOf(answer: string): string | undefined {
  return /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1];
}

describe('the Host rule', () => {
  it.each([
    ['200', request('/', 'Host: localhost')],
    ['200', request('/', 'hOST: LOCALHOST.:8080')],
    ['200', request('/', 'Host: [::1]:1')],
    ['200', request('http://127.0.0.1/', 'Host: 127.0.0.1')],
    ['400', request('/')],
    ['400', request('/', 'Host: localhost', 'Host: evil.example')],
    ['421', request('/', 'Host:')],
    ['421', request('/', 'Host: evil.example')],
    ['421', request('/', 'Host: localhost@evil.example')],
    ['421', request('/', 'Host: evil.example', 'X-Forwarded-Host: localhost')],
    ['421', request('http://evil.example/', 'Host: localhost')],
    ['421', request('/api/stream?channel=deployment/x', 'Host: evil.example')],
    ['421', request('/docs', 'Host: evil.example')],
    ['200', request('/healthz', 'Host: evil.example')],
    ['200', request('/readyz')],
    ['200', request('/metrics')],
  ])('answers %s to %j', async (status, bytes) => {
    expect(statusOf(await exchange(bytes))).toBe(status);
  });
});

describe('what is no request', () => {
  it.each([
    ['431', 'headers_too_large', request('/', 'Host: localhost', `X: ${'x'.repeat(20_000)}`)],
    ['431', 'headers_too_large', request(`/${'x'.repeat(20_000)}`, 'Host: localhost')],
    ['400', 'bad_request', 'nonsense\r\n\r\n'],
    ['400', 'bad_request', 'GET / HTTP/1.1\r\nHost: localhost\r\nBad Header: x\r\n\r\n'],
    ['400', 'bad_request', request('/%zz', 'Host: localhost')],
  ])('is answered with %s %s', async (status, code, bytes) => {
    const answer = await exchange(bytes);
    expect(statusOf(answer)).toBe(status);
    expect(answer.toLowerCase()).toContain('content-type: application/problem+json');
    expect(answer).toContain(`"code":"${code}"`);
  });

  it('does no harm to others', async () => {
    expect(statusOf(await exchange(request('/healthz', 'Host: localhost')))).toBe('200');
  });
});
