import type { OciAction } from '@zas/plugin-api';
import type { OciTarget, Reference } from '@zas/oci-protocol';
import type { OciOperation } from './oci-call.js';

/** One endpoint of the specification: how it is recognised, what it needs, who answers it. */
export interface OciRoute {
  readonly name: string;
  readonly methods: readonly string[];
  readonly on: OciTarget['kind'];
  /** Base permission; absent: the operation shows only what the caller may see. */
  readonly action?: OciAction;
  /**
   * What a repository that is not there means: `unknown`: it is an error; `create`:
   * it is made, by who may; `empty`: the operation answers for it.
   */
  readonly absent: 'unknown' | 'create' | 'empty';
  /** Of a manifest: only when it is named so. */
  readonly by?: Reference['kind'];
  readonly run: OciOperation;
}
