import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { parseChannel } from '@tailgate/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalQueue } from '../queue/local-queue.js';
import type { Job, JobHandler } from '../queue/job-queue.js';
import { mayBeSentTo, parseAddressRange, type AddressRange } from './address-rule.js';
import type { Resolve } from './guarded-connector.js';
import { WEBHOOKS, type Delivery, type DeliveryProgress, type Webhook } from './webhook-queue.js';
import { webhookSender } from './webhook-sender.js';

interface Hit {
  readonly key: unknown;
  readonly host: unknown;
  readonly body: unknown;
}

/** A receiver of webhooks on one of this machine's addresses. */
class Receiver implements AsyncDisposable {
  readonly hits: Hit[] = [];
  answer: (hit: number, response: ServerResponse) => void = (_hit, response) => response.end('ok');
  readonly #server = createServer((request, response) => {
    this.#take(request, response).catch(() => response.destroy());
  });

  static async at(address: string, port = 0): Promise<Receiver> {
    const receiver = new Receiver();
    receiver.#server.listen(port, address);
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks = await request.toArray();
    const { host, 'idempotency-key': key } = request.headers;
    this.hits.push({ key, host, body: JSON.parse(Buffer.concat(chunks as Buffer[]).toString()) });
    this.answer(this.hits.length, response);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

const PUBLIC = '127.0.0.2';
const PRIVATE = '127.0.0.1';
/** The one that stands for a public address. */
const allowed: AddressRange[] = [parseAddressRange(PUBLIC) ?? expect.fail('an address')];

let outside: Receiver;
let inside: Receiver;
beforeEach(async () => {
  // The same port, so that only the address tells them apart. It may be somebody's at the other address.
  for (let tries = 0; ; tries += 1) {
    outside = await Receiver.at(PUBLIC);
    try {
      inside = await Receiver.at(PRIVATE, outside.port);
      return;
    } catch (error) {
      await outside[Symbol.asyncDispose]();
      if (tries === 20) throw error;
    }
  }
});
afterEach(async () => {
  await outside[Symbol.asyncDispose]();
  await inside[Symbol.asyncDispose]();
});

const event = {
  alert: 'errors',
  channel: parseChannel('deployment/web') ?? expect.fail('a channel'),
  position: '5-7',
  count: 3,
  windowMs: 60_000,
  time: 1,
  line: 'ERROR <b> & `x`',
};

/** Sends to the URL, and answers how it has ended. */
function deliver(url: string, resolve?: Resolve, form: 'generic' | 'slack' = 'generic') {
  return end(webhookSender(allowed, resolve), { url, form });
}

async function end(handler: JobHandler<Delivery, DeliveryProgress>, webhook: Webhook) {
  const queue = new LocalQueue<Delivery, DeliveryProgress>({ ...WEBHOOKS, backOffMs: 1, attempts: 5 });
  await using _worker = queue.work(handler);
  await queue.add('one', { webhook, event, owner: 'me' });
  let job: Job<Delivery, DeliveryProgress> | undefined;
  await expect.poll(async () => (job = await queue.get('one'))?.state, { timeout: 20_000 }).not.toBe('open');
  return job;
}

/** A name server that answers so, each time the next. */
function names(...answers: readonly (readonly string[])[]): Resolve {
  let asked = 0;
  return (_name, _options, answer) => {
    const addresses = answers[Math.min(asked, answers.length - 1)] ?? [];
    asked += 1;
    answer(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
}

const hook = (host: string) => `http://${host}:${outside.port}/hook`;

describe('a webhook', () => {
  it('that fails three times is delivered once', async () => {
    outside.answer = (hit, response) => {
      if (hit === 1) response.destroy();
      else if (hit <= 3) response.writeHead(503).end();
      else response.writeHead(204).end();
    };
    expect(await deliver(hook(PUBLIC))).toMatchObject({ state: 'finished', failures: 3, progress: { status: 204 } });
    expect(outside.hits).toHaveLength(4);
    for (const hit of outside.hits) expect(hit).toMatchObject({ key: 'one', body: { id: 'one', ...event } });
  });

  it('that was noted as delivered is not sent again, though its worker ended before the job did', async () => {
    const send = webhookSender(allowed);
    let runs = 0;
    const job = await end(
      async (run) => {
        runs += 1;
        await send(run);
        if (runs === 1) throw new Error('the worker is gone');
      },
      { url: hook(PUBLIC), form: 'generic' },
    );
    expect(job).toMatchObject({ state: 'finished', progress: { status: 200 } });
    expect([runs, outside.hits.length]).toEqual([2, 1]);
  });

  it('speaks to Slack, with what has a meaning there taken out of lines', async () => {
    await deliver(hook(PUBLIC), undefined, 'slack');
    const text = '*errors*: 3 lines within 60 s in deployment/web\n`ERROR &lt;b&gt; &amp; ˋxˋ`';
    expect(outside.hits[0]?.body).toEqual({ text });
  });

  it('that never works ends as a dead letter that says why', async () => {
    outside.answer = (_hit, response) => response.writeHead(500).end();
    const job = await deliver(hook(PUBLIC));
    expect(job).toMatchObject({ state: 'failed', failures: 5, failure: { message: 'the answer was 500' } });
  });

  it('goes to no private address, however it is written', async () => {
    const spellings = [
      '127.0.0.1',
      '127.1',
      '0x7f.1',
      '2130706433',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '0.0.0.0',
      '[::1]',
      '[::]',
    ];
    for (const host of [...spellings, '169.254.169.254', '10.0.0.1', '[fe80::1]', '[fd00:ec2::254]', 'localhost']) {
      const job = await deliver(hook(host));
      expect([host, job?.failure?.code]).toEqual([host, 'refused_address']);
    }
    expect(inside.hits).toEqual([]);
  });

  it('goes to no name that is at a private address, also among others', async () => {
    for (const addresses of [[PRIVATE], [PUBLIC, PRIVATE], ['::ffff:127.0.0.1'], ['::1']]) {
      const job = await deliver(hook('hooks.example'), names(addresses));
      expect(job?.failure).toMatchObject({ code: 'refused_address' });
    }
    expect([inside.hits, outside.hits]).toEqual([[], []]);
  });

  it('is looked at anew at each try, so that a name that moves to a private address is refused', async () => {
    outside.answer = (_hit, response) => response.writeHead(503).end();
    const job = await deliver(hook('hooks.example'), names([PUBLIC], [PRIVATE]));
    expect(job).toMatchObject({ state: 'failed', failure: { code: 'refused_address' } });
    expect(outside.hits).toMatchObject([{ host: `hooks.example:${outside.port}` }]);
    expect(inside.hits).toEqual([]);
  });

  it('follows no redirect', async () => {
    outside.answer = (_hit, response) => response.writeHead(307, { location: hook(PRIVATE) }).end();
    expect((await deliver(hook(PUBLIC)))?.failure).toMatchObject({ code: 'redirect' });
    expect([inside.hits.length, outside.hits.length]).toEqual([0, 1]);
  });
});

it.each([
  ['8.8.8.8', true],
  ['2606:4700::1111', true],
  ['::ffff:8.8.8.8', true],
  ['172.16.0.1', false],
  ['192.168.1.1', false],
  ['100.64.0.1', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['64:ff9b::7f00:1', false],
  ['2002:7f00:1::', false],
  ['fc00::1', false],
  ['fe80::1%eth0', false],
  ['', false],
])('may something be sent to %s? %s', (address, may) => {
  expect(mayBeSentTo(address, [])).toBe(may);
});

it('ranges that are allowed are those, and no others', () => {
  const range = parseAddressRange('10.1.0.0/16') ?? expect.fail('a range');
  expect(mayBeSentTo('10.1.2.3', [range])).toBe(true);
  expect(mayBeSentTo('::ffff:10.1.2.3', [range])).toBe(true);
  expect(mayBeSentTo('10.2.0.1', [range])).toBe(false);
  expect([parseAddressRange('10.0.0.0/33'), parseAddressRange('x')]).toEqual([undefined, undefined]);
});
