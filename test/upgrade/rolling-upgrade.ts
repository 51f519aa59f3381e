import { mkdirSync } from 'node:fs';
import { startRedis } from '../support/redis/start-redis.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { SteadyWriter } from '../soak/steady-writer.ts';
import { Viewers } from '../soak/viewers.ts';
import type { Build } from './build.ts';
import { DemoDeployments } from './demo-deployments.ts';
import { ReplacedProducts } from './replaced-products.ts';

const FILES = 6;
const VIEWERS = 24;

/** Lines a second, of all files together. */
const RATE = 200;

/** What each file is given after each step, at least. */
const STRETCH = 20;

const ROTATE_MS = 6_000;
const STAY_MS = 15_000;

export interface UpgradeVerdict {
  /** Empty where each viewer was given each line once, in order, and every process has ended as it should. */
  readonly problems: readonly string[];
  readonly written: number;
  readonly delivered: number;
  readonly connections: number;
}

/**
 * From one build to another and back, as docs/operations/upgrade.md says it: while files are written and rotated and viewers change their
 * gateways, gateways first, then tailers, one at a time; and back the other way round. `onStep` is told of each.
 */
export async function rollingUpgrade(
  from: Build,
  to: Build,
  onStep: (what: string) => void = () => undefined,
): Promise<UpgradeVerdict> {
  using folder = new TempFolder();
  const logs = folder.join('logs');
  mkdirSync(logs);
  await using redis = await startRedis();
  await using products = await ReplacedProducts.start(from, logs, redis.url);
  using writer = new SteadyWriter({ folder: logs, files: FILES, rate: RATE, rotateMs: ROTATE_MS });
  let delivered = 0;
  using viewers = new Viewers({
    count: VIEWERS,
    channels: writer.files.map(({ channel }) => channel),
    gateways: products.gateways,
    stayMs: STAY_MS,
    mayEnd: true,
    onLine: () => (delivered += 1),
  });
  writer.start();

  const late: string[] = [];
  const goOn = async (what: string, lines = STRETCH): Promise<void> => {
    // Everybody is given lines before the next one is replaced, as when somebody looks on.
    const goal = new Map([...writer.lastNumbers].map(([channel, last]) => [channel, last + lines]));
    late.push(...(await viewers.settle(goal)).map((problem) => `${what}: ${problem}`));
    onStep(`${what}; ${writer.lines} lines written, ${delivered} delivered`);
  };
  await goOn(`all is of ${from.name}`);
  const onReplaced = (what: string): Promise<void> => goOn(what);
  const deployments = new DemoDeployments(products.gateways[0] ?? '', logs);
  await deployments.begin('asked-for-before');
  await products.replace('gateway', to, onReplaced);
  await deployments.begin('asked-for-after');
  await products.replace('tailer', to, onReplaced);
  await products.replace('tailer', from, onReplaced);
  await products.replace('gateway', from, onReplaced);
  writer.stop();
  await goOn('the end', 0);
  const wrong = await deployments.settle();

  const problems = [...late, ...wrong, ...products.problems, ...viewers.problems];
  return { problems, written: writer.lines, delivered, connections: viewers.opened };
}
