import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

export interface Operation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly 'x-permission': string;
  readonly requestBody?: unknown;
  readonly responses: Readonly<Record<string, Content>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Omit<Operation, 'method' | 'path'>>>>>;
  readonly components: object;
}

const FILE = path.resolve(import.meta.dirname, '../../../api/openapi.yaml');

/** `api/openapi.yaml`, and whether answers are as it says. */
export class ApiDocument {
  readonly operations: readonly Operation[];
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly checks = new Map<string, ValidateFunction>();

  constructor(document = parse(readFileSync(FILE, 'utf8')) as Document) {
    addFormats.default(this.ajv);
    this.ajv.addSchema({ $id: 'https://api.invalid/document', components: document.components });
    this.operations = Object.entries(document.paths).flatMap(([place, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path: place })),
    );
  }

  operation(id: string): Operation {
    const found = this.operations.find(({ operationId }) => operationId === id);
    if (!found) throw new Error(`api/openapi.yaml has no operation ${id}`);
    return found;
  }

  /** What of an answer is not as the document says; empty: all is well. */
  problems(id: string, status: number, type: string | undefined, text: string): readonly string[] {
    const { responses } = this.operation(id);
    const response = responses[String(status)] ?? (status >= 400 ? responses['default'] : undefined);
    if (response === undefined) return [`status ${status} is not documented`];
    const schema = response.content?.['application/json']?.schema;
    if (schema === undefined) return [];
    if (!String(type).startsWith('application/json')) return [`answered ${type}, not application/json`];
    const name = `${id} ${responses[String(status)] ? status : 'default'}`;
    let check = this.checks.get(name);
    if (!check) this.checks.set(name, (check = this.ajv.compile(pointed(schema))));
    return check(JSON.parse(text)) ? [] : (check.errors ?? []).map(({ instancePath, message }) => `${instancePath || '/'} ${message}`);
  }
}

/** References into the document, from a schema that stands alone. */
function pointed(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"https://api.invalid/document#/components')) as object;
}
