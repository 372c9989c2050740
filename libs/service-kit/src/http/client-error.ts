import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { byStatus } from './errors.ts';
import { problemDocument, problemType } from './problem.ts';

/** What is not even HTTP gets a problem document too, and its connection is closed. */
export function answerClientError(error: Error & { code: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return;
  const status = statusOf(error.code);
  const body = JSON.stringify(problemDocument(byStatus(status), '/', undefined));
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: ${problemType}\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

function statusOf(code: string): number {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 408;
  return code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
}
