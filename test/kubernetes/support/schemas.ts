import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Model } from '@kubernetes-models/base';
import ts from 'typescript';
import type { Manifest } from './manifests.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** The module that knows the kind: of Kubernetes itself, or of the Prometheus operator. */
function moduleOf({ apiVersion, kind }: Manifest): string {
  const models = apiVersion.startsWith('monitoring.coreos.com/')
    ? '@kubernetes-models/prometheus-operator'
    : 'kubernetes-models';
  return `${models}/${apiVersion}/${kind}`;
}

/** What the schema says is wrong with the object: types, formats, what is missing. */
export async function schemaProblem(manifest: Manifest): Promise<string | undefined> {
  const module: unknown = await import(moduleOf(manifest));
  const kind: unknown = Object.entries(module ?? {}).find(([name]) => name === manifest.kind)?.[1];
  if (!isModel(kind)) return `${moduleOf(manifest)} has no ${manifest.kind}`;
  try {
    new kind(manifest).validate();
    return undefined;
  } catch (error) {
    return String(error);
  }
}

function isModel(value: unknown): value is new (data: Manifest) => Model<Manifest> {
  return typeof value === 'function' && value.prototype instanceof Model;
}

/** What the compiler says of the objects as typed literals: it finds fields that there are none of, which schemas let pass. */
export function unknownFields(manifests: readonly Manifest[]): readonly string[] {
  const source = manifests
    .map((manifest, index) => {
      const type = `import('${moduleOf(manifest)}').I${manifest.kind}`;
      return `const it${index}: ${type} = ${JSON.stringify(manifest, null, 1)};\nvoid it${index};\n`;
    })
    .join('');
  const path = join(HERE, 'manifests-as-literals.ts');
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2024,
    types: [],
  };
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (name) => name === path || disk.fileExists(name),
    getSourceFile: (name, language, ...rest) =>
      name === path ? ts.createSourceFile(name, source, language) : disk.getSourceFile(name, language, ...rest),
  };
  const program = ts.createProgram([path], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ messageText, file, start }) => {
    const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line : 0;
    const where = source.split('\n')[line]?.trim() ?? '';
    return `${where}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}
