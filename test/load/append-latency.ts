import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { Product } from '../support/product.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { Distribution } from './distribution.ts';
import type { BenchOptions, Result } from './result.ts';

const INTERVAL_MS = 10;
const GOAL_MS = 20;

/** When each numbered line was written, and how long it then took to come. Milliseconds. */
class Arrivals {
  readonly #took = new Map<number, number>();
  readonly #written: readonly number[];

  constructor(written: readonly number[]) {
    this.#written = written;
  }

  get size(): number {
    return this.#took.size;
  }

  get distribution(): Distribution {
    return new Distribution([...this.#took.values()]);
  }

  /** Takes what has come just now. */
  readonly take = (bytes: Buffer): void => {
    const now = performance.now();
    for (const [, text] of bytes.toString('latin1').matchAll(/append (\d+)/g)) {
      const number = Number(text);
      const written = this.#written[number];
      if (written !== undefined && !this.#took.has(number)) this.#took.set(number, now - written);
    }
  };
}

/**
 * From the append of a line to its first byte at a client of the event stream, on a quiet machine; and to what `tail -F` says of the
 * same line at the same time. Writer and clients are one process, so that there is one clock.
 */
export async function appendLatency({ quick }: BenchOptions): Promise<Result[]> {
  const lines = quick ? 100 : 2_000;
  using folder = new TempFolder();
  const path = folder.write('web.log', 'the first line\n');
  await using product = await Product.start({ folder: folder.path, args: ['--logs', './{name}.log'] });
  const written: number[] = [];
  const ours = new Arrivals(written);
  const tails = new Arrivals(written);
  const call = request(product.stream('deployment/web'), { agent: false }).end();
  const [stream] = (await once(call, 'response')) as [IncomingMessage];
  const tail = spawn('tail', ['-F', path], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    await Promise.all([once(stream, 'data'), once(tail.stdout, 'data')]);
    stream.on('data', ours.take);
    tail.stdout.on('data', tails.take);
    const begun = performance.now();
    for (let number = 0; number < lines; number += 1) {
      await setTimeout(Math.max(0, begun + number * INTERVAL_MS - performance.now()));
      written.push(performance.now());
      appendFileSync(path, `append ${number} and some more text, as a line of a log has it\n`);
    }
    await until(
      () => ours.size === lines && tails.size === lines,
      () => `${lines} lines; there are ${ours.size} and ${tails.size}`,
    );
  } finally {
    tail.kill();
    stream.destroy();
  }
  const [tailgate, peer] = [ours.distribution, tails.distribution];
  console.log(`append to first byte, ${lines} lines, one each ${INTERVAL_MS} ms\n${tailgate.histogram}\n`);
  console.log(`the same lines through tail -F\n${peer.histogram}\n`);
  const isMet = tailgate.percentile(99) < GOAL_MS;
  return [
    {
      what: 'append to first byte at an SSE client',
      measured: tailgate.summary,
      goal: { text: `p99 < ${GOAL_MS} ms`, isMet },
    },
    { what: 'the same lines through tail -F', measured: peer.summary },
  ];
}
