import { parseChannel, type ChannelName } from '@tailgate/protocol';
import { test } from 'vitest';
import type { LogBroker } from '../log-broker.js';
import type { Retention } from '../retention.js';
import type { BrokerStore, StoreClock, StoreFactory } from './broker-store.js';

/** Retention that no test reaches by accident. */
const ROOMY: Retention = { retainLines: 100_000, retainBytes: 64 * 1024 * 1024 };

interface Fixture {
  readonly store: BrokerStore;
  /** An end of the store. */
  readonly broker: LogBroker;
  /** Ends the test as one that this adapter has no use for. */
  readonly skip: (why: string) => never;
}

/** Declares a test with a store of its own. */
type DeclareTest<Given> = (
  title: string,
  body: (fixture: Given) => Promise<void>,
  retention?: Partial<Retention>,
) => void;

export type ContractTest = DeclareTest<Fixture> & {
  /** One that needs to set the broker's clock; skipped where that can't be done. */
  readonly clocked: DeclareTest<Fixture & { readonly clock: StoreClock }>;
};

export function contractTest(factory: StoreFactory): ContractTest {
  const plain: DeclareTest<Fixture> = (title, body, retention = {}) => {
    test(title, async ({ skip }) => {
      await using store = await factory.open({ ...ROOMY, ...retention });
      await body({ store, skip, broker: await store.connect() });
    });
  };
  const clocked: ContractTest['clocked'] = (title, body, retention = {}) => {
    test(title, async ({ skip }) => {
      await using store = await factory.open({ ...ROOMY, ...retention });
      const { clock } = store;
      if (!clock) return skip('the clock of this broker can not be set');
      await body({ store, clock, skip, broker: await store.connect() });
    });
  };
  return Object.assign(plain, { clocked });
}

/** The name that `text` is; for literals. */
export function channelOf(text: string): ChannelName {
  const channel = parseChannel(text);
  if (channel === undefined) throw new Error(`${text} names no channel`);
  return channel;
}

/** Where a test needs just one channel. */
export const WEB = channelOf('deployment/web');
