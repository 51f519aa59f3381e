import type { Entry } from '@tailgate/client';

/**
 * The history with which several channels begin comes channel by channel; it is handed on as one, by time, when all of it is there. Entries
 * of one channel keep their order.
 */
export class FirstHistory {
  readonly #byChannel = new Map<string, Entry[]>();

  add(entries: readonly Entry[]): void {
    for (const entry of entries) {
      const ours = this.#byChannel.get(entry.channel);
      if (ours) ours.push(entry);
      else this.#byChannel.set(entry.channel, [entry]);
    }
  }

  /** What was added, and nothing more the next time. */
  take(): readonly Entry[] {
    const timed = [...this.#byChannel.values()].flatMap(withTimes);
    this.#byChannel.clear();
    return timed.sort((a, b) => a.time - b.time).map(({ entry }) => entry);
  }
}

/** What has no time of its own, or an earlier one than what it follows, stays behind that. */
function withTimes(entries: readonly Entry[]): readonly { readonly entry: Entry; readonly time: number }[] {
  let latest = -Infinity;
  return entries.map((entry) => {
    if ('time' in entry) latest = Math.max(latest, entry.time);
    return { entry, time: latest };
  });
}
