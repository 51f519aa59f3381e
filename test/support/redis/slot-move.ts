import type { ClusterNode } from './cluster-node.ts';

/** What has just happened to a slot on the move. */
export type SlotStep =
  /** Both sides know; keys that are not there any more answer ASK. */
  | { readonly step: 'open' }
  | { readonly step: 'key'; readonly key: string }
  /** All keys are on the new side, which serves the slot; the old side answers MOVED. */
  | { readonly step: 'closed' };

const MIGRATE_MS = '5000';

/** Moves a slot as `redis-cli --cluster reshard` does, and says after each step how far it is, so that a test can do something there. */
export async function* moveSlot(
  slot: number,
  from: ClusterNode,
  to: ClusterNode,
  primaries: readonly ClusterNode[],
  password?: string,
): AsyncGenerator<SlotStep, void, undefined> {
  const source = from.server.admin;
  const target = to.server.admin;
  await target.cluster('SETSLOT', slot, 'IMPORTING', from.id);
  await source.cluster('SETSLOT', slot, 'MIGRATING', to.id);
  yield { step: 'open' };

  const auth = password === undefined ? [] : ['AUTH', password];
  for (let key = await someKey(from, slot); key !== undefined; key = await someKey(from, slot)) {
    const { host, port } = to.server;
    await source.call('MIGRATE', host, String(port), '', '0', MIGRATE_MS, 'REPLACE', ...auth, 'KEYS', key);
    yield { step: 'key', key };
  }

  // The new side first: in between, both would send a client to the other.
  const others = primaries.filter((node) => node !== from && node !== to);
  for (const node of [to, from, ...others]) await node.server.admin.cluster('SETSLOT', slot, 'NODE', to.id);
  yield { step: 'closed' };
}

async function someKey({ server }: ClusterNode, slot: number): Promise<string | undefined> {
  const keys: unknown = await server.admin.cluster('GETKEYSINSLOT', slot, 1);
  return Array.isArray(keys) && keys.length > 0 ? String(keys[0]) : undefined;
}
