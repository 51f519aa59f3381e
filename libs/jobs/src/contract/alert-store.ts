import { channelSelectorSchema } from '@tailgate/protocol/schemas';
import { describe, expect, test } from 'vitest';
import type { AlertRule } from '../alerts/alert-rule.js';
import type { AlertStore } from '../alerts/alert-store.js';
import type { JobsEnds } from './jobs-ends.js';

const everything = [channelSelectorSchema.parse('*/*')];

const rule = (id: string, created: number): AlertRule => ({
  id,
  name: 'errors',
  channel: channelSelectorSchema.parse('deployment/*'),
  grep: 'ERROR',
  grepFlags: 'i',
  invert: false,
  count: 2,
  windowMs: 1000,
  pauseMs: 0,
  webhook: { url: 'https://hooks.example/x', form: 'slack' },
  owner: 'me',
  read: everything,
  admin: everything,
  created,
});

/** The contract of `AlertStore`, as tests that every adapter must pass unchanged. To be called from a spec. */
export function describeAlertStore(name: string, open: () => Promise<JobsEnds>): void {
  describe(`${name}: the contract of AlertStore`, () => {
    const storeTest = (title: string, body: (one: AlertStore, other: AlertStore) => Promise<void>) =>
      test(title, async () => {
        await using ends = await open();
        await body(ends.one.alerts, ends.other.alerts);
      });

    storeTest('rules are there for all, the newest first, until they are removed', async (one, other) => {
      expect(await one.rules()).toEqual([]);
      await one.add(rule('old', 1));
      await other.add(rule('new', 2));
      expect(await one.rules()).toEqual([rule('new', 2), rule('old', 1)]);
      expect([await other.remove('old'), await other.remove('old')]).toEqual([true, false]);
      expect(await one.rules()).toEqual([rule('new', 2)]);
    });

    storeTest('what is noted is replaced by those who know what is noted', async (one, other) => {
      expect(await one.note('a', 'k', undefined, '1')).toBe(true);
      expect(await other.note('a', 'k', undefined, '2')).toBe(false);
      expect(await other.note('a', 'k', '0', '2')).toBe(false);
      expect(await other.note('a', 'k', '1', '2')).toBe(true);
      await other.note('a', 'l', undefined, 'x');
      expect(await one.notes('a')).toEqual(
        new Map([
          ['k', '2'],
          ['l', 'x'],
        ]),
      );
      expect(await one.notes('b')).toEqual(new Map());
    });

    storeTest('of two who note at a time one has noted', async (one, other) => {
      const noted = await Promise.all([one.note('a', 'k', undefined, '1'), other.note('a', 'k', undefined, '2')]);
      expect(noted.toSorted()).toEqual([false, true]);
    });

    storeTest('with the rule goes what was noted', async (one, other) => {
      await one.add(rule('a', 1));
      await one.note('a', 'k', undefined, '1');
      await other.remove('a');
      expect(await one.notes('a')).toEqual(new Map());
    });
  });
}
