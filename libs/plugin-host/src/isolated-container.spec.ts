import { describe, expect, it } from '@jest/globals';
import { container as globalContainer, delay, inject, injectable, singleton } from 'tsyringe';
import { CONFIG_TOKEN, createIsolatedContainer } from './isolated-container.js';

const make = (name = 'p') => createIsolatedContainer(name, new Map([[CONFIG_TOKEN, { of: name }]]));

describe('the container of a plugin', () => {
  it('is seeded with values of its own and leaves the global one empty', () => {
    expect(make('a').resolve(CONFIG_TOKEN)).toEqual({ of: 'a' });
    expect(make('b').resolve(CONFIG_TOKEN)).toEqual({ of: 'b' });
    expect(globalContainer.isRegistered(CONFIG_TOKEN)).toBe(false);
  });

  it('builds what was registered, with what was registered', () => {
    class Part {}
    class Whole {
      constructor(readonly part: Part, readonly config: unknown) {}
    }
    injectable()(Part);
    inject(Part)(Whole, undefined, 0);
    inject(CONFIG_TOKEN)(Whole, undefined, 1);
    injectable()(Whole);
    const container = make();
    container.register(Whole, Whole);
    expect(() => container.resolve(Whole)).toThrow('class Part is not registered in the container of plugin "p"');
    container.registerSingleton(Part);
    expect(container.resolve(Whole)).toMatchObject({ config: { of: 'p' } });
    expect(container.createChildContainer().resolve(Whole).part).toBe(container.resolve(Part));
  });

  it('does not construct what was never registered, also not in a child, nor capture global singletons', () => {
    class Forgotten {}
    class Captured {}
    singleton()(Captured);
    expect(() => make().resolve(Forgotten)).toThrow('class Forgotten is not registered');
    expect(() => make().createChildContainer().resolve(Forgotten)).toThrow('class Forgotten is not registered');
    expect(() => make().resolveAll(Forgotten)).toThrow('class Forgotten is not registered');
    expect(() => make().resolve(Captured)).toThrow('class Captured is not registered');
    expect(() => make().resolve('word')).toThrow('"word" is not registered');
  });

  it('resolves delayed classes when they are used', () => {
    class Late {
      readonly value = 1;
    }
    injectable()(Late);
    const container = make();
    container.register(Late, Late);
    expect((container.resolve(delay(() => Late) as never) as Late).value).toBe(1);
  });

  it('disposes what it built and nothing of others', async () => {
    const disposed: string[] = [];
    class Resource {
      constructor(readonly config: { of: string }) {}
      dispose(): void {
        disposed.push(this.config.of);
      }
    }
    inject(CONFIG_TOKEN)(Resource, undefined, 0);
    injectable()(Resource);
    const [a, b] = [make('a'), make('b')];
    for (const container of [a, b]) container.registerSingleton(Resource).resolve(Resource);
    await a.dispose();
    expect(disposed).toEqual(['a']);
  });
});
