import { setTimeout } from 'node:timers/promises';
import { TempFolder } from '../support/temp-folder.ts';
import { watchProcessors, type ProcessorUse } from './processors.ts';
import type { Way } from './system.ts';
import { connected } from './tools/connected.ts';
import { faultsOf, parseFanReport } from './tools/fan-report.ts';
import { flags } from './tools/flags.ts';
import { RunningTool } from './tools/running-tool.ts';

const CONNECTIONS_PER_SECOND = 5_000;

/** So many viewers of one log that grows by so many lines of 100 bytes a second. */
export interface Load {
  readonly viewers: number;
  readonly rate: number;
  /** After the last viewer is connected: not measured. Seconds. */
  readonly warmUp: number;
  readonly seconds: number;
}

export interface FanOutRound {
  /** Lines a second, of all viewers together. */
  readonly delivered: number;
  /** From the making of a line to its reading: milliseconds. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly use: ProcessorUse;
  /** What was wrong with what viewers got; '' where every one had every line once, in order. */
  readonly faults: string;
}

/** One measurement of one way: viewers connect, the log grows, and both are looked at for a while. */
export async function measureFanOut(
  way: Way,
  log: string,
  { viewers, rate, warmUp, seconds }: Load,
): Promise<FanOutRound> {
  using folder = new TempFolder();
  const ready = folder.join('ready');
  const { loggen, fanload } = await way.open(log);
  await using writer = await RunningTool.start('loggen', [...loggen, ...flags({ wait: ready, r: rate, d: 3600 })]);
  await using readers = await RunningTool.start('fanload', [
    ...flags({ p: way.system.port, n: viewers, r: CONNECTIONS_PER_SECOND, w: warmUp, d: seconds, ready }),
    ...fanload,
  ]);
  await connected(readers, ready, `${viewers} viewers of ${way.name}`);
  await setTimeout(warmUp * 1_000);
  const endWatch = watchProcessors(way.system.pids);
  await setTimeout(seconds * 1_000);
  const use = endWatch();
  const report = parseFanReport(await readers.report);
  writer.stop();
  // Where no line came at all, they took as long as it was measured, or longer.
  const [p50Ms, p99Ms] =
    report.events === 0 ? [seconds * 1_000, seconds * 1_000] : [report.lat_ms.p50, report.lat_ms.p99];
  return { delivered: report.events_s, p50Ms, p99Ms, use, faults: faultsOf(report) };
}
