import { setTimeout } from 'node:timers/promises';
import type { CDPSession, Page } from 'playwright-core';
import { launchChromium } from '../support/chromium.ts';
import { LogWriter } from '../support/log-writer.ts';
import { Product } from '../support/product.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { Distribution } from './distribution.ts';
import type { BenchOptions, Result } from './result.ts';

const LINES_PER_SECOND = 5_000;
const LOOK_EVERY_SECONDS = 10;

/** The page keeps so many lines: from then on its memory must not grow. */
const KEPT_LINES = 1_000_000;

/** By so much may what is in use seem to have grown: rubbish that was not collected yet is in it. */
const LEVEL = 1.15;

/** A frame of a display with 60 a second, and one that was missed. */
const GOAL_MS = 34;

/** Keeps the time between any two frames that the page shows. */
const WATCH_FRAMES = `(() => {
  globalThis.frameTimes = [];
  let last = performance.now();
  const frame = (now) => {
    globalThis.frameTimes.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})()`;

/**
 * 5,000 lines a second for a minute, or with `--full` until long after the page has all the lines that it keeps, in the page, from the file through the product into a browser that follows the end: the time
 * between frames, how busy its thread is, and what it has in memory.
 */
export async function pageAtSpeed({ quick, full }: BenchOptions): Promise<Result[]> {
  const seconds = quick ? 6 : full ? 480 : 60;
  const browser = await launchChromium();
  if (typeof browser === 'string') {
    console.log(`The page was not measured: ${browser}\n`);
    return [];
  }
  try {
    using folder = new TempFolder();
    const path = folder.write('web.log', 'the first line\n');
    await using product = await Product.start({ folder: folder.path, args: ['--logs', './{name}.log'] });
    const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
    await page.goto(`${product.url}/deployments/web`);
    await page.getByText('the first line').waitFor();
    await using writer = new LogWriter(path, LINES_PER_SECOND, LINES_PER_SECOND * seconds);
    const seen = await watch(page, seconds);
    await writer.ended;
    const last = String(LINES_PER_SECOND * seconds).padStart(8, '0');
    await until(
      async () => (await page.locator('[role=log]').innerText()).includes(last),
      () => `the page shows ${last}`,
    );
    return report(new Distribution(await page.evaluate<number[]>('globalThis.frameTimes')), seen, seconds);
  } finally {
    await browser.close();
  }
}

interface Seen {
  /** What is in the page's memory, again and again, with what could be freed: to collect it would take the time of some frames. Bytes. */
  readonly heaps: readonly number[];
  /** How much of the time the page's thread had a processor. */
  readonly busy: number;
}

async function watch(page: Page, seconds: number): Promise<Seen> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.evaluate(WATCH_FRAMES);
  const heaps: number[] = [];
  const before = await processorSeconds(session);
  for (let looked = 0; looked < seconds; looked += LOOK_EVERY_SECONDS) {
    await setTimeout(Math.min(LOOK_EVERY_SECONDS, seconds - looked) * 1_000);
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    heaps.push(usedSize);
  }
  return { heaps, busy: ((await processorSeconds(session)) - before) / seconds };
}

async function processorSeconds(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN;
}

function report(frames: Distribution, { heaps, busy }: Seen, seconds: number): Result[] {
  const megabytes = heaps.map((bytes) => Math.round(bytes / 1e6));
  console.log(`the page at ${LINES_PER_SECOND} lines/s for ${seconds} s, between frames: ${frames.summary}`);
  console.log(`${frames.histogram}\nits heap meanwhile, MB: ${megabytes.join(' ')}\n`);
  const p99 = frames.percentile(99);
  return [
    {
      what: `page, ${LINES_PER_SECOND} lines/s for ${seconds} s, between frames, p99`,
      measured: `${p99.toFixed(1)} ms (p50 ${frames.percentile(50).toFixed(1)} ms)`,
      goal: { text: `< ${GOAL_MS} ms`, isMet: p99 < GOAL_MS },
    },
    { what: 'its thread, of one processor', measured: `${(busy * 100).toFixed(0)} %` },
    { what: 'its heap at the end', measured: `${megabytes.at(-1) ?? NaN} MB` },
    ...isLevel(megabytes),
  ];
}

/** Whether the heap stays as it is once the page has all the lines that it keeps: by the least of the looks, with the least rubbish. */
function isLevel(megabytes: readonly number[]): Result[] {
  const filled = Math.ceil(KEPT_LINES / LINES_PER_SECOND / LOOK_EVERY_SECONDS);
  const after = megabytes.slice(filled);
  const half = Math.floor(after.length / 2);
  if (half < 3) return [];
  const [before, since] = [Math.min(...after.slice(0, half)), Math.min(...after.slice(half))];
  return [
    {
      what: `its heap, once it has all the ${KEPT_LINES.toLocaleString('en')} lines that it keeps`,
      measured: `${before} MB, and ${since} MB ${half * LOOK_EVERY_SECONDS} s later`,
      goal: { text: 'level', isMet: since <= before * LEVEL },
    },
  ];
}
