// `npm run bench:growth`: how costs grow with viewers, channels, lines a second, history and files, and what Redis spends on each thing
// that is asked of it. A quarter of an hour; a machine of its own gives the best figures.
//
//   npm run bench:growth                     everything; writes docs/scaling/growth.json, and a plot of each axis beside it
//   npm run bench:growth -- viewers redis    only these (viewers, rate, channels, history, files, redis); those written before stay
//   npm run bench:growth -- --quick          a smoke run, which writes nothing
//
// docs/scaling.md says what follows from the figures.

import { parseArgs } from 'node:util';
import { byChannels, byFiles } from './by-channels.ts';
import { byHistory } from './by-history.ts';
import { byRate, byViewers } from './by-viewers.ts';
import { Figures } from './figures.ts';
import { redisCosts } from './redis-costs.ts';

const AXES = { viewers: byViewers, rate: byRate, channels: byChannels, history: byHistory, files: byFiles };

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false } },
});
const all = [...Object.keys(AXES), 'redis'];
const unknown = positionals.find((name) => !all.includes(name));
if (unknown !== undefined) {
  console.error(`There is no axis ${unknown}; these are: ${all.join(', ')}`);
  process.exit(2);
}

const wanted = positionals.length === 0 ? all : positionals;
const figures = Figures.kept();
for (const [name, measure] of Object.entries(AXES)) {
  if (!wanted.includes(name)) continue;
  console.log(`\n${name}`);
  const axis = await measure(options);
  if (!options.quick) figures.keepAxis(axis);
}
if (wanted.includes('redis')) {
  console.log('\nredis');
  const costs = await redisCosts(options.quick);
  if (!options.quick) figures.keepRedis(costs);
}
