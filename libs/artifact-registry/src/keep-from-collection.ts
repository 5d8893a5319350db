import type { ArtifactRegistry } from './artifact-registry.js';

/** Who asks for what nothing uses may be about to use it: its disuse counts anew after this part of the delay. */
const TOUCH_PART = 4;

/** Somebody has asked for it, so it must be touched lest a collection takes it soon. */
export function isAgeing({ clock, limits }: ArtifactRegistry, { unusedSince }: { readonly unusedSince?: number }): boolean {
  return unusedSince !== undefined && clock.now() - unusedSince >= limits.collectDelayMs / TOUCH_PART;
}
