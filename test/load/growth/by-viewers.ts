import { setTimeout } from 'node:timers/promises';
import { faultsOf, parseFanReport } from '../tools/fan-report.ts';
import { placesOf, windowOf, type Axis, type GrowthOptions, type Point } from './axis.ts';
import { GrowthHouse } from './growth-house.ts';

const VIEWERS = [1, 10, 100, 1_000, 10_000];
const RATES = [1, 10, 100, 1_000, 10_000, 100_000, 300_000];

/** After the first lines: milliseconds. */
const WARM_UP_MS = 1_500;

const MEASURES = {
  gatewayMicros: 'µs of the gateway a delivered line',
  gatewayShare: 'cores of the gateway',
  redisShare: 'cores of Redis',
  tailerMicros: 'µs of the tailer a line',
  delivered: 'lines delivered a second',
};

/** Of one channel at 100 lines a second. */
export async function byViewers(options: GrowthOptions): Promise<Axis> {
  await using house = await GrowthHouse.start();
  const points: Point[] = [];
  for (const at of placesOf(VIEWERS, options))
    points.push(await measure(house, `v${at}`, { viewers: at, rate: 100, at }, options));
  return { name: 'viewers', of: 'viewers of one channel, 100 lines a second', measures: MEASURES, points };
}

/** Of one channel with 10 viewers. */
export async function byRate(options: GrowthOptions): Promise<Axis> {
  // Who falls behind, as the tool that reads may, finds everything still there.
  await using house = await GrowthHouse.start('--retain-lines', '10000000', '--retain-bytes', '2GiB');
  const points: Point[] = [];
  for (const at of placesOf(RATES, options))
    points.push(await measure(house, `r${at}`, { viewers: 10, rate: at, at }, options));
  return { name: 'rate', of: 'lines a second of one channel, 10 viewers', measures: MEASURES, points };
}

async function measure(
  house: GrowthHouse,
  name: string,
  { viewers, rate, at }: { readonly viewers: number; readonly rate: number; readonly at: number },
  options: GrowthOptions,
): Promise<Point> {
  house.folder.write(`${name}.log`, 'a line before all\n');
  const appended = await house.beginWatch();
  await house.reaches('tailer', 'tailgate_tailing_records_total', 1);
  await appended();
  await using readers = await house.openViewers(viewers, `/api/stream?channel=deployment/${name}&tail=0`);
  await using _writer = await house.openWriter(name, rate);
  await setTimeout(WARM_UP_MS);
  const use = await house.watch(windowOf(options));
  readers.stop();
  const faults = faultsOf(parseFanReport(await readers.report));
  const { seconds, gateway, tailer, redis, sent, appended: lines } = use;
  const values = {
    gatewayMicros: (gateway * 1e6) / sent,
    gatewayShare: gateway / seconds,
    redisShare: redis / seconds,
    tailerMicros: (tailer * 1e6) / lines,
    delivered: sent / seconds,
  };
  console.log(`${name}:`, values, faults === '' ? '' : `FAULTS: ${faults}`);
  return { at, values };
}
