import type { OciAction } from '@zas/plugin-api';
import type { OciTarget } from '@zas/oci-protocol';
import type { OciOperation } from './oci-call.js';

/** One endpoint of the specification: how it is recognised, what it needs, who answers it. */
export interface OciRoute {
  readonly name: string;
  readonly methods: readonly string[];
  readonly on: OciTarget['kind'];
  /** Base permission; absent: the operation shows only what the caller may see. */
  readonly action?: OciAction;
  /** The repository is made, by who may, when it is not there. */
  readonly creates: boolean;
  readonly run: OciOperation;
}
