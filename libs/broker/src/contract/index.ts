import { describe } from 'vitest';
import type { StoreFactory } from './broker-store.js';
import { describeChannelPages } from './channel-pages.js';
import { describeCheckpoints } from './checkpoints.js';
import { describeConcurrency } from './concurrency.js';
import { describeEpochs } from './epochs.js';
import { describeFollowing } from './following.js';
import { describeHashes } from './hashes.js';
import { describeLostAnswers } from './lost-answer.js';
import { describeModel } from './model.js';
import { describeNumbering } from './numbering.js';
import { describeOnce } from './once.js';
import { describePurging } from './purging.js';
import { describePuttingBack } from './putting-back.js';
import { describeReads } from './reads.js';
import { describeRefusals } from './refusals.js';
import { describeRetention } from './retention.js';

// What an adapter's own specs append with, and compare.
export { Appender, positionOf } from './appender.js';
export { channelOf, WEB } from './contract-test.js';
export * from './records.js';

export type { BrokerStore, StoreClock, StoreFactory } from './broker-store.js';
export { describeOneTimeValues, type OneTimeStore, type OneTimeStoreFactory } from './one-time-values.js';
export { describeSourceLeases, type LeaseStore, type LeaseStoreFactory } from './leases.js';
export { describeTailerSigns, type SignStore, type SignStoreFactory } from './signs.js';

/** The contract of `LogBroker`, as tests that every adapter must pass unchanged. To be called from a spec. */
export function describeLogBroker(name: string, factory: StoreFactory): void {
  describe(`${name}: the contract of a LogBroker`, () => {
    describeNumbering(factory);
    describeCheckpoints(factory);
    describeLostAnswers(factory);
    describeEpochs(factory);
    describePuttingBack(factory);
    describeOnce(factory);
    describeReads(factory);
    describeRetention(factory);
    describePurging(factory);
    describeFollowing(factory);
    describeHashes(factory);
    describeChannelPages(factory);
    describeConcurrency(factory);
    describeRefusals(factory);
    describeModel(factory);
  });
}
