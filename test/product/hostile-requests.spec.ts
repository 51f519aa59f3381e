import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Product } from '../support/product.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { makeToken, SECRET } from '../support/token.ts';

const REQUESTS = 10_000;
const AT_ONCE = 100;

/** Who has had no answer by then may have promised more than it has sent. Milliseconds. */
const PATIENCE_MS = 250;

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
const wild = fc.record({
  method: fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom('GET', 'POST', 'HEAD', 'DELETE', 'OPTIONS', 'PUT') },
    fc.constantFrom('TRACE', 'CONNECT', 'BREW', 'get', ''),
  ),
  path,
  headers: fc.array(header, { maxLength: 4 }),
  body: fc.oneof(
    fc.constant(''),
    fc.constant('{"channels":["deployment/hidden"]}'),
    fc.constant(`{"token":"${good}"}`),
    junk,
  ),
});

/** Nothing is wrong with these but what they ask for. */
const orderly = fc.record({
  method: fc.constantFrom('GET', 'HEAD'),
  path,
  headers: fc.constant([['Authorization', `Bearer ${good}`] as const]),
  body: fc.constant(''),
});
const request = fc.oneof({ weight: 4, arbitrary: wild }, { weight: 1, arbitrary: orderly });

/** All that comes back, as bytes. Ends with the connection, or where a stream goes on. */
async function answerOf({
  method,
  path,
  headers,
  body,
}: typeof request extends fc.Arbitrary<infer T> ? T : never): Promise<string> {
  const socket = connect(product.port, '127.0.0.1');
  let text = '';
  socket.on('error', () => undefined);
  const head = [
    ...headers,
    ['Host', 'localhost'],
    ['Connection', 'close'],
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

describe('requests made to do harm', () => {
  it(
    `${REQUESTS} of them are answered, with errors of the catalogue, and tell nothing`,
    { timeout: 240_000 },
    async () => {
      const statuses = new Map<string, number>();
      await fc.assert(
        fc.asyncProperty(fc.array(request, { minLength: AT_ONCE, maxLength: AT_ONCE }), async (requests) => {
          for (const answer of await Promise.all(requests.map(answerOf))) {
            const [, status = 'none'] = /^HTTP\/1\.1 (\d{3})/.exec(answer) ?? [];
            statuses.set(status, (statuses.get(status) ?? 0) + 1);
            expect(answer).not.toContain(HIDDEN);
            expect(answer.toLowerCase()).not.toContain('\r\nx-evil');
            expect(status).not.toMatch(/^5/);
            const [head = '', body = ''] = answer.split('\r\n\r\n');
            if (status.startsWith('4') && body !== '') expect(head.toLowerCase()).toContain('application/problem+json');
          }
        }),
        { numRuns: REQUESTS / AT_ONCE },
      );
      console.log(
        `${REQUESTS} hostile requests: ${[...statuses]
          .sort()
          .map(([status, count]) => `${status}: ${count}`)
          .join(', ')}`,
      );
      expect([...statuses.keys()]).toEqual(expect.arrayContaining(['200', '400', '401', '403', '404', '405']));
      expect(product.ending).toBeUndefined();
      expect((await fetch(`${product.url}/readyz`)).status).toBe(200);
      expect(product.stderr).not.toMatch(/"level":"(error|fatal)"/);
    },
  );
});
