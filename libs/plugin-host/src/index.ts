export type { PluginVariables } from './check-fragment.js';
export type { OnCall } from './guard/guard.js';
export { CONFIG_TOKEN, LOGGER_TOKEN } from './isolated-container.js';
export type { PluginSource } from './load-plugins.js';
export type { PluginInventory, PluginState } from './loaded-plugin.js';
export { PluginHostError } from './plugin-host-error.js';
export { PluginHost, type LifecycleLimits, type PluginHostOptions } from './plugin-host.js';
export { installSharedPackages, SHARED_PACKAGES } from './shared-packages.js';
