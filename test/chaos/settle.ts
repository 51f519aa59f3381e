import { once } from 'node:events';
import { compareStanding } from '../support/viewing/judge.ts';
import type { Judgement } from '../support/viewing/judgement.ts';
import { Random } from '../support/viewing/random.ts';
import { until } from '../support/until.ts';
import { Viewer } from '../support/viewing/viewer.ts';
import { compare, FAULTY } from './comparison.ts';
import type { Stage } from './stage.ts';

/** How long it may take, once nothing goes wrong any more, until every viewer has every line. */
const QUIET_MS = 90_000;

/** All lines come, then one more in each file, behind which nothing old may come. Notes what does not. */
export async function settle(stage: Stage, signal: AbortSignal): Promise<void> {
  const aborted = once(signal, 'abort').then(() => stage.problems.push('interrupted'));
  await Promise.race([allCome(stage), aborted]);
}

async function allCome(stage: Stage): Promise<void> {
  const { writer, watchers } = stage;
  try {
    const judgements = watchers.map(({ judgement }) => judgement);
    await complete(stage, judgements);
    for (const file of writer.files) file.write(1);
    await complete(stage, judgements);
    await lookLate(stage);
  } catch (error) {
    stage.problems.push(error instanceof Error ? error.message : String(error));
  }
}

/** Those that come late are given the same from what is stored. */
async function lookLate(stage: Stage): Promise<void> {
  const { writer, watchers, fleet, recoveries, problems } = stage;
  const wasEmptied = recoveries.faults.some(({ row }) => row === 'FLUSHALL');
  using opened = new DisposableStack();
  const viewers = writer.files.map((file, index) => ({
    file,
    viewer: opened.use(new Viewer(file.channel, '', new Random(index), fleet.anyGateway)),
  }));
  for (const { viewer } of viewers) viewer.connect();
  await complete(
    stage,
    viewers.map(({ viewer }) => viewer.judgement),
  );
  for (const { file, viewer } of viewers) {
    const found = compare(viewer.judgement, file, wasEmptied).filter(({ column }) => FAULTY.includes(column));
    for (const { column, what } of found) problems.push(`a late viewer: ${column}: ${what}`);
  }
  // What went with everything else that Redis had is with those alone who were there.
  if (!wasEmptied)
    problems.push(
      ...compareStanding([...watchers, ...viewers.map(({ viewer }) => viewer)].map(({ judgement }) => judgement)),
    );
}

async function complete({ writer }: Stage, judgements: readonly Judgement[]): Promise<void> {
  const last = new Map(
    writer.files.map((file) => [file.channel, file.lines > 0 ? file.textOf(file.lines) : undefined]),
  );
  const waiting = () => judgements.filter(({ channel, lastLine }) => lastLine !== last.get(channel));
  await until(
    () => waiting().length === 0,
    () => `the last line at ${waiting().length} viewers, of ${channelsOf(waiting())}`,
    QUIET_MS,
  );
}

function channelsOf(judgements: readonly Judgement[]): string {
  return [...new Set(judgements.map(({ channel }) => channel))].join(', ');
}
