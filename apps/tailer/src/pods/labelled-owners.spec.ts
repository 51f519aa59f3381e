import type { SettledValues } from '@tailgate/broker';
import { afterEach, expect, it, vi } from 'vitest';
import { LabelledOwners } from './labelled-owners.js';
import { PodListFailure, type LabelledPods } from './pod-list.js';

const WEB = { namespace: 'shop', pod: 'web-6d4cf56db6-x7k2p' };
const KEY = 'shop/web-6d4cf56db6-x7k2p';
const PATIENCE = { timeout: 20_000, interval: 20 };

class Memory implements SettledValues {
  readonly kept = new Map<string, string>();
  isAway = false;

  settled(key: string): Promise<string | undefined> {
    return this.isAway ? Promise.reject(new Error('no Redis')) : Promise.resolve(this.kept.get(key));
  }

  settle(key: string, value: string): Promise<string> {
    if (this.isAway) return Promise.reject(new Error('no Redis'));
    this.kept.set(key, this.kept.get(key) ?? value);
    return Promise.resolve(this.kept.get(key) ?? value);
  }
}

/** A tailer's process after another, on one node. */
class Node {
  readonly memory = new Memory();
  readonly told: string[] = [];
  /** What the API server answers; `undefined`: it is away. */
  pods: LabelledPods | undefined = new Map();
  questions = 0;
  now = 0;
  owners = this.#begin();

  async restart(): Promise<void> {
    await this.owners[Symbol.asyncDispose]();
    this.owners = this.#begin();
  }

  async owner(of = WEB): Promise<string> {
    return await vi.waitFor(() => {
      const owner = this.owners.ownerOf(of);
      if (owner === undefined) throw new Error('not known');
      return owner;
    }, PATIENCE);
  }

  /** Waits until the API server was asked `more` times again. */
  async asked(more = 1): Promise<void> {
    const before = this.questions;
    await vi.waitFor(() => expect(this.questions).toBeGreaterThanOrEqual(before + more), PATIENCE);
  }

  #begin(): LabelledOwners {
    return new LabelledOwners({
      node: 'node-1',
      memory: this.memory,
      list: () => {
        this.questions += 1;
        return this.pods ? Promise.resolve(this.pods) : Promise.reject(new PodListFailure('it is away'));
      },
      onTrouble: (message) => this.told.push(message),
      onRecovered: () => this.told.push('recovered'),
      onSettled: () => this.told.push('settled'),
      clock: () => this.now,
    });
  }
}

let node = new Node();
afterEach(async () => {
  await node.owners[Symbol.asyncDispose]();
  node = new Node();
});

it('the label names the owner, else the pod’s name; one question is enough for all', async () => {
  node.pods = new Map([
    [KEY, 'storefront'],
    ['shop/postgres-0', undefined],
  ]);
  expect(node.owners.ownerOf(WEB)).toBeUndefined();
  expect(node.owners.ownerOf({ namespace: 'shop', pod: 'postgres-0' })).toBeUndefined();
  expect(await node.owner()).toBe('storefront');
  expect(await node.owner({ namespace: 'shop', pod: 'postgres-0' })).toBe('postgres');
  expect(node.questions).toBe(1);
  expect(node.told).toEqual(['settled']);
});

it('a label that changes, changes no channel: neither while the pod is followed nor after a restart', async () => {
  node.pods = new Map([[KEY, 'first']]);
  expect(await node.owner()).toBe('first');
  node.pods = new Map([[KEY, 'second']]);
  expect(await node.owner()).toBe('first');
  await node.restart();
  expect(await node.owner()).toBe('first');
  node.pods = undefined;
  await node.restart();
  expect(await node.owner()).toBe('first');
  expect(node.questions).toBe(1);
});

it('without the API server a new pod waits 10 s, has its name from then on, and keeps it', async () => {
  node.pods = undefined;
  expect(node.owners.ownerOf(WEB)).toBeUndefined();
  await node.asked();
  node.now = 9_999;
  await node.asked();
  expect(node.owners.ownerOf(WEB)).toBeUndefined();
  node.now = 10_000;
  expect(await node.owner()).toBe('web');
  // Which is over then, though the API server is away still.
  await vi.waitFor(() => expect(node.told).toEqual(['it is away', 'settled', 'recovered']), PATIENCE);

  node.pods = new Map([[KEY, 'storefront']]);
  await node.restart();
  expect(await node.owner()).toBe('web');
});

it('a pod that the API server does not know yet is asked for again', async () => {
  expect(node.owners.ownerOf(WEB)).toBeUndefined();
  await node.asked();
  node.pods = new Map([[KEY, 'storefront']]);
  expect(await node.owner()).toBe('storefront');
});

it('nothing is followed before it is remembered: without Redis its files wait', async () => {
  node.memory.isAway = true;
  node.pods = new Map([[KEY, 'storefront']]);
  expect(node.owners.ownerOf(WEB)).toBeUndefined();
  await vi.waitFor(() => expect(node.told).toContain('no Redis'), PATIENCE);
  node.now = 60_000;
  expect(node.owners.ownerOf(WEB)).toBeUndefined();
  node.memory.isAway = false;
  expect(await node.owner()).toBe('storefront');
  await vi.waitFor(() => expect(node.told).toContain('recovered'), PATIENCE);
});

it('what Redis has forgotten of a pod that is followed is told it again', async () => {
  node.pods = new Map([[KEY, 'storefront']]);
  await node.owner();
  node.memory.kept.clear();
  node.pods = new Map([[KEY, 'other']]);
  node.now = 86_400_000;
  expect(node.owners.ownerOf(WEB)).toBe('storefront');
  await vi.waitFor(() => expect([...node.memory.kept]).toEqual([[`pod:node-1:${KEY}`, 'storefront']]), PATIENCE);
});

it('it ends in the middle of its waiting', async () => {
  node.pods = undefined;
  node.owners.ownerOf(WEB);
  await node.asked();
  await node.owners[Symbol.asyncDispose]();
  const { questions } = node;
  node.owners.ownerOf(WEB);
  await node.owners[Symbol.asyncDispose]();
  expect(node.questions).toBe(questions);
});
