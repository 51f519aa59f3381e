import { parsePosition, parseSelector, POSITION_GRAMMAR, SELECTOR_GRAMMAR } from '@tailgate/protocol';
import { InvalidArgumentError } from 'commander';

/** A reader of an option's text; commander shows what it throws, and ends with the code for mistakes. */
export type ReadArgument<T> = (text: string) => T;

/** A whole number from `min` to `max`. */
export function wholeNumber(min: number, max: number): ReadArgument<number> {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

export function positionText(text: string): string {
  if (parsePosition(text)) return text;
  throw new InvalidArgumentError(`It must be ${POSITION_GRAMMAR}.`);
}

/** Gathers channels and patterns of an argument that may be repeated. */
export function selectors(text: string, before: readonly string[] = []): readonly string[] {
  if (parseSelector(text) !== undefined) return [...before, text];
  throw new InvalidArgumentError(`It must be ${SELECTOR_GRAMMAR}.`);
}
