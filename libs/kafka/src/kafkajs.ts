/** kafkajs with what takes the place of parts of it: whoever uses it in this lib has it from here. */
import './pending-requests.ts';
import './record-decoder.ts';
import kafkajs from 'kafkajs';

export default kafkajs;
