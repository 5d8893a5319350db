import type { HttpRoute } from '@zas/plugin-api';
import type { PluginInventory } from '@zas/plugin-host';
import { z } from 'zod';

const inventory = z.object({
  plugins: z.array(
    z.object({
      name: z.string(),
      id: z.string(),
      version: z.string(),
      provides: z.array(z.string()),
      requires: z.array(z.string()),
      state: z.string(),
      startMs: z.number().optional(),
      builtIn: z.boolean(),
    }),
  ),
});

/** The server's own REST routes under `/admin`. */
export function adminRoutes(plugins: () => readonly PluginInventory[]): readonly HttpRoute[] {
  return [
    {
      method: 'GET',
      path: '/admin/plugins',
      permission: 'admin:ListPlugins',
      body: 'none',
      output: inventory,
      summary: 'What is loaded: id, version, points provided and required, state, start time',
      handle: async () => ({ status: 200, body: { plugins: plugins() } }),
    },
  ];
}
