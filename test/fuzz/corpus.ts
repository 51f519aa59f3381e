import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const FOLDER = new URL('corpus/', import.meta.url);

const inputs = z.array(z.string()).min(1);

/** The inputs that are kept for a target, of which each once showed something that the others did not. */
export function readCorpus(target: string): readonly string[] {
  const file = fileOf(target);
  return existsSync(file) ? inputs.parse(JSON.parse(readFileSync(file, 'utf8'))) : [''];
}

export function writeCorpus(target: string, corpus: readonly string[]): void {
  // What is no ASCII is escaped: editors change lone surrogates and control characters.
  const text = JSON.stringify(corpus, null, 2).replace(
    /[\x7f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  writeFileSync(fileOf(target), `${text}\n`);
}

function fileOf(target: string): URL {
  return new URL(`${target}.json`, FOLDER);
}
