import type { Guard } from './guard.js';

/** What a specific guard adds to one asynchronous method. */
export interface MethodRule {
  /** Throws when the arguments break the contract; the plugin is not called then. */
  readonly check?: (args: readonly unknown[]) => void;
  /** Checks or wraps what the plugin answered; throws when the contract is broken. */
  readonly result?: (value: unknown, args: readonly unknown[]) => unknown;
}

/** By name of the method. Methods with a rule are asynchronous by contract. */
export type MethodRules = Readonly<Record<string, MethodRule>>;

type Method = (...args: never[]) => unknown;

/**
 * A plain object with the methods of `target`, own and inherited, each bound and
 * guarded once; other properties are read through. No proxy: calls stay cheap.
 * @param prefix stands before method names in reports, `buckets.` for example
 * @param nested properties that are roles of their own, guarded when they are first read
 */
export function guardObject<T extends object>(
  target: T,
  guard: Guard,
  options: { rules?: MethodRules; prefix?: string; nested?: Readonly<Record<string, MethodRules>> } = {},
): T {
  const { rules = {}, prefix = '', nested = {} } = options;
  const guarded: Record<string, unknown> = {};
  for (const [name, descriptor] of propertiesOf(target)) {
    const role = nested[name];
    if (role !== undefined) {
      Object.defineProperty(guarded, name, { enumerable: true, get: guardedRole(target, name, guard, role) });
    } else if (typeof descriptor.value === 'function') {
      guarded[name] = guardedMethod(target, descriptor.value as Method, prefix + name, guard, rules[name]);
    } else {
      Object.defineProperty(guarded, name, { enumerable: true, get: () => (target as Record<string, unknown>)[name] });
    }
  }
  return Object.freeze(guarded) as T;
}

function propertiesOf(target: object): ReadonlyMap<string, PropertyDescriptor> {
  const found = new Map<string, PropertyDescriptor>();
  for (let level: object | null = target; level !== null; level = Object.getPrototypeOf(level) as object | null) {
    // Ends the chain at the Object.prototype of any realm.
    if (Object.hasOwn(level, 'hasOwnProperty')) break;
    for (const name of Object.getOwnPropertyNames(level)) {
      const descriptor = Object.getOwnPropertyDescriptor(level, name);
      if (name !== 'constructor' && descriptor !== undefined && !found.has(name)) found.set(name, descriptor);
    }
  }
  return found;
}

function guardedMethod(target: object, method: Method, name: string, guard: Guard, rule: MethodRule | undefined): unknown {
  if (rule === undefined) return (...args: unknown[]) => guard.invoke(name, target, method, args);
  const { check, result } = rule;
  return (...args: unknown[]): unknown => {
    if (check !== undefined) {
      try {
        check(args);
      } catch (error) {
        return Promise.reject(error as Error);
      }
    }
    const running = guard.invoke(name, target, method, args);
    return result === undefined ? running : Promise.resolve(running).then((value) => result(value, args));
  };
}

/** A store may make its roles only when it starts, so they are looked up when used. */
function guardedRole(target: object, name: string, guard: Guard, rules: MethodRules): () => unknown {
  let raw: unknown;
  let wrapped: unknown;
  return () => {
    const current = (target as Record<string, unknown>)[name];
    if (current !== raw) {
      raw = current;
      wrapped =
        typeof current === 'object' && current !== null ? guardObject(current, guard, { rules, prefix: `${name}.` }) : current;
    }
    return wrapped;
  };
}
