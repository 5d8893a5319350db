import type { ApiDocument } from '../api-document/api-document.js';

/** A JSON schema as the page reads it. */
export interface SchemaView {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SchemaView>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | SchemaView;
  readonly items?: SchemaView;
  readonly anyOf?: readonly SchemaView[];
  readonly oneOf?: readonly SchemaView[];
  readonly allOf?: readonly SchemaView[];
  readonly xml?: { readonly name?: string; readonly namespace?: string; readonly prefix?: string; readonly wrapped?: boolean; readonly attribute?: boolean };
}

export type ContentView = Readonly<Record<string, { readonly schema: SchemaView; readonly example?: unknown }>>;

export interface ParameterView {
  readonly $ref?: string;
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: SchemaView;
  readonly example?: unknown;
}

export interface ResponseView {
  readonly $ref?: string;
  readonly description: string;
  readonly headers?: Readonly<Record<string, { readonly $ref?: string; readonly description?: string; readonly required?: boolean }>>;
  readonly content?: ContentView;
}

export interface OperationView {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly 'x-permission': string;
  readonly 'x-permission-of-version'?: string;
  readonly security: readonly Readonly<Record<string, unknown>>[];
  readonly parameters?: readonly ParameterView[];
  readonly requestBody?: { readonly required: boolean; readonly content: ContentView };
  readonly responses: Readonly<Record<string, ResponseView>>;
}

interface RawDocument {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationView>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

export interface PlacedOperation {
  readonly method: string;
  readonly path: string;
  readonly operation: OperationView;
}

/** An API document as the page walks through it. */
export class DocumentView {
  private readonly raw: RawDocument;

  constructor(document: ApiDocument) {
    this.raw = document as unknown as RawDocument;
  }

  get info(): RawDocument['info'] {
    return this.raw.info;
  }

  get tags(): RawDocument['tags'] {
    return this.raw.tags;
  }

  get schemas(): readonly (readonly [name: string, schema: SchemaView])[] {
    return Object.entries(this.raw.components['schemas'] ?? {});
  }

  get securitySchemes(): readonly (readonly [name: string, scheme: { readonly type: string; readonly description: string }])[] {
    return Object.entries(this.raw.components['securitySchemes'] as Record<string, { type: string; description: string }>);
  }

  operationsOf(tag: string): readonly PlacedOperation[] {
    return Object.entries(this.raw.paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, operation]) => (operation.tags.includes(tag) ? [{ method: method.toUpperCase(), path, operation }] : [])),
    );
  }

  /** What a reference names; a value that is none itself. */
  followed<T extends { readonly $ref?: string }>(value: T): T {
    if (value.$ref === undefined) return value;
    const [, , kind = '', name = ''] = value.$ref.split('/');
    return this.raw.components[kind]![name] as T;
  }
}
