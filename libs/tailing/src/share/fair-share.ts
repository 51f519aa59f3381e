import type { LeaseState } from '@tailgate/broker';

/** So many leases change hands at a time at the most: each is a restored source for the one who gets it. */
const MOST_AT_ONCE = 500;

export interface Division {
  /** What the holder should ask others to give back. */
  readonly claims: ReadonlySet<string>;
  /** What it should give back. */
  readonly surplus: readonly string[];
}

/**
 * How the leases that `me` wants should move, from what is known of them. Everybody who holds or claims any of them has the same
 * share, all of them divided by so many, rounded down. Whoever has less claims the rest of its share from those who have more; whoever
 * has more gives back what is claimed, and never goes below its share. So each move makes two that differ more alike, and none begins
 * where nobody has less than the share.
 */
export function divide(states: ReadonlyMap<string, LeaseState>, me: string): Division {
  const counts = new Map<string, number>([[me, 0]]);
  for (const { holder, claimant } of states.values()) {
    if (holder !== undefined) counts.set(holder, (counts.get(holder) ?? 0) + 1);
    if (claimant !== undefined) counts.set(claimant, counts.get(claimant) ?? 0);
  }
  const share = Math.floor(states.size / counts.size);
  const mine = counts.get(me) ?? 0;
  const most = (count: number) => Math.min(Math.max(0, count), MOST_AT_ONCE);
  return {
    claims: claimsOn(states, me, counts, share, most(share - mine)),
    surplus: claimedOf(states, me).slice(0, most(mine - share)),
  };
}

/** Those claimed before come first, so that a claim stands until it is answered. */
function claimsOn(
  states: ReadonlyMap<string, LeaseState>,
  me: string,
  counts: Map<string, number>,
  share: number,
  missing: number,
): ReadonlySet<string> {
  const others = [...states].filter(([, { holder }]) => holder !== undefined && holder !== me);
  const claimed = others.filter(([, { claimant }]) => claimant === me);
  const unclaimed = others.filter(([, { claimant }]) => claimant === undefined);
  const claims = new Set<string>();
  for (const [name, { holder = me }] of [...claimed, ...unclaimed]) {
    const theirs = counts.get(holder) ?? 0;
    if (claims.size >= missing) break;
    if (theirs <= share) continue;
    counts.set(holder, theirs - 1);
    claims.add(name);
  }
  return claims;
}

function claimedOf(states: ReadonlyMap<string, LeaseState>, me: string): string[] {
  return [...states].flatMap(([name, { holder, claimant }]) =>
    holder === me && claimant !== undefined && claimant !== me ? [name] : [],
  );
}
