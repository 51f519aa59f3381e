// `npm run chaos`: rounds of everything going wrong, one after the other. See `chaos-arguments.ts` for what may be said.

import { appendFileSync } from 'node:fs';
import { launchChromium } from '../support/chromium.ts';
import { findAbilities } from './abilities.ts';
import { parseArguments, USAGE } from './chaos-arguments.ts';
import { describeRound } from './results/describe-round.ts';
import { planRound, playRound, type RoundOptions } from './round.ts';
import { describePlan, shrink } from './shrink.ts';

const chosen = parseArguments(process.argv.slice(2));
if (chosen === 'help') {
  console.log(USAGE);
  process.exit();
}
if (typeof chosen === 'string') {
  console.error(`${chosen}\n\n${USAGE}`);
  process.exit(2);
}

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stopping.abort());

const abilities = await findAbilities();
for (const reason of abilities.missing) console.log(`left out: ${reason}`);
const launched = await launchChromium();
const browser = typeof launched === 'string' ? undefined : launched;
if (typeof launched === 'string') console.log(`left out: a viewer in Chromium: ${launched}`);

const { seeds, minutes, seconds, everyMs, topology, out, keep } = chosen;
const end = performance.now() + minutes * 60_000;
const failed: number[] = [];
for (const seed of seeds) {
  if (performance.now() > end || stopping.signal.aborted) break;
  const options: RoundOptions = {
    seed,
    seconds,
    everyMs,
    abilities,
    signal: stopping.signal,
    // It takes more than all other viewers.
    ...(browser && seed % 2 === 0 && { browser }),
    ...(topology && { topology }),
    ...(keep && { keep }),
  };
  if (chosen.shrink) {
    const { plan } = planRound(options);
    console.log(describePlan(await shrink(plan, (left) => playRound({ ...options, keep: left }))));
    continue;
  }
  const result = await playRound(options);
  console.log(describeRound(result));
  if (out !== undefined) appendFileSync(out, `${JSON.stringify(result)}\n`);
  if (result.problems.length > 0) failed.push(seed);
}
await browser?.close();
console.log(failed.length === 0 ? 'All seeds pass.' : `Failed: ${failed.join(', ')}`);
// Whatever a round that broke off has left open keeps nobody waiting.
process.exit(failed.length === 0 ? 0 : 1);
