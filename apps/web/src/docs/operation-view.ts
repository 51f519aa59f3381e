import type { ApiOperation, Media } from './api-document.js';
import { element } from './element.js';

/** Text in which what stands between backticks is code. */
export function prose(text: string): readonly (string | Node)[] {
  return text.split('`').map((part, index) => (index % 2 === 1 ? element('code', '', part) : part));
}

export function operationView(path: string, method: string, operation: ApiOperation): HTMLElement {
  const { summary, description = '', parameters = [], requestBody, responses } = operation;
  const head = element('summary', '', element('span', 'method', method), element('code', '', path), ` ${summary}`);
  const rows = parameters.map(({ name, in: where, required, description: text = '' }): Row => [
    name,
    [`${where}${required ? ', required' : ''}: `, ...prose(text)],
  ]);
  const answers = Object.entries(responses).map(([status, { description: text, content = {} }]): Row => [
    status,
    [...prose(text), ' ', ...bodies(content)],
  ]);
  const body = requestBody ? [element('h3', '', 'Body'), element('p', '', ...bodies(requestBody.content))] : [];
  const inside = [
    element('p', '', ...prose(description)),
    ...table('Parameters', rows),
    ...body,
    ...table('Answers', answers),
  ];
  return element('details', '', head, element('div', '', ...inside));
}

type Row = readonly [string, readonly (string | Node)[]];

function table(title: string, rows: readonly Row[]): readonly HTMLElement[] {
  if (rows.length === 0) return [];
  const body = rows.map(([name, text]) => element('tr', '', element('th', '', name), element('td', '', ...text)));
  return [element('h3', '', title), element('table', '', element('tbody', '', ...body))];
}

/** What a body is: its type, and the schema where there is one. */
function bodies(content: Readonly<Record<string, Media>>): readonly (string | Node)[] {
  return Object.entries(content).flatMap(([type, { schema }], index) => {
    const name = schema?.$ref?.split('/').at(-1);
    const link = element('a', '', name ?? '');
    // A mere fragment would be one of <base>.
    if (name !== undefined) link.setAttribute('href', `${location.pathname}#${name}`);
    return [index > 0 ? ', ' : '', element('code', '', type), ...(name === undefined ? [] : [' ', link])];
  });
}
