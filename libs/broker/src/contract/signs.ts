import { describe, expect, test } from 'vitest';
import type { SourceSign, TailerSigns } from '../tailer-signs.js';
import type { StoreClock } from './broker-store.js';
import { channelOf, WEB } from './contract-test.js';

/** A store of signs for one test; the suite disposes of it. */
export interface SignStore extends AsyncDisposable {
  readonly signs: TailerSigns;
  /** Where it can be set. */
  readonly clock?: StoreClock;
}

export interface SignStoreFactory {
  open(): Promise<SignStore>;
}

/** The contract of `TailerSigns`, as tests that every adapter must pass unchanged. To be called from a spec. */
export function describeTailerSigns(name: string, factory: SignStoreFactory): void {
  describe(`${name}: the contract of TailerSigns`, () => {
    test('there are none for a channel of which nothing was said', async () => {
      await using store = await factory.open();
      expect(await store.signs.signs(WEB)).toEqual([]);
    });

    test('the latest word on each source of the channel counts', async () => {
      await using store = await factory.open();
      await store.signs.beat([
        sign({ state: 'waiting' }),
        sign({ source: 'b.log' }),
        sign({ channel: channelOf('host/h1') }),
      ]);
      await store.signs.beat([sign({ state: 'reading', lagBytes: 2 ** 40 })]);
      await store.signs.beat([]);
      const seen = await store.signs.signs(WEB);
      expect(seen.map(({ at: _at, ...said }) => said).sort(bySource)).toEqual([
        sign({ state: 'reading', lagBytes: 2 ** 40 }),
        sign({ source: 'b.log' }),
      ]);
      for (const { at } of seen) expect(Number.isSafeInteger(at)).toBe(true);
      expect(await store.signs.signs(channelOf('host/h1'))).toHaveLength(1);
    });

    test('each tells when it was said', async ({ skip }) => {
      await using store = await factory.open();
      const { clock, signs } = store;
      if (!clock) return skip('the clock of these signs can not be set');
      const begin = clock.now();
      await signs.beat([sign({}), sign({ source: 'b.log' })]);
      clock.set(begin + 5000);
      await signs.beat([sign({ source: 'b.log' })]);
      const seen = await signs.signs(WEB);
      expect(seen.toSorted(bySource).map(({ at }) => at - begin)).toEqual([0, 5000]);
    });

    test('a word is forgotten after an hour at the latest', async ({ skip }) => {
      await using store = await factory.open();
      const { clock, signs } = store;
      if (!clock) return skip('the clock of these signs can not be set');
      await signs.beat([sign({})]);
      clock.set(clock.now() + 30_000);
      expect(await signs.signs(WEB)).toHaveLength(1);
      clock.set(clock.now() + 3_600_000);
      expect(await signs.signs(WEB)).toEqual([]);
    });
  });
}

function sign(said: Partial<SourceSign>): SourceSign {
  return { channel: WEB, source: 'a.log', state: 'following', lagBytes: 0, ...said };
}

function bySource(a: { source: string }, b: { source: string }): number {
  return a.source < b.source ? -1 : 1;
}
