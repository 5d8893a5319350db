import type { Schema } from './json-schema.js';

/** One media type of a body. */
export interface ContentDocument<SchemaName extends string = string> {
  /** Name of a component, or the schema itself. */
  readonly schema: SchemaName | Schema;
  /** As JSON has it, for XML too: the schema's hints say how it is written. */
  readonly example?: unknown;
}

export type Content<SchemaName extends string = string> = Readonly<Record<string, ContentDocument<SchemaName>>>;

export interface AnswerDocument<SchemaName extends string = string, HeaderName extends string = string> {
  readonly what: string;
  /** Those that are there always have no `?` at their end. */
  readonly headers?: readonly (HeaderName | `${HeaderName}?`)[];
  readonly content?: Content<SchemaName>;
}

/** What the API document says of one operation beyond what its route does. Loaded only when somebody asks for the document. */
export interface OperationDocument<
  ParameterName extends string = string,
  SchemaName extends string = string,
  HeaderName extends string = string,
  ErrorName extends string = string,
> {
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly ParameterName[];
  readonly request?: { readonly optional?: boolean; readonly description?: string; readonly content: Content<SchemaName> };
  /** By status. */
  readonly answers: Readonly<Record<number, AnswerDocument<SchemaName, HeaderName>>>;
  /** Codes of its own, beside those that all operations of its kind answer. */
  readonly errors?: readonly ErrorName[];
}

export interface ParameterDocument {
  readonly in: 'query' | 'header' | 'path';
  readonly schema: Schema;
  readonly description: string;
  readonly required?: true;
  /** How a list is written. */
  readonly style?: 'form';
  readonly explode?: boolean;
  readonly example?: unknown;
}

export interface HeaderDocument {
  readonly schema: Schema;
  readonly description: string;
}
