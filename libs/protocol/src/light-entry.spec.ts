import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';

/** All that a module imports, directly or not: the files of this package, and the names of everything else. */
function importsOf(entry: string): { readonly files: ReadonlySet<string>; readonly others: ReadonlySet<string> } {
  const files = new Set<string>();
  const others = new Set<string>();
  const visit = (file: URL): void => {
    if (files.has(file.href)) return;
    files.add(file.href);
    for (const { fileName } of ts.preProcessFile(readFileSync(fileURLToPath(file), 'utf8')).importedFiles) {
      if (fileName.startsWith('.')) visit(new URL(fileName.replace(/\.js$/, '.ts'), file));
      else others.add(fileName);
    }
  };
  visit(new URL(entry, import.meta.url));
  return { files, others };
}

test('the light entry imports nothing but its own files', () => {
  const { files, others } = importsOf('./index.ts');
  expect([...others]).toEqual([]);
  expect(files.has(new URL('./readers.ts', import.meta.url).href)).toBe(true);
});

test('the walk would have noticed', () => {
  expect([...importsOf('./schemas.ts').others]).toEqual(['zod']);
});
