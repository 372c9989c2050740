/** kafkajs with our decoder of records in it: whatever is read in this lib has to come through here. */
import './record-decoder.ts';
import kafkajs from 'kafkajs';

export default kafkajs;
