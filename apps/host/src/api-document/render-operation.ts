import type { AnswerDocument, Content, OperationDocument } from './operation-document.js';

type Json = Readonly<Record<string, unknown>>;

/** A component, as an operation refers to it. */
export function component(kind: 'parameters' | 'headers' | 'responses', name: string): Json {
  return { $ref: `#/components/${kind}/${name}` };
}

export function renderContent(content: Content): Json {
  return Object.fromEntries(
    Object.entries(content).map(([type, { schema, example }]) => [
      type,
      { schema: typeof schema === 'string' ? { $ref: `#/components/schemas/${schema}` } : schema, ...(example === undefined ? {} : { example }) },
    ]),
  );
}

export function renderRequest({ request }: OperationDocument): Json {
  if (!request) return {};
  const { optional = false, description, content } = request;
  return { requestBody: { ...(description === undefined ? {} : { description }), required: !optional, content: renderContent(content) } };
}

/** @param door whose headers they are; @param always names of headers that all answers have */
export function renderAnswers({ answers }: OperationDocument, door: string, always: readonly string[]): Json {
  return Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, renderAnswer(answer, door, always)]));
}

function renderAnswer({ what, headers = [], content }: AnswerDocument, door: string, always: readonly string[]): Json {
  const names = [...headers, ...always];
  return {
    description: what,
    ...(names.length === 0 ? {} : { headers: renderHeaders(names, door) }),
    ...(content === undefined ? {} : { content: renderContent(content) }),
  };
}

/** References to headers; one that is always there is required, which only a header of its own can say. */
export function renderHeaders(names: readonly string[], door: string): Json {
  return Object.fromEntries(
    names.map((name) => {
      const bare = name.replace(/\?$/, '');
      return [bare, component('headers', name === bare ? `${door}.${bare}` : `${door}.${bare}.optional`)];
    }),
  );
}
