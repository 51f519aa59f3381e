import { setTimeout } from 'node:timers/promises';
import { placesOf, windowOf, type Axis, type GrowthOptions, type Point } from './axis.ts';
import { ChannelStreams } from './channel-streams.ts';
import { GrowthHouse } from './growth-house.ts';
import { SpreadWriter } from './spread-writer.ts';

const CHANNELS = [1, 10, 100, 1_000, 3_000, 10_000];
const FILES = [1, 10, 100, 1_000, 10_000, 20_000];
const RATE = 1_000;

/** As much as two cores take that also write and read it all: what each line costs where processes rest no more in between. */
const BUSY_RATE = 8_000;

/** So many connections are begun at a time. */
const AT_A_TIME = 250;

/** Files that were read a moment ago are looked at often: milliseconds. */
const SETTLE_MS = 15_000;
const QUICK_SETTLE_MS = 1_000;
const WARM_UP_MS = 1_500;

/** A viewer of each channel, and 1,000 lines a second in all of them together. */
export async function byChannels(options: GrowthOptions): Promise<Axis> {
  await using house = await GrowthHouse.start();
  using viewers = new ChannelStreams(house.gateway.port);
  const paths: string[] = [];
  const points: Point[] = [];
  for (const at of placesOf(CHANNELS, options)) {
    const first = paths.length;
    await addFiles(house, paths, at);
    // A machine that has too much else to do ends the axis here, with what there is.
    const failure = await openStreams(house, viewers, first, at).catch((error: unknown) => error);
    if (failure !== undefined) {
      console.log(`${at} channels:`, failure);
      break;
    }
    const idle = await idleUse(house, options);
    const { gateway, redis, sent } = await usedUnderLoad(house, paths, RATE, options);
    const busy = await usedUnderLoad(house, paths, BUSY_RATE, options);
    const values = {
      gatewayMicros: (gateway * 1e6) / sent,
      redisMicros: (redis * 1e6) / sent,
      busyGatewayMicros: (busy.gateway * 1e6) / busy.sent,
      busyRedisMicros: (busy.redis * 1e6) / busy.sent,
      busyTailerMicros: (busy.tailer * 1e6) / busy.appended,
      busyLines: busy.sent / busy.seconds,
      idleGatewayMicros: (idle.gateway * 1e6) / idle.seconds / at,
      idleRedisMicros: (idle.redis * 1e6) / idle.seconds / at,
      idleGatewayShare: idle.gateway / idle.seconds,
      idleRedisShare: idle.redis / idle.seconds,
    };
    console.log(`${at} channels:`, values, `${house.gateway.residentBytes} bytes of the gateway`);
    points.push({ at, values });
  }
  const measures = {
    gatewayMicros: 'µs of the gateway a delivered line, all included',
    redisMicros: 'µs of Redis a line, all included',
    busyGatewayMicros: 'µs of the gateway a delivered line at 8,000 lines a second',
    busyRedisMicros: 'µs of Redis a line at 8,000 lines a second',
    busyTailerMicros: 'µs of the tailer a line at 8,000 lines a second',
    busyLines: 'lines a second that came of 8,000',
    idleGatewayMicros: 'µs of the gateway a second and channel without a line',
    idleRedisMicros: 'µs of Redis a second and channel without a line',
    idleGatewayShare: 'cores of the gateway without a line',
    idleRedisShare: 'cores of Redis without a line',
  };
  return { name: 'channels', of: 'channels with a viewer each, 1,000 lines a second in all', measures, points };
}

/** Without a viewer. */
export async function byFiles(options: GrowthOptions): Promise<Axis> {
  await using house = await GrowthHouse.start();
  const paths: string[] = [];
  const points: Point[] = [];
  for (const at of placesOf(FILES, options)) {
    await addFiles(house, paths, at);
    const idle = await idleUse(house, options);
    const { tailer, redis, appended } = await usedUnderLoad(house, paths, RATE, options);
    const values = {
      tailerMicros: (tailer * 1e6) / appended,
      redisMicros: (redis * 1e6) / appended,
      idleTailerMicros: (idle.tailer * 1e6) / idle.seconds / at,
      idleRedisMicros: (idle.redis * 1e6) / idle.seconds / at,
      idleTailerShare: idle.tailer / idle.seconds,
      idleRedisShare: idle.redis / idle.seconds,
    };
    console.log(`${at} files:`, values);
    points.push({ at, values });
  }
  const measures = {
    tailerMicros: 'µs of the tailer a line, all included',
    redisMicros: 'µs of Redis a line, all included',
    idleTailerMicros: 'µs of the tailer a second and idle file',
    idleRedisMicros: 'µs of Redis a second and idle file',
    idleTailerShare: 'cores of the tailer without a line',
    idleRedisShare: 'cores of Redis without a line',
  };
  return { name: 'files', of: 'files, 1,000 lines a second in all', measures, points };
}

/** Until there are so many, each with a line, which is read. */
async function addFiles(house: GrowthHouse, paths: string[], count: number): Promise<void> {
  for (let i = paths.length; i < count; i += 1) paths.push(house.folder.write(`f${i}.log`, 'a line before all\n'));
  await house.reaches('tailer', 'tailgate_tailing_sources', count);
  await setTimeout(WARM_UP_MS);
}

async function openStreams(house: GrowthHouse, viewers: ChannelStreams, from: number, to: number): Promise<void> {
  for (let next = from; next < to; next += AT_A_TIME) {
    const end = Math.min(next + AT_A_TIME, to);
    for (let number = next; number < end; number += 1) viewers.add(`deployment/f${number}`);
    await house.reaches('gateway', 'tailgate_connections', end);
  }
}

async function idleUse(house: GrowthHouse, options: GrowthOptions) {
  await setTimeout(options.quick ? QUICK_SETTLE_MS : SETTLE_MS);
  return house.watch(windowOf(options) * 2);
}

async function usedUnderLoad(house: GrowthHouse, paths: readonly string[], rate: number, options: GrowthOptions) {
  using _writer = new SpreadWriter(paths, rate);
  await setTimeout(WARM_UP_MS);
  return await house.watch(windowOf(options));
}
