import { z } from 'zod';
import type { LockedPackage } from './locked-packages.ts';

/** What we use of CycloneDX 1.5 (cyclonedx.org/docs/1.5/json), with what it requires; the rest stays as npm wrote it. */
const bomSchema = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.literal('1.5'),
  serialNumber: z.string().regex(/^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  version: z.int().min(1),
  metadata: z.looseObject({ component: z.looseObject({ 'bom-ref': z.string(), name: z.string() }) }),
  components: z.array(
    z.looseObject({
      'bom-ref': z.string(),
      type: z.enum(['library', 'application', 'framework']),
      name: z.string().min(1),
      version: z.string().min(1),
      purl: z.string().startsWith('pkg:npm/'),
    }),
  ),
  dependencies: z.array(z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()) })),
});

export type Bom = z.output<typeof bomSchema>;

/** Throws a `ZodError` that says what is not as CycloneDX has it. */
export function parseBom(json: string): Bom {
  return bomSchema.parse(JSON.parse(json));
}

/**
 * The part of `bom`, which has all that is installed, that ships. (npm's own `--omit dev` also leaves out what both the root's
 * development and a workspace's production need.)
 */
export function shippedPart(bom: Bom, packages: readonly LockedPackage[]): Bom {
  const dev = new Set(packages.filter(({ isDev }) => isDev).map(refOf));
  const shipped = new Set(packages.filter(({ isDev }) => !isDev).map(refOf));
  const stays = (ref: string) => shipped.has(ref) || !dev.has(ref);
  return {
    ...bom,
    components: bom.components.filter((component) => stays(component['bom-ref'])),
    dependencies: bom.dependencies
      .filter(({ ref }) => stays(ref))
      .map((dependency) => ({ ...dependency, dependsOn: dependency.dependsOn.filter(stays) })),
  };
}

/** A sentence for each package that ships and is not in it, and each name in it that stands for nothing. */
export function bomProblems(bom: Bom, packages: readonly LockedPackage[]): readonly string[] {
  const refs = bom.components.map((component) => component['bom-ref']);
  const known = new Set([...refs, bom.metadata.component['bom-ref']]);
  const missing = packages.filter((one) => !one.isDev && !one.isOptional && !known.has(refOf(one)));
  const named = bom.dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]);
  return [
    ...missing.map((one) => `${refOf(one)} ships and is not listed`),
    ...[...new Set(named)].filter((ref) => !known.has(ref)).map((ref) => `${ref} is needed and not listed`),
    ...refs.filter((ref, index) => refs.indexOf(ref) < index).map((ref) => `${ref} is listed twice`),
  ];
}

function refOf({ name, version }: LockedPackage): string {
  return `${name}@${version}`;
}
