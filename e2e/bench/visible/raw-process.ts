import kafkajs from 'kafkajs';
import pg from 'pg';

const [brokers = '', topic = '', url] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: url, max: 2 });
const kafka = new kafkajs.Kafka({ brokers: brokers.split(','), logLevel: kafkajs.logLevel.NOTHING });
const consumer = kafka.consumer({ groupId: topic });

await consumer.connect();
await consumer.subscribe({ topic, fromBeginning: true });
consumer.on(consumer.events.GROUP_JOIN, () => void process.send?.('ready'));
await consumer.run({
  autoCommit: false,
  async eachMessage({ message }) {
    const sent = Number(message.headers?.sent);
    await pool.query('insert into raw values ($1, $2)', [String(message.key), sent]);
    process.send?.(performance.timeOrigin + performance.now() - sent);
  },
});
process.on('disconnect', () => {
  consumer.disconnect().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
