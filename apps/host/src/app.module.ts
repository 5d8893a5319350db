import { type DynamicModule, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HttpDoors } from './http/http-doors.js';
import { PluginBridgeModule } from './plugins/plugin-bridge.module.js';
import type { ServerRuntime } from './server-runtime.js';

/** The Nest application: HTTP, health and the bridge. */
@Module({})
export class AppModule {
  static over(runtime: ServerRuntime): DynamicModule {
    return {
      module: AppModule,
      imports: [TerminusModule.forRoot({ logger: false }), PluginBridgeModule.over(runtime)],
      providers: [HttpDoors],
    };
  }
}
