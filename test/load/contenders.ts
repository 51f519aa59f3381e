import { startBenchRedis, whyNoRedis, type BenchRedis } from './bench-redis.ts';
import { Nchan, waysThroughNchan, whyNoNchan } from './peers/nchan.ts';
import { NestSse, waysThroughNest } from './peers/nest-sse.ts';
import type { Result } from './result.ts';
import type { Way } from './system.ts';
import { Tailgate, waysThroughTailgate } from './tailgate.ts';
import { whyNoTools } from './tools/compiled-tool.ts';

/** Why viewers can't be measured on this machine at all; `undefined` where they can. */
export async function whyNoViewers(): Promise<string | undefined> {
  return (await whyNoTools()) ?? (await whyNoRedis());
}

/** A row that says why something was not measured. */
export function notMeasured(what: string, why: string): Result {
  return { what, measured: `not measured: ${why}` };
}

/** All systems that there are on this machine, running, and the ways through them. Idle ones cost next to nothing. */
export class Contenders implements AsyncDisposable {
  readonly ways: readonly Way[];
  readonly #parts: AsyncDisposableStack;

  private constructor(ways: readonly Way[], parts: AsyncDisposableStack) {
    this.ways = ways;
    this.#parts = parts;
  }

  /** Runs those that one of the names begins with. */
  static async start(isWanted: (name: string) => boolean): Promise<Contenders> {
    await using parts = new AsyncDisposableStack();
    const redis: BenchRedis = parts.use(await startBenchRedis());
    const ways: Way[] = [];
    if (isWanted('Tailgate')) ways.push(...waysThroughTailgate(parts.use(await Tailgate.start(redis))));
    if (isWanted('Nchan') && (await whyNoNchan()) === undefined)
      ways.push(...waysThroughNchan(parts.use(await Nchan.start(redis))));
    if (isWanted('NestJS')) ways.push(...waysThroughNest(parts.use(await NestSse.start(redis)), redis));
    return new Contenders(ways, parts.move());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.disposeAsync();
  }
}
