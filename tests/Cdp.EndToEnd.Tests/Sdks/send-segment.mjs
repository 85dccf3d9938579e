// Sends what an application would through the published SDK: every call, several flushes, one other person.
import { Analytics } from '@segment/analytics-node';

const analytics = new Analytics({
  writeKey: process.env.CDP_WRITE_KEY,
  host: process.env.CDP_HOST.replace(/\/$/, ''),
  flushAt: 5,
});
analytics.on('error', (error) => {
  console.error('error', error);
  process.exitCode = 1;
});

const anonymousId = 'sdk-device-1';
analytics.page({ anonymousId, name: 'Home', properties: { path: '/' } });
analytics.track({ anonymousId, event: 'SDK Product Viewed', properties: { product: 'shoes' } });
analytics.identify({ anonymousId, userId: 'sdk-ada', traits: { email: 'ada@sdk.example', plan: 'pro' } });
for (let i = 0; i < 20; i++) {
  analytics.track({ userId: 'sdk-ada', event: 'SDK Order Completed', properties: { revenue: i } });
}
analytics.screen({ userId: 'sdk-ada', name: 'Cart' });
analytics.group({ userId: 'sdk-ada', groupId: 'sdk-acme', traits: { name: 'Acme' } });
analytics.identify({ userId: 'sdk-ada-old', traits: { legacy: true } });
analytics.alias({ userId: 'sdk-ada', previousId: 'sdk-ada-old' });
analytics.identify({ userId: 'sdk-bob', traits: { email: 'bob@sdk.example' } });

await analytics.closeAndFlush({ timeout: 20000 });
console.log('flushed');
