import type { AuditTrail, EventListener } from '@zas/plugin-api';
import { auditTrail, eventListener, provide } from '@zas/plugin-api';
import type { Audit } from './set-up-audit.js';

const trail: AuditTrail = { ready: async () => undefined, note: () => undefined, record: async () => undefined };
const listener: EventListener = { name: 'audit', handle: async () => undefined };

/** Where no metadata store is loaded there is nowhere to write a trail. */
export const NO_AUDIT: Audit = {
  provide: [provide(auditTrail, trail), provide(eventListener, listener)],
  routes: [],
  start: async () => undefined,
  stop: async () => undefined,
};
