import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readAudit } from './audit-answer.ts';
import { licenceProblems } from './licences.ts';
import { readLock, type LockedPackage } from './locked-packages.ts';
import { bomProblems, parseBom, shippedPart } from './sbom.ts';

const WS: LockedPackage = {
  path: 'node_modules/ws',
  name: 'ws',
  version: '8.0.0',
  license: 'MIT',
  isDev: false,
  isOptional: false,
  runsAtInstall: false,
};
const TOOL: LockedPackage = { ...WS, path: 'node_modules/tool', name: 'tool', license: 'MPL-2.0', isDev: true };

describe('package-lock.json', () => {
  const packages = readLock(new URL('../../package-lock.json', import.meta.url));

  it('tells what ships from what only development needs, also where both name it', () => {
    const ships = (name: string) => packages.some((one) => one.name === name && !one.isDev);
    expect(['fastify', 'ioredis', 'ws', 'zod', 'typescript', 'vitest'].filter(ships)).toEqual([
      'fastify',
      'ioredis',
      'ws',
      'zod',
    ]);
  });

  it('has nothing new that would run code as it is installed: what may is in allowScripts of package.json', () => {
    const { allowScripts } = z
      .object({ allowScripts: z.record(z.string(), z.boolean()) })
      .parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')));
    expect(allowScripts).toEqual({ node: true });
    const wouldRun = packages.filter(({ runsAtInstall }) => runsAtInstall).map(({ name }) => name);
    // All but node do without: they have what they need as packages of their own, or are slower.
    expect(new Set(wouldRun)).toEqual(
      new Set(['cpu-features', 'esbuild', 'msgpackr-extract', 'node', 'protobufjs', 'ssh2']),
    );
  });

  it('has licences only that may be there', () => expect(licenceProblems(packages)).toEqual([]));
});

describe('a licence', () => {
  it.each([
    ['that ships and may not', { ...TOOL, isDev: false }],
    ['that nobody knows', { ...WS, license: 'SSPL-1.0' }],
    ['that is missing', { ...WS, license: undefined }],
  ])('%s is a problem', (_what, one) => expect(licenceProblems([WS, one])).toHaveLength(1));
});

describe('the list of what ships', () => {
  const component = (name: string) => ({
    'bom-ref': `${name}@8.0.0`,
    type: 'library',
    name,
    version: '8.0.0',
    purl: `pkg:npm/${name}@8.0.0`,
  });
  const made = {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    serialNumber: 'urn:uuid:69ae989c-f0d5-4bdc-86d7-b4aad0b1ac8b',
    version: 1,
    metadata: { component: { 'bom-ref': 'us@1.0.0', name: 'us' } },
    components: [component('ws'), component('tool')],
    dependencies: [{ ref: 'us@1.0.0', dependsOn: ['ws@8.0.0', 'tool@8.0.0'] }],
  };
  const bom = parseBom(JSON.stringify(made));

  it('is without what only development needs', () => {
    const shipped = shippedPart(bom, [WS, TOOL]);
    expect(shipped.components.map(({ name }) => name)).toEqual(['ws']);
    expect(shipped.dependencies).toEqual([{ ref: 'us@1.0.0', dependsOn: ['ws@8.0.0'] }]);
    expect(bomProblems(shipped, [WS, TOOL])).toEqual([]);
  });

  it('that lacks something, or names what is not there, says so', () => {
    const other = { ...WS, name: 'other' };
    expect(bomProblems(bom, [WS, other])).toEqual(['other@8.0.0 ships and is not listed']);
    expect(bomProblems({ ...bom, components: [] }, [])).toHaveLength(2);
  });

  it('of another form is refused', () => {
    expect(() => parseBom(JSON.stringify({ ...made, specVersion: '9' }))).toThrow('specVersion');
  });
});

describe('an audit', () => {
  const found = (high: number) => ({
    vulnerabilities: { ws: { severity: 'high', range: '<8' } },
    metadata: { vulnerabilities: { low: 0, moderate: 1, high, critical: 0 } },
  });

  it('is bad where something is high', () => {
    expect(readAudit(JSON.stringify(found(1)))).toEqual({
      text: 'high: ws <8\nadvisories: 0 critical, 1 high, 1 moderate, 0 low',
      isBad: true,
    });
    expect(readAudit(JSON.stringify(found(0))).isBad).toBe(false);
  });

  it.each(['', '{"message":"405 Method Not Allowed"}', 'nonsense'])('that was not answered says so: %j', (text) =>
    expect(readAudit(text)).toEqual({ text: 'not audited: the registry gave no advisories', isBad: false }),
  );
});
