const LEAST_MS = 1_000;
const MOST_MS = 5_000;

/** When one of many that are sent away comes back, in milliseconds: not all at once. */
export function comeAgainAfter(): number {
  return Math.round(LEAST_MS + Math.random() * (MOST_MS - LEAST_MS));
}
