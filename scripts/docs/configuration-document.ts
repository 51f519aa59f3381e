import { isDeepStrictEqual } from 'node:util';
import { documentOptions, optionsOf, type ConfigSpec, type Option } from '@tailgate/runtime';

/** What the process can be told, as far as a document needs it. */
type Spec = Pick<ConfigSpec<Parameters<typeof optionsOf>[0]>, 'schema'>;

/** `docs/configuration.md`, all of it. */
export function configurationDocument(gateway: Spec, tailer: Spec, canary: Spec): string {
  const ofGateway = optionsOf(gateway.schema);
  const { same, own } = split(optionsOf(tailer.schema), ofGateway);
  const ofCanary = split(optionsOf(canary.schema), ofGateway);
  return `# Configuration

<!-- Made by \`npm run docs\` from the schemas that parse the options. Don't edit: a test compares them. -->

Each option is an environment variable and a flag; the flag wins. An empty variable is one that is not set, \`0\` is a value.
Everything is checked once, at the start: mistakes are told all together, and the process ends with exit code 2.

\`\`\`sh
PORT=9000 npm start
npm start -- --port 9000 --logs '/var/log/{name}.log=host/{name}' --logs '/srv/*/{name}.log'
REDIS_URL=redis://localhost npm run start:tailer -- --logs '/var/log/{name}.log=host/{name}'
\`\`\`

## The gateway

\`npm start\` and \`npm run start:gateway\`, which is the same with \`FOLLOW=off\`.

${documentOptions(ofGateway)}
## The tailer

\`npm run start:tailer\`. It needs \`REDIS_URL\`. These are as above: ${listed(same)}. These are its own:

${documentOptions(own)}
## The canary

\`npm run start:canary\`: [operations/canary.md](operations/canary.md). These are as above: ${listed(ofCanary.same)}. These are its own:

${documentOptions(ofCanary.own)}`;
}

/** Which options of `some` are in `others` just as they are, and which are not. */
function split(some: ReadonlyMap<string, Option>, others: ReadonlyMap<string, Option>) {
  const isSame = ([key, option]: [string, Option]): boolean => isDeepStrictEqual(option, others.get(key));
  const { same = [], own = [] } = Object.groupBy(some, (entry) => (isSame(entry) ? 'same' : 'own'));
  return { same: same.map(([, { env }]) => env), own: new Map(own) };
}

function listed(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
