import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import * as z from 'zod';

const run = promisify(execFile);

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

const manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});

export type Manifest = z.output<typeof manifest>;

/** A combination that somebody may apply. */
export interface Combination {
  readonly title: string;
  readonly resource: string;
  readonly components: readonly string[];
}

/** Why there is no kustomize here; `undefined` where there is one. */
export async function kustomizeProblem(): Promise<string | undefined> {
  return await run('kubectl', ['kustomize', '--help']).then(
    () => undefined,
    () => 'no kubectl on the PATH (Debian: apt-get install kubernetes-client)',
  );
}

/** What `kubectl apply -k` would send. Paths are from k8s/ on. */
export async function build({ resource, components }: Combination): Promise<readonly Manifest[]> {
  // Components are written relative to the folder; next to ours, since kustomize follows no path out of a repository's root.
  const folder = mkdtempSync(join(ROOT, 'k8s/.test-'));
  try {
    const path = (name: string): string => relative(folder, join(ROOT, 'k8s', name));
    const file = { resources: [path(resource)], components: components.map((name) => path(`components/${name}`)) };
    writeFileSync(join(folder, 'kustomization.yaml'), JSON.stringify(file));
    const { stdout } = await run('kubectl', ['kustomize', folder], { maxBuffer: 16 * 1024 ** 2 });
    return parseAllDocuments(stdout).map((document) => manifest.parse(document.toJS()));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
