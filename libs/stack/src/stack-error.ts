/** A reason the stack cannot start or go on; its message is one sentence for the person at the terminal. */
export class StackError extends Error {
  override name = 'StackError';
}
