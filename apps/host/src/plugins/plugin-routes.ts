import type { HttpRoute } from '@zas/plugin-api';
import { httpRoutes } from '@zas/plugin-api';
import type { PluginHost } from '@zas/plugin-host';

/** Path prefixes outside `/_/<plugin>` that certain plugins may use. */
const GRANTS: Readonly<Record<string, string>> = {
  'access-rbac': '/rbac',
  'supply-chain': '/supplychain',
  'metrics-prometheus': '/metrics',
};

/** The routes that plugins contribute, under their prefixes. */
export function pluginRoutes(plugins: PluginHost): readonly { plugin: string; route: HttpRoute }[] {
  return plugins.providers(httpRoutes).flatMap(({ plugin, id, implementation }) =>
    implementation.routes().map((route) => {
      const prefix = GRANTS[id] ?? `/_/${plugin}`;
      return { plugin, route: { ...route, path: route.path === '/' ? prefix : prefix + route.path } };
    }),
  );
}
