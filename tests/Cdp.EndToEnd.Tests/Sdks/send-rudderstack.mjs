// Sends what an application would through RudderStack's published SDK.
import Analytics from '@rudderstack/rudder-sdk-node';

const analytics = new Analytics(process.env.CDP_WRITE_KEY, {
  dataPlaneUrl: process.env.CDP_HOST.replace(/\/$/, ''),
  flushAt: 3,
});

analytics.track({ anonymousId: 'rudder-device-1', event: 'Rudder Product Viewed', properties: { product: 'shoes' } });
analytics.identify({ anonymousId: 'rudder-device-1', userId: 'rudder-eve', traits: { email: 'eve@rudder.example' } });
analytics.page({ userId: 'rudder-eve', name: 'Home' });
analytics.group({ userId: 'rudder-eve', groupId: 'rudder-acme' });
await new Promise((resolve, reject) => analytics.flush((error) => (error ? reject(error) : resolve())));
console.log('flushed');
process.exit(0);
