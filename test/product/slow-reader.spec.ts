import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { EventCollector, parseData, parseId } from '../support/event-stream.ts';
import { numberedLine, numberOf } from '../support/numbered-line.ts';
import { Product } from '../support/product.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

const READERS = 20;
const ROUNDS = 25;
const LINES_A_ROUND = 20_000;
const MIB = 1024 * 1024;

const MARK = 'event: log\n';

/** A connection that takes nothing until it is told to. */
class Viewer implements Disposable {
  /** How many records came, by their marks on the wire: nothing is kept. */
  records = 0;
  #tail = '';

  private constructor(readonly response: IncomingMessage) {
    response.on('error', () => undefined);
  }

  static async open(url: string): Promise<Viewer> {
    const [response] = (await once(request(url, { agent: false }).end(), 'response')) as [IncomingMessage];
    return new Viewer(response);
  }

  count(): this {
    this.response.on('data', (bytes: Buffer) => {
      // A mark may be cut by the end of a piece.
      const text = this.#tail + bytes.toString('latin1');
      this.#tail = text.slice(-(MARK.length - 1));
      for (let at = text.indexOf(MARK); at >= 0; at = text.indexOf(MARK, at + MARK.length)) this.records += 1;
    });
    return this;
  }

  collect(): EventCollector {
    const collector = new EventCollector();
    this.response.on('data', (bytes: Buffer) => collector.feed(bytes));
    return collector;
  }

  [Symbol.dispose](): void {
    this.response.destroy();
  }
}

/** The numbers that were received, and those that were said to be lost: each exactly once, from 1 on. */
function accountFor({ events }: EventCollector): { readonly upTo: number; readonly lost: number } {
  let upTo = 0;
  let lost = 0;
  for (const { event, id = '', data } of events) {
    if (event === 'log') {
      upTo += 1;
      expect(parseId(id).seq).toBe(upTo);
      expect(numberOf(String(parseData(data)['line']))).toBe(upTo);
    } else if (event === 'gap') {
      const gap = parseData(data);
      expect(gap['reason']).toBe('trimmed');
      expect(parseId(String(gap['from'])).seq).toBe(upTo + 1);
      const to = parseId(String(gap['to'])).seq;
      expect(gap['lost']).toBe(to - upTo);
      lost += to - upTo;
      upTo = to;
    }
  }
  return { upTo, lost };
}

it('a viewer that reads nothing slows nobody, costs next to nothing, and is told exactly what it has missed', async () => {
  using folder = new TempFolder();
  const args = ['--logs', './{name}.log', '--retain-bytes', '8MiB', '--memory-bytes', '16MiB'];
  await using product = await Product.start({ folder: folder.path, args });
  using opened = new DisposableStack();
  const open = async () => opened.use(await Viewer.open(product.stream('deployment/web')));
  const readers = await Promise.all(Array.from({ length: READERS }, async () => (await open()).count()));
  const slow = await open();

  let written = 0;
  let bytes = 0;
  let mostResident = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    let text = '';
    for (let i = 0; i < LINES_A_ROUND; i += 1) text += numberedLine((written += 1));
    folder.append('web.log', text);
    bytes += Buffer.byteLength(text);
    // Less than the channel keeps, and only then more: who reads misses nothing.
    await until(
      () => readers.every(({ records }) => records === written),
      () => `${written} lines each; there are ${readers.map(({ records }) => records).join(' ')}`,
    );
    mostResident = Math.max(mostResident, product.residentBytes);
  }
  // What the slow one would have in store is far more than the process may hold for it.
  expect(bytes).toBeGreaterThan(40 * MIB);
  expect(mostResident).toBeLessThan(400 * MIB);

  const received = slow.collect();
  await until(
    () => received.events.at(-1)?.id?.endsWith(`-${written}`) === true,
    () => `the slow one catches up; it is at ${received.events.at(-1)?.id ?? 'nothing'}`,
  );
  const { upTo, lost } = accountFor(received);
  expect(upTo).toBe(written);
  expect(lost).toBeGreaterThan(0);
  // What came before the gap had waited in the connection: that is bounded too, whatever was written meanwhile.
  const before = received.events.findIndex(({ event }) => event === 'gap');
  const waited = received.events.slice(0, before).reduce((sum, { data }) => sum + data.length, 0);
  expect(waited).toBeLessThan(16 * MIB);
});
