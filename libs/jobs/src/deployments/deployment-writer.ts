import type { LogTemplate } from '@tailgate/tailing';
import { JobFailure } from '../queue/job-failure.js';
import type { JobHandler, JobRun } from '../queue/job-queue.js';
import { DemoFile } from './demo-file.js';
import { demoPath } from './demo-path.js';
import type { DeploymentPlan, DeploymentProgress } from './deployment-queue.js';

/** Progress is reported at most this often: milliseconds. */
const REPORT_MS = 1_000;

/** Time, as tests set it. */
export interface WriterClock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Resolves after `ms` milliseconds; rejects as soon as `signal` is aborted. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
}

type Run = JobRun<DeploymentPlan, DeploymentProgress>;

/** Writes the log files of demo deployments, line by line, where files of `logs` are looked for. */
export function deploymentWriter(
  logs: readonly LogTemplate[],
  clock: WriterClock,
): JobHandler<DeploymentPlan, DeploymentProgress> {
  return async (run) => {
    const path = demoPath(logs, run.data.channel);
    if (path === undefined || (run.progress && run.progress.path !== path))
      throw new JobFailure('elsewhere', 'The log file of the deployment is not followed here.');
    await using file = await openFile(run, path);
    await writeLines(run, file, path, clock);
    await run.report({ path, isMade: true, written: file.written });
  };
}

async function openFile({ data: { lines }, progress, report }: Run, path: string): Promise<DemoFile> {
  if (progress?.isMade === true) return DemoFile.resume(path, lines);
  // Said before the file is made: what an earlier worker had made, and not told of any more, is told by what is in it.
  await report({ path, isMade: false, written: 0 });
  const file = progress ? await resumeOrMake(path, lines) : await DemoFile.make(path, lines);
  await report({ path, isMade: true, written: file.written });
  return file;
}

async function resumeOrMake(path: string, lines: number): Promise<DemoFile> {
  try {
    return await DemoFile.make(path, lines);
  } catch (error) {
    if (error instanceof JobFailure && error.code === 'deployment_exists') return DemoFile.resume(path, lines);
    throw error;
  }
}

async function writeLines({ data, report, signal }: Run, file: DemoFile, path: string, clock: WriterClock) {
  let reported = clock.now();
  let reporting = false;
  while (file.written < data.lines) {
    signal.throwIfAborted();
    await file.append(clock.now());
    if (clock.now() - reported >= REPORT_MS && !reporting) {
      reported = clock.now();
      reporting = true;
      // The file says how far it is; a queue that is away must not hold it up.
      report({ path, isMade: true, written: file.written }).then(
        () => (reporting = false),
        () => (reporting = false),
      );
    }
    if (file.written < data.lines) await clock.pause(data.intervalMs, signal);
  }
}
