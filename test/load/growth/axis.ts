/** What was measured at one place of an axis, by what it is. */
export interface Point {
  readonly at: number;
  readonly values: Readonly<Record<string, number>>;
}

/** How a cost grows with one thing, all else being equal. */
export interface Axis {
  readonly name: string;
  /** What grows, in words. */
  readonly of: string;
  /** What is measured, in words with its unit, by its name in `values`. */
  readonly measures: Readonly<Record<string, string>>;
  readonly points: readonly Point[];
}

export interface GrowthOptions {
  /** A smoke run: the small end of each axis, for a moment. */
  readonly quick: boolean;
}

/** The places of an axis that are measured. */
export function placesOf(all: readonly number[], { quick }: GrowthOptions): readonly number[] {
  return quick ? all.slice(0, 2) : all;
}

/** How long each place is looked at: milliseconds. */
export function windowOf({ quick }: GrowthOptions): number {
  return quick ? 1_000 : 5_000;
}
