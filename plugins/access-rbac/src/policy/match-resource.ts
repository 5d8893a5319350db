import type { AccessRequest } from '../decision/access-request.js';
import { MAYBE, NO, not, YES, type Certainty } from './certainty.js';
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
    const found = this.#found(request, request.arn);
    return this.negated ? not(found) : found;
  }

  #found(request: AccessRequest, arn: string): Certainty {
    let found: Certainty = NO;
    for (const template of this.templates) {
      if (template.readsObject && request.objectUnseen) found = MAYBE;
      else if ((template.fixed ?? template.resolve(request))?.matches(arn) === true) return YES;
    }
    return found;
  }
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
