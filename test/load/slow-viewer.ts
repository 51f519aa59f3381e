import { appendFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { Product } from '../support/product.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { Distribution } from './distribution.ts';
import type { BenchOptions, Result } from './result.ts';
import { openLine, timedLine, TimedViewers, type TransportName } from './timed-viewers.ts';

const INTERVAL_MS = 50;

/** What the slow one has before it, so that it has not caught up when all is over: bytes. */
const HISTORY = 32 * 1024 ** 2;

/** How often the slow one takes a piece: at most 64 KiB of a stream, or a frame, which is a batch. Milliseconds. */
const LITTLE_EVERY_MS = 250;

/** Before each measurement what has just come or gone settles. Milliseconds. */
const SETTLE_MS = 500;

const GOAL = 1.1;

/** What there is beside the fast ones. */
type Beside = 'nobody' | 'one that reads a little now and then' | 'one that never reads';

const SLOW = ['one that reads a little now and then', 'one that never reads'] as const;

interface Size {
  readonly viewers: number;
  readonly lines: number;
  readonly rounds: number;
}

/** Two measurements, one right after the other: p99 in milliseconds. */
interface Pair {
  readonly beside: Beside;
  readonly without: number;
  readonly with: number;
}

/**
 * How long lines take to viewers that keep up, alone and beside one that does not, by turns with the same viewers and processes. The
 * writer and all viewers are one process, so that there is one clock; the time is in each line.
 */
export async function slowViewer({ quick }: BenchOptions): Promise<Result[]> {
  const size = quick ? { viewers: 20, lines: 20, rounds: 1 } : { viewers: 500, lines: 60, rounds: 10 };
  const results: Result[] = [];
  for (const transport of ['SSE', 'WebSocket'] as const) results.push(...(await compare(transport, size)));
  return results;
}

async function compare(transport: TransportName, size: Size): Promise<Result[]> {
  using folder = new TempFolder();
  const path = folder.write('web.log', '');
  const args = ['--logs', './{name}.log', '--retain-lines', '1000000', '--retain-bytes', '128MiB'];
  await using product = await Product.start({ folder: folder.path, args: [...args, '--memory-bytes', '256MiB'] });
  let written = 0;
  const line = (): string => timedLine((written += 1));
  for (let bytes = 0; bytes < HISTORY;) {
    const text = Array.from({ length: 1_000 }, line).join('');
    appendFileSync(path, text);
    bytes += text.length;
  }
  await until(
    async () => (await heldBy(product)).includes(`"records":${written},`),
    () => `${written} records are held`,
    60_000,
  );

  using viewers = await TimedViewers.open(size.viewers, transport, product);
  await until(
    () => viewers.live === size.viewers,
    () => `${size.viewers} viewers; ${viewers.live} are live`,
  );
  const measure = async (beside: Beside): Promise<number> => {
    using _slow = await openSlow(beside, transport, product);
    await write(path, line, SETTLE_MS / INTERVAL_MS);
    await arrived(viewers, written);
    viewers.measure();
    await write(path, line, size.lines);
    await arrived(viewers, written);
    return new Distribution(viewers.measure()).percentile(99);
  };
  const pairs: Pair[] = [];
  for (let round = 0; round < size.rounds; round += 1) {
    for (const beside of SLOW) pairs.push({ beside, without: await measure('nobody'), with: await measure(beside) });
  }
  return report(transport, size, pairs, viewers.outOfPlace);
}

async function heldBy({ url }: Product): Promise<string> {
  return (await fetch(`${url}/api/channels/deployment/web`)).text();
}

async function openSlow(beside: Beside, transport: TransportName, product: Product): Promise<Disposable> {
  const slow = new DisposableStack();
  if (beside === 'nobody') return slow;
  // One piece at a time is taken, be it of a stream or a frame.
  const line = slow.use(await openLine(transport, product, '0-0', () => line.pause()));
  line.pause();
  if (beside === 'one that never reads') return slow;
  const reading = setInterval(() => line.resume(), LITTLE_EVERY_MS);
  slow.defer(() => clearInterval(reading));
  return slow;
}

/** Appends one line after the other, at an even pace. */
async function write(path: string, line: () => string, count: number): Promise<void> {
  const begun = performance.now();
  for (let index = 0; index < count; index += 1) {
    await setTimeout(Math.max(0, begun + index * INTERVAL_MS - performance.now()));
    appendFileSync(path, line());
  }
}

async function arrived(viewers: TimedViewers, number: number): Promise<void> {
  await until(
    () => viewers.behind(number) === 0,
    () => `line ${number} at every viewer; ${viewers.behind(number)} don't have it`,
  );
}

function report(transport: TransportName, { viewers }: Size, pairs: readonly Pair[], outOfPlace: number): Result[] {
  const whole = outOfPlace === 0 ? 'every sequence whole' : `${outOfPlace} LINES OUT OF PLACE`;
  return SLOW.map((beside) => {
    const all = pairs.filter((pair) => pair.beside === beside);
    console.log(`${viewers} viewers over ${transport} beside ${beside}: p99 without and with, in ms`);
    console.log(`  ${all.map((pair) => `${pair.without.toFixed(1)} ${pair.with.toFixed(1)}`).join('  ')}\n`);
    const without = spread(all.map((pair) => pair.without));
    const with_ = spread(all.map((pair) => pair.with));
    const ratios = spread(all.map((pair) => pair.with / pair.without));
    return {
      what: `p99 of ${viewers} ${transport} viewers beside ${beside}`,
      measured: `${ratios.text(2)} of what it is without; ${with_.text(1)} against ${without.text(1)} ms; ${whole}`,
      goal: { text: `< ${GOAL.toFixed(2)}`, isMet: ratios.median < GOAL && outOfPlace === 0 },
    };
  });
}

/** The median, and between what the middle half lies: a moment in which the machine does something else counts little. */
function spread(values: readonly number[]): { readonly median: number; readonly text: (digits: number) => string } {
  const all = new Distribution(values);
  const [low = NaN, median = NaN, high = NaN] = [25, 50, 75].map((percent) => all.percentile(percent));
  return {
    median,
    text: (digits) => `${median.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`,
  };
}
