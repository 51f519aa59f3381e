/** Rows that a reader has chosen: from where they began to where they are, in either direction, both included. */
export interface Selection {
  readonly pin: number;
  readonly current: number;
}

export function isSelected({ pin, current }: Selection, ordinal: number): boolean {
  return Math.min(pin, current) <= ordinal && ordinal <= Math.max(pin, current);
}
