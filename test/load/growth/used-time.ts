import { readdirSync, readFileSync } from 'node:fs';

/** What the threads of a process have used of the processors, to the nanosecond (`schedstat`, Linux): seconds. */
export function usedSeconds(pid: number): number {
  const nanoseconds = readdirSync(`/proc/${pid}/task`).map((thread) => {
    const [used] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
    return Number(used);
  });
  return nanoseconds.reduce((sum, each) => sum + each, 0) / 1e9;
}
