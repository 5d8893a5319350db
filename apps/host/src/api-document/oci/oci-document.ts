import type { OciErrorCode } from '@zas/oci-protocol';
import type { OperationDocument } from '../operation-document.js';
import type { OciHeaderName, OciParameterName } from './oci-parameters.js';
import type { OciSchemaName } from './oci-schemas.js';

/** What may go wrong, with the status where it is not the usual one of the code. */
export type OciFailure = OciErrorCode | `${OciErrorCode} ${number}`;

/** What the API document says of one endpoint beyond its route. */
export interface OciDocument extends OperationDocument<OciParameterName, OciSchemaName, OciHeaderName, OciFailure> {
  /** Where, for the path of the document. */
  readonly path: string;
  /** Who may, where the route names no action: what is shown hangs on what the caller may see. */
  readonly permission?: string;
}
