// Sends what an application would through RudderStack's published SDK.
import Analytics from '@rudderstack/rudder-sdk-node';

const analytics = new Analytics(process.env.CDP_WRITE_KEY, {
  dataPlaneUrl: process.env.CDP_HOST.replace(/\/$/, ''),
  flushAt: 3,
});

// Each call answers when its batch was taken; the SDK's flush does not wait for batches that are on their way.
const taken = (call, message) => new Promise((resolve, reject) => analytics[call](message, (error) => (error ? reject(error) : resolve())));
const calls = [
  taken('track', { anonymousId: 'rudder-device-1', event: 'Rudder Product Viewed', properties: { product: 'shoes' } }),
  taken('identify', { anonymousId: 'rudder-device-1', userId: 'rudder-eve', traits: { email: 'eve@rudder.example' } }),
  taken('page', { userId: 'rudder-eve', name: 'Home' }),
  taken('group', { userId: 'rudder-eve', groupId: 'rudder-acme' }),
];
analytics.flush();
await Promise.all(calls);
console.log('flushed');
process.exit(0);
