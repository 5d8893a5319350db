import { check } from 'k6';
import { expectedStatuses, type RefinedResponse, type ResponseType } from 'k6/http';

export type Answer = RefinedResponse<ResponseType>;

/** A server that answers everything wrongly is not described for ever. */
const MOST_TOLD = 3;
let told = 0;

/** What must be right about an answer, by name. */
export type Expected = Readonly<Record<string, (answer: Answer) => boolean>>;

/** Checks status and whatever else is expected; counted under the name of the request. @returns whether all is right */
export function expectAnswer(answer: Answer, name: string, statuses: readonly number[], expected: Expected = {}): boolean {
  const isRight = statuses.includes(answer.status);
  const checks: Record<string, (answer: Answer) => boolean> = { [`${name}: status ${statuses.join(' or ')}`]: () => isRight };
  // Of a refusal nothing else can be said.
  if (isRight) for (const [what, holds] of Object.entries(expected)) checks[`${name}: ${what}`] = holds;
  const passed = check(answer, checks);
  if (!passed && told++ < MOST_TOLD) console.error(`${name}: ${answer.request.method} ${answer.url} was answered ${answer.status || answer.error}: ${textOf(answer).slice(0, 300)}`);
  return passed;
}

/** For what prepares and removes. @throws when it is answered otherwise */
export function mustAnswer(answer: Answer, name: string, statuses: readonly number[]): Answer {
  if (!statuses.includes(answer.status)) throw new Error(`${name}: ${answer.url} was answered ${answer.status || answer.error}: ${textOf(answer)}`);
  return answer;
}

/** Tells k6 which statuses count as failed requests. */
export function expecting(statuses: readonly number[]): ReturnType<typeof expectedStatuses> {
  return expectedStatuses(...statuses);
}

export function lengthOf({ body }: Answer): number {
  return body === null ? 0 : typeof body === 'string' ? body.length : body.byteLength;
}

export function textOf({ body }: Answer): string {
  if (body === null || typeof body === 'string') return body ?? '';
  return String.fromCharCode(...new Uint8Array(body.slice(0, 1000)));
}

/** A header whatever its case; k6 writes names as Go does. */
export function headerOf({ headers }: Answer, name: string): string | undefined {
  const found = Object.keys(headers).find((one) => one.toLowerCase() === name);
  return found === undefined ? undefined : headers[found];
}
