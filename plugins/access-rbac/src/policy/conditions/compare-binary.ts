import { PolicyProblem } from '../policy-problem.js';
import type { Operator } from './condition.js';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Both sides are base64; bytes are compared, not their spelling. */
export const BINARY_OPERATORS: Readonly<Record<string, Operator>> = {
  BinaryEquals: {
    negated: false,
    compile: (text) => {
      if (!BASE64.test(text)) throw new PolicyProblem('Invalid binary value in a condition');
      const wanted = Buffer.from(text, 'base64');
      return { holds: (value) => BASE64.test(value) && wanted.equals(Buffer.from(value, 'base64')) };
    },
  },
};
