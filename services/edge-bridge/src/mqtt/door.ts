import { createServer } from 'node:net';
import { type ProblemInit, problemDocument } from '@dabba/service-kit';
import { Aedes, type Client, type PublishPacket } from 'aedes';
import type { Authenticator } from '../credentials/authenticate.ts';
import type { Device } from '../fact/device.ts';
import { isFact, readFact } from '../fact/read-fact.ts';
import { type StoredFact, storedFact } from '../fact/stored-fact.ts';
import { admission, type Refused } from './admission.ts';
import { brokerOptions } from './broker-options.ts';
import { listen } from './listen.ts';
import { packetGuard } from './packet-guard.ts';
import type { Session } from './session.ts';
import { type Channel, type Heard, topicOf } from './topics.ts';

/** Bytes of any MQTT packet after its fixed header. */
const maxPacketBytes = 64 << 10;

export interface DoorOptions {
  host: string;
  /** 0 picks a free one. */
  port: number;
  maxConnections: number;
  authenticator: Authenticator;
  /** Resolves when the fact is safe; only then is it acknowledged (B1). */
  accept(fact: StoredFact): Promise<void>;
  now(): number;
  onConnected(session: Session): void;
  onDisconnected(session: Session): void;
  /** A device now listens to one of its own. */
  onListening(device: Device, channel: Heard): void;
  onRejected(device: Device, code: string): void;
  onRefused(because: Refused | 'too-large'): void;
  /** Of the listening socket: too many open files, for one. */
  onTrouble(error: Error): void;
}

/** The MQTT side: who comes in, what may be said, and that it is acknowledged only when it is safe. */
export interface Door {
  port: number;
  sessions(): Iterable<Session>;
  send(device: Device, channel: Heard, body: object): Promise<void>;
  close(): Promise<void>;
}

export async function openDoor(options: DoorOptions): Promise<Door> {
  const { accept, now, onRejected } = options;
  const sessions = new Map<Client, Session>();
  const broker = new Aedes({
    ...brokerOptions,
    authenticate: admission(
      options.authenticator,
      (session) => sessions.set(session.client, session),
      options.onRefused,
    ),
    authorizePublish: receive,
    authorizeSubscribe(client, subscription, done) {
      const session = sessions.get(client);
      const own = session && heard.map((channel) => topicOf(session.device, channel));
      // SUBACK says 128 for what is not its own.
      done(null, own?.includes(subscription.topic) ? subscription : null);
    },
  });
  broker.on('clientReady', (client) => {
    const session = sessions.get(client);
    if (session) options.onConnected(session);
  });
  broker.on('clientDisconnect', (client) => {
    const session = sessions.get(client);
    sessions.delete(client);
    if (session) options.onDisconnected(session);
  });
  broker.on('subscribe', (subscriptions, client) => {
    const device = sessions.get(client)?.device;
    if (device === undefined) return;
    for (const channel of heard)
      if (subscriptions.some(({ topic }) => topic === topicOf(device, channel)))
        options.onListening(device, channel);
  });

  /** aedes calls this before it acknowledges, for all packets of one TCP chunk at once. */
  function receive(client: Client | null, packet: PublishPacket, done: (error?: Error | null) => void): void {
    const session = client && sessions.get(client);
    if (!session) {
      done(new Error('Nobody is allowed to publish this'));
      return;
    }
    if (session.closing) return;
    const { device } = session;
    const payload = Buffer.from(packet.payload);
    // What aedes does with the message afterwards, it does with nothing: no retained copies, no payload kept.
    packet.payload = Buffer.alloc(0);
    packet.retain = false;
    if (packet.topic !== topicOf(device, 'facts')) {
      session.close(report(session, foreignTopic));
      return;
    }
    const read = packet.qos === 1 ? readFact(payload, device, now()) : wrongQos;
    session.answer(isFact(read) ? accept(storedFact(read, device)) : report(session, read), done);
  }

  async function report({ device }: Session, problem: ProblemInit): Promise<void> {
    onRejected(device, problem.code);
    const topic = topicOf(device, 'problems');
    await send(device, 'problems', problemDocument(problem, topic, undefined));
  }

  function send(device: Device, channel: Channel, body: object): Promise<void> {
    const packet: PublishPacket = {
      cmd: 'publish',
      topic: topicOf(device, channel),
      payload: JSON.stringify(body),
      qos: 1,
      retain: false,
      dup: false,
    };
    return new Promise((resolve, reject) => {
      broker.publish(packet, (error) => (error ? reject(error) : resolve()));
    });
  }

  await broker.listen();
  const server = createServer({ noDelay: true }, (socket) => {
    broker.handle(socket);
    const tooLarge = packetGuard(maxPacketBytes);
    // After aedes', so that this listener only looks on while aedes reads.
    socket.on('data', (bytes: Buffer) => {
      if (!tooLarge(bytes)) return;
      options.onRefused('too-large');
      socket.destroy();
    });
  });
  server.maxConnections = options.maxConnections;
  const port = await listen(server, options);
  server.on('error', options.onTrouble);
  return {
    port,
    sessions: () => sessions.values(),
    send,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      await new Promise<void>((resolve) => broker.close(resolve));
      await closed;
    },
  };
}

const heard = ['commands', 'problems', 'policy'] as const satisfies Heard[];

const foreignTopic: ProblemInit = {
  status: 403,
  code: 'foreign-topic',
  detail: 'A fridge publishes to its own facts only; the connection is closed.',
};

const wrongQos: ProblemInit = {
  status: 400,
  code: 'qos-not-1',
  detail: 'Facts are published with QoS 1: the acknowledgement says that they are safe.',
};
