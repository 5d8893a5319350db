import { PolicyProblem } from '../policy-problem.js';
import type { Operator } from './condition.js';
import { addressOf, contains, networkOf } from './ip-networks.js';

/** A value of the request that is no address fits nothing. */
const within = (negated: boolean): Operator => ({
  negated,
  compile: (text) => {
    const network = networkOf(text);
    if (network === undefined) throw new PolicyProblem('Invalid IP address in a condition');
    return {
      holds: (value, request) => {
        const address = request.reading(addressOf, value);
        return address !== undefined && contains(network, address);
      },
    };
  },
});

export const ADDRESS_OPERATORS: Readonly<Record<string, Operator>> = {
  IpAddress: within(false),
  NotIpAddress: within(true),
};
