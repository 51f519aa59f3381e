import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { OneTimeValues } from '../one-time-values.js';
import type { StoreClock } from './broker-store.js';

/** A store of one-time values for one test; the suite disposes of it. */
export interface OneTimeStore extends AsyncDisposable {
  readonly values: OneTimeValues;
  /** Where it can be set; elsewhere the suite waits. */
  readonly clock?: StoreClock;
}

export interface OneTimeStoreFactory {
  open(): Promise<OneTimeStore>;
}

const LONG = 60_000;
const SHORT = 100;

/** The contract of `OneTimeValues`, as tests that every adapter must pass unchanged. To be called from a spec. */
export function describeOneTimeValues(name: string, factory: OneTimeStoreFactory): void {
  describe(`${name}: the contract of OneTimeValues`, () => {
    const valueTest = (title: string, body: (store: OneTimeStore) => Promise<void>) => {
      test(title, async () => {
        await using store = await factory.open();
        await body(store);
      });
    };

    valueTest('what was put is taken once, as it was', async ({ values }) => {
      expect(await values.takeOnce('a')).toBeUndefined();
      const value = '{"who":"ü\\u0000\n"}';
      expect(await values.putOnce('a', value, LONG)).toBe(true);
      expect(await values.putOnce('b', '', LONG)).toBe(true);
      expect(await values.takeOnce('a')).toBe(value);
      expect(await values.takeOnce('a')).toBeUndefined();
      expect(await values.takeOnce('b')).toBe('');
    });

    valueTest('of fifty takers at once, one gets it', async ({ values }) => {
      await values.putOnce('a', 'it', LONG);
      const taken = await Promise.all(Array.from({ length: 50 }, () => values.takeOnce('a')));
      expect(taken.filter((value) => value !== undefined)).toEqual(['it']);
    });

    valueTest('nothing is put in the place of another', async ({ values }) => {
      expect(await values.putOnce('a', 'first', LONG)).toBe(true);
      expect(await values.putOnce('a', 'second', LONG)).toBe(false);
      expect(await values.takeOnce('a')).toBe('first');
      expect(await values.putOnce('a', 'third', LONG)).toBe(true);
    });

    valueTest('what nobody took runs out', async (store) => {
      const { values } = store;
      await values.putOnce('short', 'x', SHORT);
      await values.putOnce('long', 'y', LONG);
      await pass(store, SHORT);
      expect(await values.takeOnce('short')).toBeUndefined();
      expect(await values.putOnce('short', 'again', LONG)).toBe(true);
      expect(await values.takeOnce('long')).toBe('y');
    });

    valueTest('keys and values have bounds', async ({ values }) => {
      for (const key of ['', 'x'.repeat(129)]) {
        await expect(values.putOnce(key, '', LONG)).rejects.toMatchObject({ code: 'invalid' });
        await expect(values.takeOnce(key)).rejects.toMatchObject({ code: 'invalid' });
      }
      await expect(values.putOnce('a', 'x'.repeat(65_537), LONG)).rejects.toMatchObject({ code: 'invalid' });
      for (const ttl of [0, -1, 1.5, NaN])
        await expect(values.putOnce('a', '', ttl)).rejects.toMatchObject({ code: 'invalid' });
      expect(await values.putOnce('x'.repeat(128), 'x'.repeat(65_536), LONG)).toBe(true);
    });
  });
}

async function pass({ clock }: OneTimeStore, milliseconds: number): Promise<void> {
  if (clock) clock.set(clock.now() + milliseconds);
  // The server forgets by a clock of its own, which may be a little behind.
  else await setTimeout(milliseconds + 50);
}
