// `npm run fuzz`, by way of run.ts: gives each parser that meets the outside inputs that are like those which it was given before.
//
//   npm run fuzz                     a minute for all of them together
//   npm run fuzz -- --minutes 30     longer
//
// What makes a parser answer as it has not before joins test/fuzz/corpus, so that the next inputs are like that too; so does what
// breaks one, which ends the run of its target, and the program with code 1.

import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { readCorpus, writeCorpus } from './corpus.ts';
import { mutationOf } from './mutation.ts';
import { TARGETS, type Target } from './targets.ts';

/** A corpus has no more of these: it is for reading too. */
const MOST_KEPT = 60;
const AT_ONCE = 500;
/** What is longer says nothing that a shorter one does not. */
const LONGEST_KEPT = 600;

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '1' } } });
const minutes = Number(values.minutes);
if (!(minutes > 0)) {
  console.error('--minutes is a number above 0');
  process.exit(2);
}

async function fuzz(name: string, target: Target, ms: number): Promise<boolean> {
  const corpus = [...readCorpus(name)];
  const seen = new Set<string>();
  const end = performance.now() + ms;
  let inputs = 0;
  let broke: unknown;
  const tryOut = async (input: string, isNew: boolean) => {
    inputs += 1;
    const outcome = await target(input);
    const isKept = isNew && !seen.has(outcome) && input.length <= LONGEST_KEPT && corpus.length < MOST_KEPT;
    seen.add(outcome);
    if (isKept) corpus.push(input);
  };
  for (const input of readCorpus(name)) await tryOut(input, false);
  while (performance.now() < end && broke === undefined) {
    for (const input of fc.sample(mutationOf(corpus), AT_ONCE)) {
      try {
        await tryOut(input, true);
      } catch (error) {
        broke = error;
        corpus.push(input);
        console.error(`${name}: ${JSON.stringify(input)} breaks it:`, error);
        break;
      }
    }
  }
  writeCorpus(name, corpus);
  console.log(`${name}: ${inputs} inputs, ${seen.size} kinds of answers, ${corpus.length} kept`);
  return broke === undefined;
}

const targets = Object.entries(TARGETS);
for (const [name, target] of targets) {
  if (!(await fuzz(name, target, (minutes * 60_000) / targets.length))) process.exitCode = 1;
}
