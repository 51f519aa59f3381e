import { faultsOf, parseFanReport } from '../tools/fan-report.ts';
import { RunningTool } from '../tools/running-tool.ts';
import { placesOf, type Axis, type GrowthOptions, type Point } from './axis.ts';
import { GrowthHouse, type Use } from './growth-house.ts';

const LENGTHS = [1_000, 10_000, 100_000, 1_000_000];

/** They read together and share what is read, so that there are as many at each place. */
const VIEWERS = 10;

/** Lines that are read in all: short histories are read again and again. */
const LINES_READ = 2_000_000;

/** Who asks for the last lines only. */
const TAIL_VIEWERS = 500;
const TAIL = 100;

/** What it costs to read all that a channel holds, and to read its end. */
export async function byHistory(options: GrowthOptions): Promise<Axis> {
  await using house = await GrowthHouse.start('--retain-lines', '2000000', '--retain-bytes', '1GiB');
  const points: Point[] = [];
  let stored = 0;
  for (const at of placesOf(LENGTHS, options)) {
    stored += at;
    const path = house.folder.join(`h${at}.log`);
    await using writer = await RunningTool.start('loggen', ['--file', path, '-r', '0', '-n', String(at), '-d', '600']);
    await writer.report;
    await house.reaches('tailer', 'tailgate_tailing_records_total', stored);
    const url = `/api/stream?channel=deployment/h${at}`;
    const times = Math.max(1, LINES_READ / VIEWERS / at);
    const all = await read(house, times, VIEWERS, at, `${url}&after=0-0`);
    const lines = times * VIEWERS * at;
    const end = await read(house, 1, TAIL_VIEWERS, TAIL, `${url}&tail=${TAIL}`);
    const values = {
      gatewayMicros: (all.gateway * 1e6) / lines,
      redisMicros: (all.redis * 1e6) / lines,
      linesPerSecond: lines / all.seconds,
      tailMicros: (end.gateway * 1e6) / TAIL_VIEWERS,
    };
    console.log(`${at} lines:`, values);
    points.push({ at, values });
  }
  const measures = {
    gatewayMicros: 'µs of the gateway a line that is read again',
    redisMicros: 'µs of Redis a line that is read again',
    linesPerSecond: 'lines a second, 10 viewers together',
    tailMicros: `µs of the gateway a viewer who asks for the last ${TAIL}`,
  };
  return { name: 'history', of: `lines that a channel holds, read by ${VIEWERS} viewers`, measures, points };
}

/** So many viewers come at once, and have so many lines each; and again, so many times. */
async function read(house: GrowthHouse, times: number, viewers: number, lines: number, path: string): Promise<Use> {
  const end = await house.beginWatch();
  for (let time = 0; time < times; time += 1) {
    await using tool = await RunningTool.start('fanload', [
      ...['-p', String(house.gateway.port), '-u', path, '-n', String(viewers), '-r', '100000'],
      ...['-e', String(lines), '-d', '120', '--settle', '60'],
    ]);
    const faults = faultsOf(parseFanReport(await tool.report));
    if (faults !== '') console.log(`FAULTS of ${path}: ${faults}`);
  }
  return await end();
}
