import { ERRORS, type ErrorCode, type Problem } from '@tailgate/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { junkOf } from '../../libs/protocol/src/testing/junk.js';
import { clientFrame } from '../../libs/protocol/src/testing/messages.js';
import { Product } from '../support/product.ts';
import { SocketClient } from '../support/socket-client.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { SECRET } from '../support/token.ts';
import { until } from '../support/until.ts';
import { answerOf } from './support/answer-of.ts';
import { good, hostileRequest, text, type HostileRequest } from './support/hostile-request.ts';

const REQUESTS = 10_000;
const AT_ONCE = 100;
const FRAMES_A_SOCKET = 500;

/** Others each time; those of a failure come again with its `HOSTILE_SEED`. */
const SEED = Number(process.env['HOSTILE_SEED'] ?? Date.now() % 2 ** 31);

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

/** It is up, serves, and has found no fault of its own. */
async function isWell(): Promise<void> {
  expect(product.ending).toBeUndefined();
  expect((await fetch(`${product.url}/readyz`)).status).toBe(200);
  expect(product.stderr).not.toMatch(/"level":"(error|fatal)"/);
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

/** That it is no fault of the server, and tells nothing. Answers its status; 'none' where there is no answer. */
function checkAnswer({ method }: HostileRequest, answer: string): string {
  const [, status = 'none'] = /^HTTP\/1\.1 (\d{3})/.exec(answer) ?? [];
  // Who wants a tunnel is hung up on. All others are told something.
  if (method !== 'CONNECT') expect(status).not.toBe('none');
  expect(answer).not.toContain(HIDDEN);
  expect(answer.toLowerCase()).not.toContain('\r\nx-evil');
  expect(status).not.toMatch(/^5/);
  if (status.startsWith('4')) checkError(status, answer);
  return status;
}

/** Sends it and looks at the answer; what is wrong is said together with the request. */
async function statusOf(request: HostileRequest): Promise<string> {
  try {
    return checkAnswer(request, await answerOf(product.port, request));
  } catch (cause) {
    throw new Error(`HOSTILE_SEED=${SEED}, ${JSON.stringify(request)}: ${String(cause)}`, { cause });
  }
}

describe('requests made to do harm', () => {
  it(
    `${REQUESTS} of them are answered, with errors of the catalogue, and tell nothing`,
    { timeout: 240_000 },
    async () => {
      const requests = fc.sample(hostileRequest, { numRuns: REQUESTS, seed: SEED });
      const statuses = new Map<string, number>();
      const queue = requests.values();
      const sender = async (): Promise<void> => {
        for (const request of queue) {
          const status = await statusOf(request);
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, sender));
      const sent = {
        queries: requests.filter(({ path }) => path.includes('?')).length,
        headers: requests.filter(({ headers }) => headers.length > 0).length,
        bodies: requests.filter(({ body }) => body !== '').length,
      };
      console.log(
        `${REQUESTS} hostile requests, HOSTILE_SEED=${SEED}, ${JSON.stringify(sent)}: ${[...statuses]
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
      const frames = fc.sample(frame, { numRuns: REQUESTS, seed: SEED });
      let refused = 0;
      for (let from = 0; from < REQUESTS; from += FRAMES_A_SOCKET) {
        using client = await SocketClient.open(product.url, { headers: { authorization: `Bearer ${good}` } });
        for (const [index, one] of frames.slice(from, from + FRAMES_A_SOCKET).entries())
          client.socket.send(index % 10 === 0 ? Buffer.from(one) : one);
        // What was sent before has been looked at when this is answered.
        client.say({ type: 'ping', time: -42 });
        await until(
          () => client.named('pong').some(({ time }) => time === -42),
          () => `the frames before ${from + FRAMES_A_SOCKET} are answered, HOSTILE_SEED=${SEED}`,
        );
        const errors = client.named('error');
        for (const { code } of errors) expect(ERRORS).toHaveProperty(String(code));
        expect(JSON.stringify(client.frames)).not.toContain(HIDDEN);
        refused += errors.length;
      }
      console.log(`${REQUESTS} hostile frames, HOSTILE_SEED=${SEED}: ${refused} refused`);
      expect(refused).toBeGreaterThan(REQUESTS / 4);
      await isWell();
    },
  );
});
