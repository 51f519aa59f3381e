import { IncomingMessage } from 'node:http';
import { isIP, Socket } from 'node:net';
import { contentCoding } from '../../apps/gateway/src/download/content-coding.ts';
import { HostRule } from '../../apps/gateway/src/http/host-rule.ts';
import { OriginRule } from '../../apps/gateway/src/http/origin-rule.ts';
import { ProblemError } from '../../apps/gateway/src/http/problem-error.ts';
import { TrustedProxies } from '../../apps/gateway/src/http/trusted-proxies.ts';
import { readIdempotencyKey } from '../../apps/gateway/src/ingest/idempotency-key.ts';
import { takesGzip } from '../../apps/gateway/src/stream/stream-coding.ts';
import { must, refusing } from './outcome.ts';

const FRIEND = 'https://app.example';
const proxies = new TrustedProxies(['loopback']);
const hosts = new HostRule(['logs.example']);
const origins = new OriginRule([FRIEND], proxies);

/** A request of a trusted proxy: the target in the first line, then `name: value` a line. */
function requestOf(input: string): IncomingMessage {
  const [url = '', ...lines] = input.split('\n');
  const pairs = lines.map((line) => [line.split(':', 1)[0] ?? '', line.slice(line.indexOf(':') + 1).trim()] as const);
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: '127.0.0.1' });
  const headers = Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), value]));
  return Object.assign(new IncomingMessage(socket), { method: 'POST', url, headers, rawHeaders: pairs.flat() });
}

/** What the rules make of a request's headers, each by itself. */
export function readHeaders(input: string): string {
  const request = requestOf(input);
  const { headers } = request;
  must(isIP(proxies.addressOf(request)) > 0, 'a client has an address');
  const told = Object.entries(origins.headersFor(request));
  must(!told.some(([name, value]) => name.endsWith('-origin') && value !== FRIEND), 'no stranger is named');
  return [
    refusing([ProblemError], () => {
      hosts.check(request);
      return 'our host';
    }),
    refusing([ProblemError], () => {
      origins.check(request);
      return 'our page';
    }),
    refusing([ProblemError], () => typeof readIdempotencyKey(headers['idempotency-key'])),
    `${contentCoding(headers)} ${String(takesGzip(headers))} ${proxies.schemeOf(request) ?? 'no scheme'}`,
  ].join(', ');
}
