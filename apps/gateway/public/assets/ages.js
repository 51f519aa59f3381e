// @ts-check

/** @type {readonly (readonly [number, string])[]} */
const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
];

/**
 * How long ago something was, in its largest unit.
 * @param {number} time milliseconds since the Unix epoch
 * @param {number} now
 */
export function ageOf(time, now) {
  // The server's clock may be ahead of ours.
  const age = Math.max(0, now - time);
  const [size, unit] = UNITS.find(([length]) => age >= length) ?? [1, ''];
  return unit === '' ? 'just now' : `${Math.floor(age / size)} ${unit} ago`;
}

/** @param {number} time */
export function exactTime(time) {
  return new Date(time).toLocaleString();
}

/** @param {number} count @param {string} noun */
export function counted(count, noun) {
  return `${count.toLocaleString()} ${noun}${count === 1 ? '' : 's'}`;
}
