import type { AccessRequest } from '../decision/access-request.js';
import { MAYBE, NO, not, or, YES, type Certainty } from './certainty.js';
import { PolicyProblem } from './policy-problem.js';
import { parseTemplate, type Template } from './policy-variables.js';

const ARN = /^arn:[^:]*:[^:]*:[^:]*:[^:]*:./;

/** The resources of a statement. */
export class ResourceMatcher {
  constructor(
    readonly texts: readonly string[],
    readonly negated: boolean,
    readonly templates: readonly Template[],
  ) {}

  matches(request: AccessRequest): Certainty {
    const found = this.#found(request);
    return this.negated ? not(found) : found;
  }

  #found(request: AccessRequest): Certainty {
    let found: Certainty = NO;
    for (const template of this.templates) {
      found = or(found, fits(template, request));
      if (found === YES) return YES;
    }
    return found;
  }
}

/** Whether the resource of the request is one that the template stands for. */
export function fits(template: Template, request: AccessRequest): Certainty {
  if (template.fixed !== undefined) return template.fixed.matches(request.arn) ? YES : NO;
  if (request.supposing || (template.readsObject && request.objectUnseen)) return MAYBE;
  return template.resolve(request)?.matches(request.arn) === true ? YES : NO;
}

export function compileResources(texts: readonly string[], negated: boolean, variables: boolean): ResourceMatcher {
  const templates = texts.map((text) => {
    if (text !== '*' && !ARN.test(text)) throw new PolicyProblem('Policy has invalid resource');
    const template = parseTemplate(text, { variables, wildcards: true });
    // What names service and account must stand fast: a variable may only fill the part behind the fifth colon.
    if (text !== '*' && template.splitAtColons().slice(0, 5).some((piece) => piece.fixed === undefined)) {
      throw new PolicyProblem('Policy has invalid resource');
    }
    return template;
  });
  return new ResourceMatcher(texts, negated, templates);
}
