import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { LeaseAnswer, SourceLeases } from '../source-leases.js';
import type { StoreClock } from './broker-store.js';

/** A store of leases for one test; the suite disposes of it. */
export interface LeaseStore extends AsyncDisposable {
  readonly leases: SourceLeases;
  /** Where it can be set; elsewhere the suite waits. */
  readonly clock?: StoreClock;
}

export interface LeaseStoreFactory {
  open(): Promise<LeaseStore>;
}

const LONG = 60_000;
const SHORT = 300;

/** The contract of `SourceLeases`, as tests that every adapter must pass unchanged. To be called from a spec. */
export function describeSourceLeases(name: string, factory: LeaseStoreFactory): void {
  describe(`${name}: the contract of SourceLeases`, () => {
    const leaseTest = (title: string, body: (store: LeaseStore) => Promise<void>) => {
      test(title, async () => {
        await using store = await factory.open();
        await body(store);
      });
    };

    leaseTest(
      'what nobody holds becomes the first one’s who asks, and stays so while that one renews it',
      async ({ leases }) => {
        expect(told(await leases.lease('a', ask('1 2'), LONG))).toEqual(['1 a', '2 a']);
        expect(told(await leases.lease('b', ask('1 2 3'), LONG))).toEqual(['1 a', '2 a', '3 b']);
        expect(told(await leases.lease('a', ask('3 2 1'), LONG))).toEqual(['1 a', '2 a', '3 b']);
        expect(told(await leases.lease('a', [], LONG))).toEqual([]);
      },
    );

    leaseTest('what is not renewed runs out, as was said, and is another’s then', async (store) => {
      const { leases } = store;
      await leases.lease('a', ask('1 2'), SHORT);
      await leases.lease('a', ask('2'), LONG);
      const { states, runsOutInMs = Infinity } = await leases.lease('b', ask('1 2'), LONG);
      expect(runsOutInMs).toBeLessThanOrEqual(SHORT);
      // A slow machine may have used up the time already.
      if (runsOutInMs > 0 && states.get('1')?.holder === 'a') await pass(store, runsOutInMs);
      expect(told(await leases.lease('b', ask('1 2'), LONG))).toEqual(['1 b', '2 a']);
      expect(told(await leases.lease('a', ask('1 2'), LONG))).toEqual(['1 b', '2 a']);
    });

    leaseTest(
      'what is given back is free at once, and what another holds can not be given back',
      async ({ leases }) => {
        await leases.lease('a', ask('1 2'), LONG);
        await leases.release('b', ['1', 'never heard of']);
        await leases.release('a', ['2']);
        expect(told(await leases.lease('b', ask('1 2'), LONG))).toEqual(['1 a', '2 b']);
      },
    );

    leaseTest(
      'what is claimed stays with its holder, who sees by whom, and goes to nobody else',
      async ({ leases }) => {
        await leases.lease('a', ask('1 2'), LONG);
        expect(told(await leases.lease('b', ask('1! 2'), LONG))).toEqual(['1 a (b)', '2 a']);
        expect(told(await leases.lease('c', ask('1! 2!'), LONG))).toEqual(['1 a (b)', '2 a (c)']);
        expect(told(await leases.lease('a', ask('1 2'), LONG))).toEqual(['1 a (b)', '2 a (c)']);
        await leases.release('a', ['1', '2']);
        expect(told(await leases.lease('a', ask('1 2'), LONG))).toEqual(['1 - (b)', '2 - (c)']);
        expect(told(await leases.lease('b', ask('1! 2'), LONG))).toEqual(['1 b', '2 - (c)']);
        expect(told(await leases.lease('c', ask('1! 2!'), LONG))).toEqual(['1 b (c)', '2 c']);
      },
    );

    leaseTest('a claim that is not repeated is withdrawn, or runs out', async (store) => {
      const { leases } = store;
      await leases.lease('a', ask('1 2'), LONG);
      await leases.lease('b', ask('1! 2!'), SHORT);
      await leases.lease('b', ask('1'), SHORT);
      expect(told(await leases.lease('a', ask('1'), LONG))).toEqual(['1 a']);
      await pass(store, SHORT);
      expect(told(await leases.lease('a', ask('2'), LONG))).toEqual(['2 a']);
    });

    leaseTest('a claim is given back like a lease', async ({ leases }) => {
      await leases.lease('a', ask('1'), LONG);
      await leases.lease('b', ask('1!'), LONG);
      await leases.release('b', ['1']);
      expect(told(await leases.lease('a', ask('1'), LONG))).toEqual(['1 a']);
    });

    leaseTest('thousands are asked for at once, and each has one holder', async ({ leases }) => {
      const names = Array.from({ length: 2_500 }, (_, index) => `host/h é ${index}`);
      const requests = names.map((name) => ({ name }));
      const answers = await Promise.all(['a', 'b', 'c'].map((holder) => leases.lease(holder, requests, LONG)));
      const again = await leases.lease('d', requests, LONG);
      expect([...again.states.keys()]).toEqual(names);
      for (const name of names) {
        const holder = again.states.get(name)?.holder ?? 'nobody';
        const believers = ['a', 'b', 'c'].filter((one, index) => answers[index]?.states.get(name)?.holder === one);
        expect(believers).toEqual([holder]);
      }
    });

    leaseTest('what is no holder, no name or no time is refused', async ({ leases }) => {
      await expect(leases.lease('', ask('1'), LONG)).rejects.toMatchObject({ code: 'invalid' });
      await expect(leases.lease('a b', ask('1'), LONG)).rejects.toMatchObject({ code: 'invalid' });
      await expect(leases.lease('a', ask('1'), 0)).rejects.toMatchObject({ code: 'invalid' });
      await expect(leases.lease('a', [{ name: '' }], LONG)).rejects.toMatchObject({ code: 'invalid' });
      await expect(leases.release('a', ['x'.repeat(1_025)])).rejects.toMatchObject({ code: 'invalid' });
    });
  });
}

/** `1 2!` asks for 1, and claims 2. */
function ask(text: string) {
  return text.split(' ').map((word) => ({ name: word.replace('!', ''), claims: word.endsWith('!') }));
}

/** The states by name: holder (claimant). */
function told({ states }: LeaseAnswer): string[] {
  const all = [...states].map(
    ([name, { holder = '-', claimant }]) => `${name} ${holder}${claimant === undefined ? '' : ` (${claimant})`}`,
  );
  return all.sort();
}

async function pass({ clock }: LeaseStore, ms: number): Promise<void> {
  if (clock) clock.set(clock.now() + ms);
  // Where the clock is the server's own, a little more: it counts whole milliseconds.
  else await setTimeout(ms + 10);
}
