import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { readBySchema, type XmlSchema } from './read-by-schema.js';

type Reference = { readonly $ref?: string };
export type Contents = Readonly<Record<string, { readonly schema: XmlSchema; readonly example?: unknown }>>;

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: XmlSchema;
  readonly example?: unknown;
  /** By which the document knows it. */
  readonly id: string;
}

export interface Answer {
  readonly 'x-error-codes'?: readonly string[];
  readonly headers?: Readonly<Record<string, Reference & { readonly required?: boolean; readonly schema?: XmlSchema }>>;
  readonly content?: Contents;
}

export interface Operation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly tag: string;
  readonly permission: string;
  readonly isOpen: boolean;
  readonly parameters: readonly Parameter[];
  readonly request?: { readonly required: boolean; readonly content: Contents };
  readonly responses: Readonly<Record<string, Reference & Answer>>;
}

interface RawOperation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly security?: readonly object[];
  readonly 'x-permission': string;
  readonly parameters?: readonly (Reference & Omit<Parameter, 'id'>)[];
  readonly requestBody?: { readonly required: boolean; readonly content: Contents };
  readonly responses: Operation['responses'];
}

interface RawDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

const FILE = path.resolve(import.meta.dirname, '../../../../api/openapi.yaml');
const HOME = 'https://api.invalid/document';

/** `api/openapi.yaml`, with its references followed. */
export class ContractDocument {
  readonly operations: readonly Operation[];
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly checks = new Map<string, ValidateFunction>();

  constructor(private readonly raw = parse(readFileSync(FILE, 'utf8')) as RawDocument) {
    addFormats.default(this.ajv);
    this.ajv.addSchema({ $id: HOME, components: raw.components });
    this.operations = Object.entries(raw.paths).flatMap(([place, methods]) => Object.entries(methods).map(([method, operation]) => this.operationOf(place, method, operation)));
  }

  operation(id: string): Operation {
    const found = this.operations.find(({ operationId }) => operationId === id);
    if (!found) throw new Error(`api/openapi.yaml has no operation ${id}`);
    return found;
  }

  /** The answer that the document has for a status; `undefined`: none. */
  answer({ responses }: Operation, status: number): Answer | undefined {
    const found = responses[String(status)] ?? responses[`${Math.floor(status / 100)}XX`];
    return found && this.followed(found);
  }

  followed<T extends object>(value: Reference & T): T {
    if (value.$ref === undefined) return value;
    const [, , kind = '', name = ''] = value.$ref.split('/');
    const found = this.raw.components[kind]?.[name];
    if (!found) throw new Error(`api/openapi.yaml has no ${value.$ref}`);
    return found as T;
  }

  /** What of a value is not as its schema says. */
  schemaProblems(schema: XmlSchema, value: unknown): readonly string[] {
    const key = JSON.stringify(schema);
    let check = this.checks.get(key);
    if (!check) this.checks.set(key, (check = this.ajv.compile(JSON.parse(key.replaceAll('"#/components', `"${HOME}#/components`)) as object)));
    return check(value) ? [] : (check.errors ?? []).map(({ instancePath, message, params }) => `${instancePath || '/'} ${message} ${JSON.stringify(params)}`);
  }

  /** What of a body is not as its content says; its media type chooses. */
  bodyProblems(contents: Contents | undefined, type: string | undefined, text: string): readonly string[] {
    if (contents === undefined) return text === '' ? [] : [`a body that is not documented: ${text.slice(0, 200)}`];
    const bare = type?.split(';')[0]!.trim().toLowerCase() ?? '';
    const content = contents[bare] ?? contents['*/*'];
    if (!content) return [`the type is ${type}, not one of ${Object.keys(contents).join(', ')}`];
    try {
      if (/[/+]json$/.test(bare)) return this.schemaProblems(content.schema, JSON.parse(text));
      if (/^(application|text)\/xml$/.test(bare)) return this.schemaProblems(content.schema, readBySchema(text, content.schema, (schema) => this.followed(schema)));
    } catch (error) {
      return [String((error as Error).message)];
    }
    return [];
  }

  private operationOf(place: string, method: string, raw: RawOperation): Operation {
    return {
      operationId: raw.operationId,
      method: method.toUpperCase(),
      path: place,
      tag: raw.tags[0]!,
      permission: raw['x-permission'],
      isOpen: raw.security?.length === 0,
      parameters: (raw.parameters ?? []).map((parameter) => ({ ...this.followed(parameter), id: parameter.$ref ?? `${raw.operationId} ${parameter.in} ${parameter.name}` })),
      request: raw.requestBody,
      responses: raw.responses,
    };
  }
}
