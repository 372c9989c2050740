import { allSchemas, topics } from '@dabba/contracts';

const text = (description: string) => ({ type: 'string', description });

/** Headers of every record: CloudEvents' Kafka binding and what Dabba adds. */
const headers = {
  type: 'object',
  required: [
    'ce_specversion',
    'ce_id',
    'ce_type',
    'ce_source',
    'ce_subject',
    'ce_time',
    'metro',
    'version',
    'position',
  ],
  properties: {
    ce_specversion: { const: '1.0' },
    ce_id: text(
      'UUID of the event. A record may be on the topic more than once: drop what you have seen by this id',
    ),
    ce_type: text('Name of the event'),
    ce_source: text('The store that decided it; for a fact `device/boot`'),
    ce_subject: text('The stream, which is the key of the record as well'),
    ce_time: text('When it was recorded, or observed, in UTC'),
    'content-type': { const: 'avro/binary' },
    metro: text('The metro it belongs to; a metro owns its partitions'),
    version: text('Place in its stream, from 1; for a fact the seq'),
    position: text('Place in its source; first appearances ascend within source and partition'),
    streamtype: text('Kind of stream'),
    actor: text('Who or what asked for it'),
    causationid: text('Id of the event it follows from'),
    correlationid: text('The same through everything one request led to'),
    traceparent: text('W3C trace context'),
  },
};

/** AsyncAPI 3.0 of all topics and of the fridges' MQTT, from schemas/ and the topic table. */
export function asyncApi() {
  const events = allSchemas();
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Dabba',
      version: 'v1',
      description:
        'Events on Kafka, in the Confluent wire format with schemas by TopicRecordName, and what fridges say over MQTT 3.1.1. ' +
        'Delivery is at least once: drop duplicates by `ce_id`.',
    },
    defaultContentType: 'application/vnd.apache.avro',
    channels: { ...Object.fromEntries(topics.map(topicChannel)), ...mqttChannels },
    operations: Object.fromEntries(
      topics.map(({ name, owner }) => [
        `publish-${name}`,
        {
          action: 'send',
          channel: ref(`channels/${name}`),
          summary: `By ${owner === 'any' ? 'any service' : owner}`,
        },
      ]),
    ),
    components: {
      messages: Object.fromEntries(
        events.map(({ name, text: schema }) => [
          name,
          {
            name,
            summary: JSON.parse(schema).doc,
            headers: ref('components/schemas/RecordHeaders'),
            payload: {
              schemaFormat: 'application/vnd.apache.avro+json;version=1.9.0',
              schema: JSON.parse(schema),
            },
          },
        ]),
      ),
      schemas: { RecordHeaders: headers },
    },
  };
}

function topicChannel({ name, doc, kind }: (typeof topics)[number]): [string, unknown] {
  const names = allSchemas().flatMap((event) => (event.topic === name ? [event.name] : []));
  return [
    name,
    {
      address: name,
      description: `${doc}. Kind: ${kind}.`,
      messages: Object.fromEntries(names.map((event) => [event, ref(`components/messages/${event}`)])),
    },
  ];
}

const parameters = { metro: { description: 'Metro of the fridge' }, fridge_id: { description: 'Its id' } };
const id = { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}$' };

const mqttChannels = {
  'mqtt-facts': mqtt('facts', 'What the fridge saw, QoS 1; acknowledged once it is durable', {
    type: 'object',
    additionalProperties: false,
    required: ['boot', 'seq', 'at', 'type', 'data'],
    properties: {
      boot: { type: 'integer', minimum: 1, description: 'Grows with every start of the device' },
      seq: { type: 'integer', minimum: 1, description: 'Number within the boot, from 1, without gaps' },
      at: { type: 'string', format: 'date-time' },
      type: { enum: ['meal_stocked', 'meal_sold', 'command_done', 'heartbeat'] },
      data: {
        description:
          'By type: {meal_id}; {meal_id, customer_id, price, currency}; {command_id}; {temperature_c?}',
        type: 'object',
      },
    },
  }),
  'mqtt-commands': mqtt('commands', 'What it is asked to do, again and again until it confirms', {
    type: 'object',
    properties: {
      command_id: id,
      kind: { enum: ['LOCK', 'UNLOCK', 'REPORT'] },
      reason: { type: 'string' },
      issued_at: { type: 'string', format: 'date-time' },
    },
  }),
  'mqtt-problems': mqtt('problems', 'What was wrong with something it sent (RFC 9457)', { type: 'object' }),
};

function mqtt(channel: string, description: string, payload: object) {
  return {
    address: `dabba/{metro}/fridges/{fridge_id}/${channel}`,
    description,
    parameters,
    messages: { message: { contentType: 'application/json', payload } },
  };
}

function ref(path: string) {
  return { $ref: `#/${path}` };
}
