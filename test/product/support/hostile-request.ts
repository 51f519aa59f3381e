import fc from 'fast-check';
import { junkOf } from '../../../libs/protocol/src/testing/junk.js';
import { makeToken } from '../../support/token.ts';

/** For the channel `mine`, which it may also write to. */
export const good = makeToken({ channels: ['deployment/mine'], write: true });
const others = [
  makeToken({ channels: ['*/*'], exp: 1 }),
  makeToken({ channels: ['*/*'] }, 'another secret that is as long as ours is'),
  `${Buffer.from('{"alg":"none"}').toString('base64url')}.${good.split('.')[1] ?? ''}.`,
];

const junk = fc.string({ unit: fc.constantFrom(...'aZ09/%.*\\;:,=&?#@"{}[] -_~\t\0\x7fü€'.split('')), maxLength: 30 });
const name = fc.oneof(
  fc.constantFrom('hidden', 'mine'),
  fc.constantFrom(
    'hidden',
    'mine',
    '..%2fhidden',
    'mine/../hidden',
    'mine%00',
    '*',
    '%2a',
    'mine%0d%0aX-Evil:1',
    '%c0%ae',
    '%',
  ),
  junk,
);
const path = fc
  .tuple(
    fc.constantFrom(
      '/api/channels/deployment/NAME',
      '/api/channels/deployment/NAME/records',
      '/api/channels/deployment/NAME/download',
      '/api/stream?channel=deployment/NAME&after=0-0',
      '/api/stream?channel=deployment/mine&channel=deployment/NAME',
      '/api/stream?channel=deployment/NAME&ticket=NAME',
      '/logs/NAME',
      '/stream?channel=deployment/NAME',
      '/host_logs_stream?host=NAME',
      '/ws?ticket=NAME',
      '/api/session',
      '/api/tickets',
      '/metrics',
      '/assets/NAME',
      'http://evil.example/api/channels/NAME',
      'NAME',
    ),
    name,
  )
  .map(([pattern, text]) => pattern.replaceAll('NAME', text));
const header = fc.oneof(
  fc.constant(['Authorization', `Bearer ${good}`] as const),
  fc.tuple(fc.constantFrom('Authorization'), fc.constantFrom(...[good, ...others].map((token) => `Bearer ${token}`))),
  fc.tuple(
    fc.constantFrom('Cookie'),
    fc.constantFrom(...[good, ...others].map((token) => `tailgate_session=${token}`)),
  ),
  fc.tuple(fc.constantFrom('Origin'), fc.constantFrom('null', 'https://evil.example', 'http://localhost', '')),
  fc.tuple(fc.constantFrom('X-Forwarded-For', 'X-Forwarded-Host', 'X-Forwarded-User', 'Forwarded'), junk),
  fc.tuple(fc.constantFrom('Upgrade'), fc.constantFrom('websocket', 'h2c', 'x')),
  fc.tuple(
    fc.constantFrom('Last-Event-ID', 'Accept', 'Content-Type', 'Sec-Fetch-Site', 'Idempotency-Key', 'Range'),
    junk,
  ),
  fc.tuple(fc.constantFrom('Transfer-Encoding', 'Content-Length', 'Host', 'Expect', 'Cookie', 'Authorization'), junk),
);
/** Anything that can be sent as UTF-8. */
export const text = fc.string({ unit: 'binary', maxLength: 60 }).map((any) => any.toWellFormed());

/** Records, requests for sessions, tickets and deployments, each with something changed. */
const changed = fc.oneof(
  fc.array(junkOf(fc.record({ line: text, time: fc.nat() })), { maxLength: 5 }).map((records) => records.join('\n')),
  junkOf(fc.record({ channels: fc.array(fc.constantFrom('deployment/mine', 'deployment/hidden', '*/*')) })),
  junkOf(fc.record({ token: fc.constantFrom(good, ...others) })),
  junkOf(fc.record({ name: text, lines: fc.nat(), intervalMs: fc.nat() })),
  fc.constantFrom('['.repeat(5_000), '{"__proto__":{"channels":["*/*"]}}', '{"line":"a"}\n{', '\0', '\ud800'),
  text,
);
const wild = fc.record({
  method: fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom('GET', 'POST', 'HEAD', 'DELETE', 'OPTIONS', 'PUT') },
    fc.constantFrom('TRACE', 'CONNECT', 'BREW', 'get', ''),
  ),
  path,
  headers: fc.array(header, { maxLength: 4 }),
  body: fc.oneof(fc.constant(''), changed),
});

/** With a type and a path that have use for a body. */
const posting = fc.record({
  method: fc.constant('POST'),
  path: fc
    .tuple(
      fc.constantFrom(
        '/api/channels/deployment/NAME/records',
        '/api/session',
        '/api/tickets',
        '/api/deployments',
        '/api/channels/deployment/NAME/records?NAME',
      ),
      name,
    )
    .map(([pattern, one]) => pattern.replaceAll('NAME', one)),
  headers: fc
    .tuple(
      fc.constantFrom('application/x-ndjson', 'text/plain', 'application/json', 'application/json; charset=utf-16'),
      fc.array(header, { maxLength: 1 }),
    )
    .map(([type, more]) => [['Authorization', `Bearer ${good}`] as const, ['Content-Type', type] as const, ...more]),
  body: changed,
});

/** Three times out of four the first one. */
function mostly(good: string, ...bad: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(good) }, { weight: 1, arbitrary: fc.constantFrom(...bad) });
}

/** Handshakes of which something may be wrong. */
const handshake = fc.record({
  method: fc.constant('GET'),
  path: mostly('/ws?', '/ws?ticket=', '/ws', '/ws/').chain((path) => junk.map((text) => path + text)),
  headers: fc
    .tuple(
      mostly('13', '8', '', 'x'),
      mostly('AAAAAAAAAAAAAAAAAAAAAA==', 'x', ''),
      mostly('tailgate.v1', 'tailgate.v2', 'tailgate.v1, x', ',', '\t'),
      mostly('permessage-deflate', 'permessage-deflate; server_max_window_bits=8', ';;', 'x; y="'),
      fc.array(header, { maxLength: 2 }),
    )
    .map(([version, key, protocol, extensions, more]) => [
      ['Authorization', `Bearer ${good}`] as const,
      ['Upgrade', 'websocket'] as const,
      ['Sec-WebSocket-Version', version] as const,
      ['Sec-WebSocket-Key', key] as const,
      ['Sec-WebSocket-Protocol', protocol] as const,
      ['Sec-WebSocket-Extensions', extensions] as const,
      ...more,
    ]),
  body: fc.constant(''),
});

/** Nothing is wrong with these but what they ask for. */
const orderly = fc.record({
  method: fc.constantFrom('GET', 'HEAD'),
  path,
  headers: fc.constant([['Authorization', `Bearer ${good}`] as const]),
  body: fc.constant(''),
});

/** What somebody may send who means ill, in all its parts but `Host`, `Connection` and `Content-Length`. */
export const hostileRequest = fc.oneof(
  { weight: 4, arbitrary: wild },
  { weight: 1, arbitrary: orderly },
  { weight: 3, arbitrary: posting },
  { weight: 1, arbitrary: handshake },
);

export type HostileRequest = typeof hostileRequest extends fc.Arbitrary<infer T> ? T : never;
