import { appendFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { connect } from '@tailgate/client';
import { Product } from '../support/product.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { WebSocket } from 'ws';
import { Distribution } from './distribution.ts';
import { processorSeconds } from './processor-time.ts';
import type { BenchOptions, Result } from './result.ts';
import { timedLine, TimedViewers, type TransportName } from './timed-viewers.ts';

const WAYS: readonly TransportName[] = ['SSE', 'SSE, gzip', 'SSE, batch=1', 'WebSocket', 'WebSocket, deflate'];

/** Lines a second, so that some come alone, and so that most come together. */
const RATES = [10, 1_000] as const;

interface Size {
  readonly viewers: number;
  readonly seconds: number;
  readonly restarts: number;
}

/**
 * The same log over each way that the gateway offers: how long lines take, what they weigh on the network, what they cost the gateway;
 * and how long after a kill -9 and a start the SDK has the next line, over both transports. The writer and all viewers are one process,
 * so that there is one clock.
 */
export async function transports({ quick }: BenchOptions): Promise<Result[]> {
  const size = quick ? { viewers: 10, seconds: 1, restarts: 1 } : { viewers: 100, seconds: 15, restarts: 7 };
  const results: Result[] = [];
  for (const rate of RATES) {
    for (const way of WAYS) results.push(await compare(way, rate, size));
  }
  for (const transport of ['sse', 'websocket'] as const) results.push(await comeBack(transport, size));
  return results;
}

async function compare(way: TransportName, rate: number, { viewers: count, seconds }: Size): Promise<Result> {
  using folder = new TempFolder();
  const path = folder.write('web.log', 'a line\n');
  await using product = await Product.start({ folder: folder.path, args: ['--logs', './{name}.log'] });
  using viewers = await TimedViewers.open(count, way, product);
  await until(
    () => viewers.live === count,
    () => `${count} viewers; ${viewers.live} are live`,
  );
  const { bytes } = viewers;
  const busy = processorSeconds(product.pid);
  const lines = await writeEvenly(path, rate, seconds);
  await until(
    () => viewers.behind(lines) === 0,
    () => `all of ${lines} lines; ${viewers.behind(lines)} viewers lack some`,
  );
  const took = new Distribution(viewers.measure());
  const delivered = lines * count;
  const cost = ((processorSeconds(product.pid) - busy) / delivered) * 1e6;
  console.log(`${count} viewers over ${way}, ${rate} lines/s: ${took.summary}`);
  const whole = viewers.outOfPlace === 0 ? '' : `; ${viewers.outOfPlace} LINES OUT OF PLACE`;
  return {
    what: `${way}: ${count} viewers, ${rate} lines/s of 500 bytes`,
    measured:
      `p50 ${took.percentile(50).toFixed(1)}, p99 ${took.percentile(99).toFixed(1)} ms; ` +
      `${((viewers.bytes - bytes) / delivered).toFixed(0)} bytes and ${cost.toFixed(1)} µs of the gateway a line and viewer${whole}`,
  };
}

/** Up to 100 times a second: what is due. Resolves to how many lines were written. */
async function writeEvenly(path: string, rate: number, seconds: number): Promise<number> {
  const begun = performance.now();
  let written = 0;
  while (written < rate * seconds) {
    const due = Math.min(rate * seconds, Math.ceil(((performance.now() - begun) / 1_000) * rate));
    let text = '';
    for (; written < due; written += 1) text += timedLine(written + 1);
    if (text !== '') appendFileSync(path, text);
    await setTimeout(10);
  }
  return written;
}

/** From the moment at which the killed gateway listens again to the first line that was written meanwhile. */
async function comeBack(transport: 'sse' | 'websocket', { restarts }: Size): Promise<Result> {
  using folder = new TempFolder();
  folder.write('web.log', 'a line\n');
  const args = ['--logs', './{name}.log'];
  let product = await Product.start({ folder: folder.path, args });
  const port = Number(new URL(product.url).port);
  const took: number[] = [];
  const log = connect(product.url, { transport, WebSocket }).subscribe('deployment/web', { tail: 0 });
  let heard = '';
  const reading = (async () => {
    for await (const entry of log) if (entry.type === 'log') heard = entry.line;
  })();
  try {
    await until(
      () => log.state.phase === 'live',
      () => `live; it is ${log.state.phase}`,
    );
    for (let restart = 1; restart <= restarts; restart += 1) {
      await product.kill('SIGKILL');
      folder.append('web.log', `after ${restart}\n`);
      product = await Product.start({ folder: folder.path, port, args });
      const begun = performance.now();
      await until(
        () => heard === `after ${restart}`,
        () => `after ${restart}; it was ${heard}`,
      );
      took.push(performance.now() - begun);
    }
  } finally {
    log.close();
    await reading;
    await product[Symbol.asyncDispose]();
  }
  const back = new Distribution(took);
  return {
    what: `${transport === 'sse' ? 'SSE' : 'WebSocket'}: the SDK has the next line after a kill -9`,
    measured: `${back.percentile(50).toFixed(0)} ms after the gateway is back, ${back.percentile(100).toFixed(0)} at most, of ${restarts}`,
  };
}
