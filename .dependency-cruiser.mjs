// Imports run one way through the house (docs/ARCHITECTURE.md). Names of the workspace's packages resolve to their sources.

/** Specs, and what only specs and contract suites use, may import anything. */
const TESTS = '\\.spec\\.ts$|/testing/|^libs/(broker|jobs)/src/contract';

/**
 * A package imports no package of the workspace but these.
 * @param {string} from Its folder.
 * @param {string[]} allowed The folders that it may import from.
 * @param {string} comment Why.
 * @returns {import('dependency-cruiser').IForbiddenRuleType}
 */
const only = (from, allowed, comment) => ({
  name: `${from.replace('/', '-')}-imports`,
  comment,
  severity: 'error',
  from: { path: `^${from}/`, pathNot: TESTS },
  to: { path: '^(libs|apps)/', pathNot: [from, ...allowed].map((folder) => `^${folder}/`) },
});

const PROTOCOL = 'libs/protocol';
const BROKER = 'libs/broker';
const FRAMING = 'libs/framing';
const TAILING = 'libs/tailing';
const HISTORY = 'libs/history';
const JOBS = 'libs/jobs';
const RUNTIME = 'libs/runtime';
const CLIENT = 'libs/client';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    only(PROTOCOL, [], 'The protocol is what all sides agree on, so it knows none of them.'),
    only(BROKER, [PROTOCOL], 'A broker keeps numbered records; who writes and who reads them is not its business.'),
    only(FRAMING, [PROTOCOL], 'What a file says is the same whoever reads it, and wherever it goes.'),
    only(
      TAILING,
      [PROTOCOL, BROKER, FRAMING],
      'Tailing carries lines from files into the broker port and knows no process around it.',
    ),
    only(HISTORY, [PROTOCOL, BROKER], 'History is read from a broker, whoever asks for it.'),
    only(
      JOBS,
      [PROTOCOL, BROKER, TAILING, HISTORY],
      'Jobs are done where files are followed and asked for where clients are served: they know neither process.',
    ),
    only(RUNTIME, [], 'What every process needs can depend on nothing that only some of them have.'),
    only(CLIENT, [PROTOCOL], 'The SDK speaks the wire contract; server code in it would reach browsers.'),
    only(
      'apps/gateway',
      [PROTOCOL, BROKER, FRAMING, TAILING, HISTORY, JOBS, RUNTIME],
      'No app imports an app, and the server does not talk to itself through the SDK.',
    ),
    only(
      'apps/tailer',
      [PROTOCOL, BROKER, TAILING, JOBS, RUNTIME],
      'No app imports an app, and the worker does not talk to gateways at all.',
    ),
    only('apps/web', [CLIENT, PROTOCOL], 'The page sees what any other client sees; server code would reach browsers.'),
    only(
      'apps/canary',
      [CLIENT, PROTOCOL, RUNTIME],
      'The canary sees what any other client sees: what the servers take for granted it must not.',
    ),
    only('apps/cli', [CLIENT, FRAMING, PROTOCOL], 'The command line sees what any other client sees, and files.'),
    {
      name: 'by-name',
      comment:
        'Another package is imported by its name, so that its `exports` decide what is public and builds find it.',
      severity: 'error',
      from: { path: '^((?:libs|apps)/[^/]+)/', pathNot: TESTS },
      to: { path: '^(libs|apps)/', pathNot: '^$1/', dependencyTypes: ['local'] },
    },
    {
      name: 'protocol-only-zod',
      comment: 'The protocol is for browsers and servers alike: it needs nothing but zod, and nothing of Node.',
      severity: 'error',
      from: { path: '^libs/protocol/src/', pathNot: TESTS },
      to: { pathNot: ['^libs/', '^node_modules/zod/'] },
    },
    {
      name: 'protocol-light-entry',
      comment: 'The page and the SDK import the light entry: zod alone is ten times their budget.',
      severity: 'error',
      from: { path: '^libs/protocol/src/index\\.ts$' },
      to: { path: '^node_modules/zod/', reachable: true },
    },
    {
      name: 'client-isomorphic',
      comment: 'The SDK runs in browsers, where there is no node:*.',
      severity: 'error',
      from: { path: '^libs/client/src/', pathNot: TESTS },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'client-light',
      comment: 'What the SDK imports, every page loads: the light entry of the protocol, and no package.',
      severity: 'error',
      from: { path: '^libs/client/src/', pathNot: TESTS },
      to: { pathNot: ['^libs/client/', '^libs/protocol/(?!src/schemas)'], dependencyTypesNot: ['core'] },
    },
    {
      name: 'libs-without-nest',
      comment:
        'Following files, storing and the protocol are plain TypeScript; Nest glue is in runtime and in tailing.module.ts.',
      severity: 'error',
      from: { path: '^libs/', pathNot: [TESTS, '^libs/runtime/', '^libs/tailing/src/tailing\\.module\\.ts$'] },
      to: { path: '^node_modules/@nestjs/' },
    },
    {
      name: 'pure-cores',
      comment: 'Feeds and sessions know no Nest and no HTTP: edges hand them what they need, and tests need no server.',
      severity: 'error',
      from: { path: '^apps/gateway/src/(feed|session)/', pathNot: TESTS },
      to: { path: '^node_modules/(@nestjs|fastify|@fastify)(/|$)|^(node:)?(http|http2|https)$' },
    },
    {
      name: 'no-test-code',
      comment:
        'What runs in production imports no spec, no contract suite and no test tool: they are not installed there.',
      severity: 'error',
      from: { path: '^(libs|apps)/', pathNot: TESTS },
      to: {
        path: [TESTS, '^test/', '^node_modules/(vitest|fast-check|esbuild|eventsource-parser|@nestjs/testing)(/|$)'],
      },
    },
    {
      name: 'no-cycle',
      comment: 'Data flows one way through the house; files in a cycle can only be understood all at once.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphan',
      comment: 'A file that nothing imports, and that imports nothing, does nothing.',
      severity: 'error',
      from: { orphan: true, pathNot: [TESTS, '\\.d\\.ts$', '^apps/[^/]+/bin/'] },
      to: {},
    },
    {
      name: 'no-unresolvable',
      comment: 'An import that is not found here fails at start-up, and escapes every rule above.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(libs|apps)/[^/]+/dist/' },
    // Also imports of types: they are what keeps a package from being built or understood alone.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['tailgate-source', 'import', 'node', 'types', 'default'],
    },
  },
};
