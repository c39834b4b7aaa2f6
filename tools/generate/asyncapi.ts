/** docs/protocol/asyncapi.json: the platform's wire as AsyncAPI 3.0, from the schemas that check it at run time. */
import { CHANNEL_SCHEMAS } from '../../protocol/platform/parse.ts';
import { CHANNELS, type Channel } from '../../protocol/platform/topics.ts';

function channel(name: Channel) {
  return {
    address: `credit-reading/v1/{terminal}/${name}`,
    description: CHANNELS[name].about,
    parameters: { terminal: { description: 'id of the terminal; also its MQTT user and certificate name' } },
    messages: { [name]: { $ref: `#/components/messages/${name}` } },
  };
}

/** As the terminal sees it: it sends what goes up and receives what comes down. */
function operation(name: Channel) {
  return {
    action: CHANNELS[name].direction === 'up' ? 'send' : 'receive',
    channel: { $ref: `#/channels/${name}` },
    bindings: { mqtt: { qos: name === 'telemetry' ? 0 : 1, retain: name === 'state' } },
  };
}

function message(name: Channel) {
  const contentType = name === 'journal' ? 'application/cloudevents+json' : 'application/json';
  return { name, contentType, payload: CHANNEL_SCHEMAS[name] };
}

export function asyncApi(): string {
  const names = Object.keys(CHANNELS) as Channel[];
  const each = <T>(make: (name: Channel) => T) => Object.fromEntries(names.map((name) => [name, make(name)]));
  const document = {
    asyncapi: '3.0.0',
    info: {
      title: 'Credit Reading terminal and platform',
      version: '1.0.0',
      description: 'MQTT 3.1.1 or 5. Generated from protocol/platform by "npm run generate": do not edit.',
    },
    channels: each(channel),
    operations: each(operation),
    components: { messages: each(message) },
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
