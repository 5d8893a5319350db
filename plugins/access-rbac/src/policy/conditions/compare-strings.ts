import { parseTemplate } from '../policy-variables.js';
import type { Operator } from './condition.js';

const equals = (negated: boolean): Operator => ({
  negated,
  compile: (text, variables) => {
    const template = parseTemplate(text, { variables, wildcards: false });
    return { template, holds: (value, request) => template.resolve(request)?.exact === value };
  },
});

const equalsIgnoreCase = (negated: boolean): Operator => ({
  negated,
  compile: (text, variables) => {
    const template = parseTemplate(text, { variables, wildcards: false });
    return { template, holds: (value, request) => template.resolve(request)?.exact?.toLowerCase() === value.toLowerCase() };
  },
});

const like = (negated: boolean): Operator => ({
  negated,
  compile: (text, variables) => {
    const template = parseTemplate(text, { variables, wildcards: true });
    return { template, holds: (value, request) => template.resolve(request)?.matches(value) === true };
  },
});

export const STRING_OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: equals(false),
  StringNotEquals: equals(true),
  StringEqualsIgnoreCase: equalsIgnoreCase(false),
  StringNotEqualsIgnoreCase: equalsIgnoreCase(true),
  StringLike: like(false),
  StringNotLike: like(true),
};
