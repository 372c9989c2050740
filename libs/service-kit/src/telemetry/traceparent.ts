/** The 32 hex digits of a W3C trace context that name the trace. */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  return traceparent?.split('-')[1];
}
