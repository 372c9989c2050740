import { defineService, type PlainService, tokenConfig, tokenVerifier } from '@dabba/service-kit';
import { type Bridge, openBridge } from './bridge.ts';
import { askIdentity } from './credentials/ask-identity.ts';
import { settingsFrom } from './settings.ts';

const bridges = new WeakMap<object, Bridge>();

/** Facts from fridges to Kafka and commands back, over MQTT; its HTTP door has health and metrics only. */
export const service: PlainService = defineService({
  name: 'edge-bridge',
  port: { variable: 'EDGE_BRIDGE_PORT', fallback: 5013 },
  routes() {},
  checks: ({ kafka }) => [
    {
      name: 'spool',
      required: false,
      async check() {
        if (bridges.get(kafka)?.spool().full) throw new Error('The spool is full');
      },
    },
  ],
  async start(app, deps) {
    const settings = settingsFrom(deps.env);
    const ask = askIdentity(settings.identityUrl, tokenVerifier(tokenConfig(deps.env)));
    const bridge = await openBridge({ ...deps, settings, ask, metrics: app.metrics });
    bridges.set(deps.kafka, bridge);
    deps.log.info({ port: bridge.mqttPort }, 'MQTT is open');
    return () => bridge.stop();
  },
});
