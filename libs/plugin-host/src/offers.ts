import type { Capability, PluginDefinition, Point, Points } from '@zas/plugin-api';
import type { GuardedProvision } from './guard/guard-provision.js';

/** One guarded provision and where its plugin stands in the config. */
export interface Offer extends GuardedProvision {
  readonly plugin: string;
  /** The plugin's id, which its name may differ from. */
  readonly id: string;
  readonly position: number;
}

/** What is offered for points and services so far, in the order of the config. */
export class Offers {
  readonly #offers = new Map<string, Offer[]>();
  readonly #services = new Map<string, object>();

  addService(key: string, implementation: object): void {
    this.#services.set(key, implementation);
  }

  get serviceKeys(): ReadonlySet<string> {
    return new Set(this.#services.keys());
  }

  add(key: string, offer: Offer): void {
    const group = this.#offers.get(key) ?? [];
    group.push(offer);
    this.#offers.set(key, group.sort((a, b) => a.position - b.position));
  }

  /** In the order of the config. */
  of(key: string): readonly Offer[] {
    return this.#offers.get(key) ?? [];
  }

  clear(): void {
    this.#offers.clear();
  }

  /** Everything, unchecked: for the host's own bridge. `one` throws when nobody provides the point. */
  everything(): Points {
    return {
      one: <T>(point: Point<T>): T => {
        const found = this.#first(point.key);
        if (found === undefined) throw new Error(`No plugin provides ${point.key}`);
        return found as T;
      },
      optional: <T>(point: Point<T>) => this.#first(point.key) as T | undefined,
      all: <T>(point: Point<T>) => this.of(point.key).map((offer) => offer.implementation as T),
      capability: <T>(point: Point<unknown>, capability: Capability<T>) =>
        this.of(point.key)[0]?.capabilities.get(capability.key) as T | undefined,
    };
  }

  /** What one plugin may see: only what its manifest lists. */
  visibleTo(definition: PluginDefinition): Points {
    const all = this.everything();
    const required = new Set(definition.requires?.map((point) => point.key));
    const optional = new Set(definition.optional?.map((point) => point.key));
    const must = (point: Point<unknown>, listed: boolean, list: string): void => {
      if (!listed) throw new Error(`Plugin "${definition.id}" does not list ${point.key} in its ${list}`);
    };
    const either = (point: Point<unknown>): boolean => required.has(point.key) || optional.has(point.key);
    return {
      one: (point) => {
        must(point, required.has(point.key), 'requires');
        return all.one(point);
      },
      optional: (point) => {
        must(point, either(point), 'optional');
        return all.optional(point);
      },
      all: (point) => {
        must(point, either(point), 'requires or optional');
        return all.all(point);
      },
      capability: (point, capability) => {
        must(point, either(point), 'requires or optional');
        return all.capability(point, capability);
      },
    };
  }

  #first(key: string): object | undefined {
    return this.#services.get(key) ?? this.of(key)[0]?.implementation;
  }
}
