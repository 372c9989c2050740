/**
 * The code and its tables do not fit: an unknown table or column, the wrong kind of table. No fault of the event, so
 * nothing is parked: the partition waits, and says so, until the code is mended or the model rebuilt.
 */
export class ModelMistake extends Error {
  override name = 'ModelMistake';
}
