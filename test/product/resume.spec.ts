import { expect, it } from 'vitest';
import { Curl, NO_CURL } from '../support/curl.ts';
import { EventStream, parseId } from '../support/event-stream.ts';
import { LogWriter } from '../support/log-writer.ts';
import { numberedLine, numberOf } from '../support/numbered-line.ts';
import { Product } from '../support/product.ts';
import { TempFolder } from '../support/temp-folder.ts';

const RESUMES = 1_000;
const AT_A_TIME = 3;
const LINES_BEFORE = 30_000;

/** What is wrong with a stream that was to go on after `seq`; `undefined` where nothing is. */
function fault(curl: Curl, epoch: number, seq: number): string | undefined {
  const [connected] = curl.named('connected');
  if (connected?.id !== `${epoch}-${seq}`) return `after ${seq} it is connected at ${String(connected?.id)}`;
  const [other] = curl.events.filter(({ event }) => event === 'gap' || event === 'epoch' || event === 'notice');
  if (other) return `after ${seq} comes ${String(other.event)}: ${other.data}`;
  const wrong = curl.lines.find(
    (received, i) =>
      received.epoch !== epoch || received.seq !== seq + i + 1 || numberOf(received.line) !== received.seq,
  );
  return wrong && `after ${seq} comes ${wrong.epoch}-${wrong.seq} with ${wrong.line}`;
}

it('curl -N with a Last-Event-ID goes on with the next number, 1,000 times, while the file grows', async (context) => {
  if (NO_CURL !== undefined) context.skip(NO_CURL);
  using folder = new TempFolder();
  folder.write('web.log', Array.from({ length: LINES_BEFORE }, (_, i) => numberedLine(i + 1)).join(''));
  await using product = await Product.start({ folder: folder.path, args: ['--logs', './{name}.log'] });
  using newest = await EventStream.open(product.stream('deployment/web', '&tail=1'));
  await newest.has('live');
  const { epoch } = parseId(newest.named('connected')[0]?.id ?? '');
  const head = () => parseId(newest.named('log').at(-1)?.id ?? '').seq;
  expect(head()).toBe(LINES_BEFORE);

  // It goes on numbering where the file stops.
  await using writer = new LogWriter(folder.join('web.log'), 1_000, Infinity, LINES_BEFORE + 1);
  const faults: string[] = [];
  let left = RESUMES;
  let received = 0;
  const resume = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const seq = left === 0 ? 0 : left === 1 ? head() : Math.floor(Math.random() * (head() + 1));
      using curl = new Curl('-H', `Last-Event-ID: ${epoch}-${seq}`, product.stream('deployment/web'));
      await curl.has('log');
      received += curl.lines.length;
      const found = fault(curl, epoch, seq);
      if (found !== undefined) faults.push(found);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, resume));
  expect(faults).toEqual([]);
  expect(received).toBeGreaterThanOrEqual(RESUMES);
  expect(head()).toBeGreaterThan(LINES_BEFORE);
}, 120_000);
