import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { ServerRuntime } from '../server-runtime.js';
import { RUNTIME } from '../server-runtime.js';

/** The one bridge between Nest and the plugins: what they provide, guarded, becomes injectable. */
@Global()
@Module({})
export class PluginBridgeModule {
  static over(runtime: ServerRuntime): DynamicModule {
    return {
      module: PluginBridgeModule,
      providers: [{ provide: RUNTIME, useValue: runtime }],
      exports: [RUNTIME],
    };
  }
}
