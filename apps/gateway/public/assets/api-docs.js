// @ts-check
import { byId } from './elements.js';

/**
 * The parts of an OpenAPI document that are shown.
 * @typedef {{ schema?: { $ref?: string, type?: string } }} Media
 * @typedef {{ name: string, in: string, required?: boolean, description?: string }} Parameter
 * @typedef {{ description: string, content?: Record<string, Media> }} Answer
 * @typedef {{ summary: string, description?: string, parameters?: Parameter[], requestBody?: { content: Record<string, Media> }, responses: Record<string, Answer> }} Operation
 * @typedef {{ info: { description: string }, paths: Record<string, Record<string, Operation>>, components: { schemas: Record<string, unknown> } }} ApiDocument
 */

/**
 * An element with text or elements in it.
 * @param {string} name
 * @param {string} className
 * @param {...(string | Node)} content
 */
function element(name, className, ...content) {
  const made = document.createElement(name);
  if (className !== '') made.className = className;
  made.append(...content);
  return made;
}

/**
 * Text in which `words` are code.
 * @param {string} text
 */
function prose(text) {
  return text.split('`').map((part, index) => (index % 2 === 1 ? element('code', '', part) : part));
}

/**
 * @param {string} title
 * @param {readonly (readonly [string, readonly (string | Node)[]])[]} rows
 */
function table(title, rows) {
  if (rows.length === 0) return [];
  const body = rows.map(([name, text]) => element('tr', '', element('th', '', name), element('td', '', ...text)));
  return [element('h3', '', title), element('table', '', element('tbody', '', ...body))];
}

/**
 * What a body is: its type, and the schema where there is one.
 * @param {Record<string, Media>} content
 */
function bodies(content) {
  return Object.entries(content).flatMap(([type, { schema }], index) => {
    const name = schema?.$ref?.split('/').at(-1);
    const link = element('a', '', name ?? '');
    if (name !== undefined) link.setAttribute('href', `#${name}`);
    return [index > 0 ? ', ' : '', element('code', '', type), ...(name === undefined ? [] : [' ', link])];
  });
}

/**
 * @param {string} path
 * @param {string} method
 * @param {Operation} operation
 */
function operationView(path, method, { summary, description = '', parameters = [], requestBody, responses }) {
  const head = element('summary', '', element('span', 'method', method), element('code', '', path), ` ${summary}`);
  const rows = parameters.map(
    ({ name, in: where, required, description: text = '' }) =>
      /** @type {const} */ ([name, [`${where}${required ? ', required' : ''}: `, ...prose(text)]]),
  );
  const answers = Object.entries(responses).map(
    ([status, { description: text, content = {} }]) =>
      /** @type {const} */ ([status, [...prose(text), ' ', ...bodies(content)]]),
  );
  const body = requestBody ? [element('h3', '', 'Body'), element('p', '', ...bodies(requestBody.content))] : [];
  const inside = [
    element('p', '', ...prose(description)),
    ...table('Parameters', rows),
    ...body,
    ...table('Answers', answers),
  ];
  return element('details', '', head, element('div', '', ...inside));
}

/**
 * @param {string} name
 * @param {unknown} schema
 */
function schemaView(name, schema) {
  const view = element('details', '', element('summary', '', element('code', '', name)));
  view.id = name;
  view.append(element('div', '', element('pre', '', JSON.stringify(schema, null, 2))));
  return view;
}

/** Opens the schema that the address names. */
function openNamed() {
  const named = document.getElementById(location.hash.slice(1));
  if (named instanceof HTMLDetailsElement) named.open = true;
}

async function show() {
  const answer = await fetch('/openapi.json');
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  /** @type {ApiDocument} */
  const api = await answer.json();
  byId('about', HTMLElement).append(...prose(api.info.description));
  for (const [path, item] of Object.entries(api.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      byId('operations', HTMLElement).append(operationView(path, method, operation));
    }
  }
  for (const [name, schema] of Object.entries(api.components.schemas)) {
    byId('schemas', HTMLElement).append(schemaView(name, schema));
  }
  openNamed();
  addEventListener('hashchange', openNamed);
}

show().catch((/** @type {unknown} */ error) => {
  const failed = byId('failed', HTMLElement);
  failed.textContent = `The document can't be shown: ${error instanceof Error ? error.message : String(error)}.`;
  failed.hidden = false;
});
