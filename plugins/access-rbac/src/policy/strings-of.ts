import type { Json } from './parse-json.js';
import { PolicyProblem } from './policy-problem.js';

/** A string, or a list of some: nearly every element may be either. */
export function stringsOf(json: Json, element: string): readonly string[] {
  const list = Array.isArray(json) ? (json as readonly Json[]) : [json as Json];
  if (list.length === 0) throw new PolicyProblem(`Missing required field ${element} cannot be empty!`);
  return list.map((item) => {
    if (typeof item !== 'string' || item === '') throw new PolicyProblem('Invalid policy syntax.');
    return item;
  });
}
