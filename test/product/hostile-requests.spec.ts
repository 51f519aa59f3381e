import { once } from 'node:events';
import { connect } from 'node:net';
import { ERRORS, type ErrorCode, type Problem } from '@tailgate/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { junkOf } from '../../libs/protocol/src/testing/junk.js';
import { clientFrame } from '../../libs/protocol/src/testing/messages.js';
import { Product } from '../support/product.ts';
import { SocketClient } from '../support/socket-client.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { makeToken, SECRET } from '../support/token.ts';
import { until } from '../support/until.ts';

const REQUESTS = 10_000;
const AT_ONCE = 100;
const FRAMES_A_SOCKET = 500;

/** Who has had no answer by then may have promised more than it has sent. Milliseconds. */
const PATIENCE_MS = 500;

/** What no answer may hold: lines of a channel that no token here names. */
const HIDDEN = 'nobody is to see this';

let folder: TempFolder;
let product: Product;

beforeAll(async () => {
  folder = new TempFolder();
  folder.write('hidden.log', `${HIDDEN}\n`);
  folder.write('mine.log', 'hello\n');
  const env = { AUTH: 'jwt', AUTH_SECRET: SECRET, LOG_LEVEL: 'error', REQUEST_BURST: '1000000' };
  product = await Product.start({ folder: folder.path, args: ['--logs', './{name}.log'], env });
});

afterAll(async () => {
  await product[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const good = makeToken({ channels: ['deployment/mine'], write: true });
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
const text = fc.string({ unit: 'binary', maxLength: 60 }).map((any) => any.toWellFormed());

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
const request = fc.oneof(
  { weight: 4, arbitrary: wild },
  { weight: 1, arbitrary: orderly },
  { weight: 3, arbitrary: posting },
  { weight: 1, arbitrary: handshake },
);
type HostileRequest = typeof request extends fc.Arbitrary<infer T> ? T : never;

/** It is up, serves, and has found no fault of its own. */
async function isWell(): Promise<void> {
  expect(product.ending).toBeUndefined();
  expect((await fetch(`${product.url}/readyz`)).status).toBe(200);
  expect(product.stderr).not.toMatch(/"level":"(error|fatal)"/);
}

/** All that comes back, as bytes. Ends with the connection, or where a stream goes on. */
async function answerOf({ method, path, headers, body }: HostileRequest): Promise<string> {
  const socket = connect(product.port, '127.0.0.1');
  let text = '';
  socket.on('error', () => undefined);
  const head = [
    ...headers,
    ['Host', 'localhost'],
    ['Connection', headers.some(([key]) => key === 'Upgrade') ? 'Upgrade' : 'close'],
    ['Content-Length', String(Buffer.byteLength(body))],
  ];
  socket.write(
    `${method} ${path} HTTP/1.1\r\n${head.map(([key, value]) => `${key}: ${value}\r\n`).join('')}\r\n${body}`,
  );
  // What waits for more of the request sees that there is none.
  const impatient = setTimeout(() => socket.end(), PATIENCE_MS);
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1');
    if (text.includes('event: live') || text.includes('101 Switching')) socket.destroy();
  });
  await once(socket, 'close');
  clearTimeout(impatient);
  return text;
}

/** Of an answer with a body: that it is an error of the catalogue, in the one form that errors have. */
function checkError(status: string, answer: string): void {
  const [head = ''] = answer.split('\r\n\r\n', 1);
  const [, length = '0'] = /\r\ncontent-length: (\d+)/i.exec(head) ?? [];
  const body = answer.slice(head.length + 4, head.length + 4 + Number(length));
  if (body === '') return;
  expect(head.toLowerCase()).toContain('application/problem+json');
  const { code = '', status: said } = JSON.parse(Buffer.from(body, 'latin1').toString()) as Partial<Problem>;
  expect(ERRORS).toHaveProperty(code);
  expect([ERRORS[code as ErrorCode].status, said]).toEqual([Number(status), Number(status)]);
}

describe('requests made to do harm', () => {
  it(
    `${REQUESTS} of them are answered, with errors of the catalogue, and tell nothing`,
    { timeout: 240_000 },
    async () => {
      const statuses = new Map<string, number>();
      const sent = { queries: 0, headers: 0, bodies: 0 };
      await fc.assert(
        fc.asyncProperty(fc.array(request, { minLength: AT_ONCE, maxLength: AT_ONCE }), async (requests) => {
          for (const { path, headers, body } of requests) {
            sent.queries += Number(path.includes('?'));
            sent.headers += Number(headers.length > 0);
            sent.bodies += Number(body !== '');
          }
          for (const answer of await Promise.all(requests.map(answerOf))) {
            const [, status = 'none'] = /^HTTP\/1\.1 (\d{3})/.exec(answer) ?? [];
            statuses.set(status, (statuses.get(status) ?? 0) + 1);
            expect(answer).not.toContain(HIDDEN);
            expect(answer.toLowerCase()).not.toContain('\r\nx-evil');
            expect(status).not.toMatch(/^5/);
            if (status.startsWith('4')) checkError(status, answer);
          }
        }),
        { numRuns: REQUESTS / AT_ONCE },
      );
      console.log(
        `${REQUESTS} hostile requests, ${JSON.stringify(sent)}: ${[...statuses]
          .sort()
          .map(([status, count]) => `${status}: ${count}`)
          .join(', ')}`,
      );
      const expected = ['101', '200', '400', '401', '403', '404', '405', '415'];
      expect([...statuses.keys()]).toEqual(expect.arrayContaining(expected));
      expect(Math.min(...Object.values(sent))).toBeGreaterThan(REQUESTS / 4);
      await isWell();
    },
  );

  it(
    `${REQUESTS} frames are answered with errors of the catalogue, and tell nothing`,
    { timeout: 240_000 },
    async () => {
      const frame = fc.oneof(
        { weight: 4, arbitrary: junkOf(clientFrame) },
        { weight: 2, arbitrary: clientFrame.map((one) => JSON.stringify(one)) },
        { weight: 1, arbitrary: text },
      );
      const frames = fc.sample(frame, REQUESTS);
      let refused = 0;
      for (let from = 0; from < REQUESTS; from += FRAMES_A_SOCKET) {
        using client = await SocketClient.open(product.url, { headers: { authorization: `Bearer ${good}` } });
        for (const [index, one] of frames.slice(from, from + FRAMES_A_SOCKET).entries())
          client.socket.send(index % 10 === 0 ? Buffer.from(one) : one);
        // What was sent before has been looked at when this is answered.
        client.say({ type: 'ping', time: -42 });
        await until(
          () => client.named('pong').some(({ time }) => time === -42),
          () => 'the last frame is answered',
        );
        const errors = client.named('error');
        for (const { code } of errors) expect(ERRORS).toHaveProperty(String(code));
        expect(JSON.stringify(client.frames)).not.toContain(HIDDEN);
        refused += errors.length;
      }
      console.log(`${REQUESTS} hostile frames: ${refused} refused`);
      expect(refused).toBeGreaterThan(REQUESTS / 4);
      await isWell();
    },
  );
});
