import type { ListedChannel } from './listed-channel.js';

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** One line a channel: name, records, how long ago it grew. Without a heading, so that other tools can read it. `now`: milliseconds since the Unix epoch. */
export function channelTable(channels: readonly ListedChannel[], now: number): string {
  const width = Math.max(0, ...channels.map(({ channel }) => channel.length));
  const digits = Math.max(0, ...channels.map(({ records }) => String(records).length));
  return channels
    .map(({ channel, records, updated }) => {
      return `${channel.padEnd(width)}  ${String(records).padStart(digits)}  ${age(now - updated)}\n`;
    })
    .join('');
}

function age(milliseconds: number): string {
  const [unit, size] = UNITS.find(([, least]) => milliseconds >= least) ?? ['s', 1_000];
  return `${Math.max(0, Math.floor(milliseconds / size))}${unit}`;
}
