const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'];

/** A number of bytes in its largest unit (of 1,000), as people read it: `999 bytes`, `1.2 MB`. */
export function byteSize(bytes: number): string {
  let size = bytes;
  let unit = 0;
  // What would be written as 1,000 of a unit is 1 of the next.
  while (size >= (unit === 0 ? 1_000 : 999.95) && unit < UNITS.length - 1) {
    size /= 1_000;
    unit += 1;
  }
  return `${unit === 0 ? size : size.toFixed(1)} ${UNITS[unit] ?? ''}`;
}
