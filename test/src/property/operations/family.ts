import type { Generation } from '../generation.js';
import type { Session } from '../session.js';

/** Operations of one kind: made as plain data, so that they can be replayed and left out one by one, then run. */
export interface Family<Op extends { readonly kind: string }> {
  readonly kind: Op['kind'];
  /** How often, compared with the others. */
  readonly weight: number;
  /** A next operation; `undefined` when none makes sense now. */
  readonly generate: (generation: Generation) => Op | undefined;
  /** Does it on the server and on the model. Any operation may be run at any time. Throws `Mismatch` where they differ. */
  readonly run: (session: Session, op: Op) => Promise<void>;
}
