// tsyringe refuses to load without the metadata polyfill.
import 'reflect-metadata';
import { container as globalContainer, type DependencyContainer, type InjectionToken } from 'tsyringe';

/** Token under which a plugin's container holds its validated config. */
export const CONFIG_TOKEN = Symbol.for('zas:config');
/** Token under which a plugin's container holds its logger. */
export const LOGGER_TOKEN = Symbol.for('zas:logger');

/**
 * Makes the container of one plugin: a branch of its own, seeded with values.
 * Strict: it resolves only what was registered in it (or in a child of it), so a
 * forgotten registration is an error instead of a second instance, and nothing
 * registered globally, as `@singleton()` does, is ever captured.
 * @param plugin name, for messages
 * @param values seeds by token; a point's token is `Symbol.for(point.key)`
 */
export function createIsolatedContainer(plugin: string, values: ReadonlyMap<symbol, unknown>): DependencyContainer {
  const container = makeStrict(globalContainer.createChildContainer(), plugin, () => false);
  for (const [token, value] of values) container.register(token, { useValue: value });
  return container;
}

type Known = (token: InjectionToken) => boolean;
type Resolve = (token: InjectionToken, ...rest: unknown[]) => unknown;

function makeStrict(container: DependencyContainer, plugin: string, knownAbove: Known): DependencyContainer {
  const known: Known = (token) => container.isRegistered(token) || knownAbove(token);
  const { resolve, resolveAll, createChildContainer } = container;
  const strict = (inner: Resolve, absent: unknown): Resolve => (token, ...rest) => {
    // A delayed constructor is no token itself: its target comes back here when it is used.
    if (known(token) || typeof token === 'object') return inner.call(container, token, ...rest);
    const isOptional = rest[1] === true;
    if (isOptional) return absent;
    throw new Error(`${nameOf(token)} is not registered in the container of plugin "${plugin}"`);
  };
  return Object.assign(container, {
    resolve: strict(resolve as Resolve, undefined),
    resolveAll: strict(resolveAll as Resolve, []),
    createChildContainer: () => makeStrict(createChildContainer.call(container), plugin, known),
  });
}

function nameOf(token: InjectionToken): string {
  return typeof token === 'function' ? `class ${token.name}` : `"${String(token)}"`;
}
