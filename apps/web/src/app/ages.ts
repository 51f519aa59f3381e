const UNITS: readonly (readonly [number, string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
];

/** How long ago something was, in its largest unit. Milliseconds. */
export function ageOf(time: number, now: number): string {
  // The other clock may be ahead of ours.
  const age = Math.max(0, now - time);
  const unit = UNITS.find(([length]) => age >= length);
  return unit === undefined ? 'just now' : `${Math.floor(age / unit[0])} ${unit[1]} ago`;
}

/** A length of time as a clock shows it: `0:07`, `1:02:03`, `3 d 1:02:03`. */
export function clockOf(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000));
  const two = (part: number): string => String(part).padStart(2, '0');
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3_600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  const rest = `${minutes}:${two(seconds % 60)}`;
  if (days === 0 && hours === 0) return rest;
  const clock = `${hours}:${two(minutes)}:${two(seconds % 60)}`;
  return days === 0 ? clock : `${days} d ${clock}`;
}
