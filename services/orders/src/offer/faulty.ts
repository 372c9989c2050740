import { type Refusal, refuse } from '@dabba/event-store';

/** 422 for one place of the body. @param pointer `#/items/0/quantity` */
export function faulty(code: string, pointer: string, detail: string, status = 422): Refusal {
  return refuse(status, code, detail, { errors: [{ in: 'body', pointer, detail }] });
}
