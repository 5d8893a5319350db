// Usage: config-reference.mjs <check|accept>
// Compares docs/configuration.md with the settings of the server and its built-in plugins, or
// writes its tables anew.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { configJsonSchema, upperSnake } from '@zas/config';
import { z } from 'zod';
import { readableDifference } from './api-report/compare-reports.mjs';

const PLUGINS = ['storage-filesystem', 'metadata-sqlite', 'access-rbac', 'metrics-prometheus'];
/** What the server itself puts into a plugin's configuration from its own. */
export const FROM_SERVER = { 'access-rbac': ['identities', 'root', 'repositoryPolicy'] };
const MARK = '<!-- settings below are made from the schemas by npm run api:accept -->';

/** One row for each value that can be set: objects are walked into, also as items of lists and values of records. */
export function rowsOf(schema, path = '', required = true) {
  const { properties, additionalProperties, items } = schema;
  if (properties !== undefined) {
    const own = path === '' ? [] : schema.description === undefined ? [] : [{ path, schema, required }];
    const needed = new Set(schema.required ?? []);
    return [...own, ...Object.entries(properties).flatMap(([key, inner]) => rowsOf(inner, path === '' ? key : `${path}.${key}`, needed.has(key)))];
  }
  if (items?.properties !== undefined) return [{ path, schema, required }, ...rowsOf({ ...items, description: undefined }, `${path}[]`)];
  if (additionalProperties?.properties !== undefined) return [{ path, schema, required }, ...rowsOf({ ...additionalProperties, description: undefined }, `${path}.NAME`)];
  return [{ path, schema, required }];
}

export function typeOf(schema) {
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.const !== undefined) return `\`${schema.const}\``;
  const options = schema.anyOf ?? schema.oneOf;
  if (options !== undefined) return [...new Set(options.map(typeOf))].join(' or ');
  if (schema.type === 'array') return `list of ${schema.items?.properties ? 'objects' : schema.items ? typeOf(schema.items) : 'values'}`;
  if (schema.type === 'object') return 'object';
  return { integer: 'whole number', number: 'number', boolean: 'true or false', string: 'text' }[schema.type] ?? 'any value';
}

function defaultOf({ default: value }, required) {
  if (value === undefined) return required ? 'needed' : '';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : `\`${value.join(', ')}\``;
  return typeof value === 'object' ? '' : `\`${value}\``;
}

const cell = (text) => text.replace(/\|/g, '\\|').replace(/\n/g, ' ');

function shownRows(schema, hidden) {
  return rowsOf(schema).filter(({ path }) => !hidden.some((name) => path === name || path.startsWith(`${name}[`) || path.startsWith(`${name}.`)));
}

function table(schema, prefix, hidden = []) {
  const lines = shownRows(schema, hidden).map(({ path, schema: own, required }) => {
    const inside = /\[\]|\.NAME/.test(path);
    const variable = inside ? '' : `\`${prefix}${upperSnake(...path.split('.'))}\``;
    const secret = own['zas:secret'] ? 'Secret. ' : '';
    return `| \`${path}\` | ${cell(typeOf(own))} | ${cell(defaultOf(own, required && inside))} | ${secret}${cell(own.description ?? '')} | ${variable} |`;
  });
  return ['| setting | type | default | | variable |', '| --- | --- | --- | --- | --- |', ...lines].join('\n');
}

/** Settings that nobody described, by path. */
export function undescribed(schema, hidden = []) {
  return shownRows(schema, hidden).filter(({ schema: own }) => !own.description).map(({ path }) => path);
}

export async function schemas() {
  const plugins = await Promise.all(
    PLUGINS.map(async (name) => [name, z.toJSONSchema((await import(`@zas/${name}`)).default.config, { io: 'input', unrepresentable: 'any' })]),
  );
  return { server: configJsonSchema(), plugins };
}

async function generated() {
  const { server, plugins } = await schemas();
  const parts = [`## The server\n\n${table(server, 'ZAS_')}`];
  for (const [name, schema] of plugins) {
    const none = Object.keys(schema.properties ?? {}).length === 0;
    parts.push(`## Plugin ${name}\n\n${none ? 'It has no settings.' : table(schema, `ZAS_PLUGIN_${upperSnake(name)}_`, FROM_SERVER[name])}`);
  }
  return `${MARK}\n\n${parts.join('\n\n')}\n`;
}

/** @returns {Promise<boolean>} whether all is well */
export async function configReference(command, root) {
  const file = join(root, 'docs', 'configuration.md');
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const written = before.split(MARK)[0];
  const after = `${written}${await generated()}`;
  if (command === 'accept') writeFileSync(file, after);
  if (command === 'accept' || before === after) return true;
  process.stderr.write(`The settings differ from docs/configuration.md.\n\n${readableDifference(before, after)}\nWrite it anew with npm run api:accept.\n`);
  return false;
}

if (process.argv[1] === import.meta.filename) {
  const command = process.argv[2];
  if (command !== 'check' && command !== 'accept') {
    process.stderr.write('Usage: config-reference.mjs <check|accept>\n');
    process.exit(2);
  }
  process.exit((await configReference(command, resolve(import.meta.dirname, '..'))) ? 0 : 1);
}
