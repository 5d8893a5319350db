import type { SchemaView } from './document-view.js';
import type { Html } from './html.js';
import { html, inline } from './html.js';

const REFERENCE = '#/components/schemas/';

/** A schema in words: a line for what is simple, lists for what is made of parts. */
export function schemaHtml(schema: SchemaView): Html {
  return html`${typeHtml(schema)}${partsHtml(schema)}`;
}

/** In one line. */
export function typeHtml(schema: SchemaView): Html {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.slice(REFERENCE.length);
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum) return html`${schema.enum.map((value, i) => html`${i > 0 ? ' | ' : ''}<code>${value === '' ? '(empty)' : String(value)}</code>`)}`;
  if (schema.items) return html`list of ${typeHtml(schema.items)}${limitsHtml(schema)}`;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return html`${choices.map((choice, i) => html`${i > 0 ? ' or ' : ''}${typeHtml(choice)}`)}`;
  return html`${[schema.type ?? 'anything'].flat().join(' or ')}${limitsHtml(schema)}`;
}

function limitsHtml({ format, pattern, minimum, maximum, minLength, maxLength, minItems, maxItems, default: otherwise }: SchemaView): Html {
  const range = (what: string, from: number | undefined, to: number | undefined) =>
    // Zod gives the bounds of safe integers where there are none.
    from === undefined && (to === undefined || to >= Number.MAX_SAFE_INTEGER) ? undefined : `${what}${from === undefined || from <= Number.MIN_SAFE_INTEGER ? '' : `from ${from} `}${to === undefined || to >= Number.MAX_SAFE_INTEGER ? '' : `up to ${to}`}`.trim();
  const limits = [
    format,
    range('', minimum, maximum),
    range('characters ', minLength, maxLength),
    range('entries ', minItems, maxItems),
    otherwise === undefined ? undefined : `default ${JSON.stringify(otherwise)}`,
  ].filter((limit) => limit !== undefined && limit !== '');
  return html`${limits.length > 0 ? `, ${limits.join(', ')}` : ''}${pattern === undefined ? undefined : html`, <code>${pattern}</code>`}`;
}

function partsHtml(schema: SchemaView): Html | undefined {
  if (schema.items && !schema.items.$ref) return partsHtml(schema.items);
  const choices = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (choices) return html`${choices.map(partsHtml)}`;
  if (!schema.properties) return undefined;
  const rows = Object.entries(schema.properties).map(([name, property]) => {
    const mark = schema.required?.includes(name) ? html` <span class="required">required</span>` : undefined;
    return html`<li><code>${name}</code>${mark} <span class="type">${typeHtml(property)}</span>${property.description === undefined ? undefined : html` – ${inline(property.description)}`}${partsHtml(property)}</li>`;
  });
  const others = typeof schema.additionalProperties === 'object' ? html`<li>others <span class="type">${typeHtml(schema.additionalProperties)}</span></li>` : undefined;
  return html`<ul class="schema">${rows}${others}</ul>`;
}
